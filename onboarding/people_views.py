"""The people who work in a business, where the scheme allows several: added, stood down, brought back, removed.

Each change says first what it does to the page in the directory; the second press does it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.days import DayField
from directory.forms import Line
from onboarding import consequences, journey
from onboarding.consequences import Consequence, consequence
from onboarding.desk import mine
from onboarding.fact_frame import EXAMPLE
from onboarding.models import Carer, Worker
from onboarding.papers import NotNow
from onboarding.standing import facts_of
from onboarding.task_list import TaskList

LATER = gettext_lazy("Choose today or a day to come")


class AddForm(forms.Form):
    first_name = Line(
        longest=50,
        label=gettext_lazy("First name"),
        help_text=gettext_lazy("People see it on your page. The family name is not shown."),
        widget=forms.TextInput({"class": "govuk-input--width-20", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter their first name")},
    )
    works_from = DayField(
        wanted=gettext_lazy("the day they start"), label=gettext_lazy("They start on"), help_text=EXAMPLE
    )

    def __init__(self, *args: Any, carer: Carer, on: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.carer, self.on = carer, on

    def clean_first_name(self) -> str:
        name: str = self.cleaned_data["first_name"]
        if self.carer.workers.current().filter(first_name__iexact=name).exists():
            raise forms.ValidationError(str(journey.SameName.words))
        return name

    def clean_works_from(self) -> Any:
        return not_before(self.cleaned_data["works_from"], self.on)


class DownForm(forms.Form):
    off_from = DayField(
        wanted=gettext_lazy("the day from which they do not work"),
        label=gettext_lazy("They do not work from"),
        help_text=EXAMPLE,
    )

    def __init__(self, *args: Any, on: Any, **kwargs: Any):
        super().__init__(*args, **kwargs | {"initial": {"off_from": on}})
        self.on = on

    def clean_off_from(self) -> Any:
        return not_before(self.cleaned_data["off_from"], self.on)


def not_before(day: Any, on: Any) -> Any:
    if day < on:
        raise forms.ValidationError(str(LATER))
    return day


class Change(NamedTuple):
    """What the page before the button says."""

    title: str
    what: str
    button: str
    form: forms.Form | None = None
    effect: Consequence | None = None
    trouble: str = ""


def team_of(request: HttpRequest) -> Carer:
    """Raises 404 where one person is the most."""
    if settings.SCHEME.max_workers == 1:
        raise Http404
    return mine(request)


@require_safe
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    carer = team_of(request)
    tasks = TaskList(carer, request.today)  # type: ignore[attr-defined]
    rows = [(worker, counted(tasks, worker)) for worker in carer.workers.current()]
    most = settings.SCHEME.max_workers
    context = {"people": rows, "most": most, "full": len(rows) >= most, "listing": carer.listing}
    return render(request, "onboarding/people.html", context)


def counted(tasks: TaskList, worker: Worker) -> dict[str, int]:
    own = [task for task in tasks.tasks if task.person and task.person.pk == worker.pk]
    own = [task for task in own if not task.requirement.optional]
    return {"done": sum(task.is_good for task in own), "of": len(own)}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_add(request: HttpRequest) -> HttpResponse:
    carer, today = team_of(request), request.today  # type: ignore[attr-defined]
    form = AddForm(request.POST if request.method == "POST" else None, carer=carer, on=today)
    change = Change(
        _("Add somebody"),
        _("They get tasks of their own on your list: identity, checks and training."),
        _("Add them"),
        form,
    )
    if request.method != "POST" or not form.is_valid():
        return show(request, change)
    name, day = form.cleaned_data["first_name"], form.cleaned_data["works_from"]
    then = consequences.with_somebody(facts_of(carer), name, day)
    change = change._replace(effect=consequence(carer, then, day=day))

    def add() -> None:
        most = settings.SCHEME.max_workers
        journey.add_worker(carer, by=by(request), first_name=name, works_from=day, most=most)

    return ask_or_do(request, change, add)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_down(request: HttpRequest, pk: int) -> HttpResponse:
    worker, today = current(request, pk), request.today  # type: ignore[attr-defined]
    form = DownForm(request.POST if request.method == "POST" else None, on=today)
    change = Change(
        _("%(name)s stands down") % {"name": worker},
        _("For a time: their papers stay, nothing of them is asked meanwhile, and you bring them back when you like."),
        _("Stand down"),
        form,
    )
    if request.method != "POST" or not form.is_valid():
        return show(request, change)
    day = form.cleaned_data["off_from"]
    then = consequences.stood_down(facts_of(worker.carer), worker.pk, day)
    change = change._replace(effect=consequence(worker.carer, then, day=day))
    return ask_or_do(request, change, lambda: journey.stand_down(worker, by=by(request), on=day))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_back(request: HttpRequest, pk: int) -> HttpResponse:
    worker, today = current(request, pk), request.today  # type: ignore[attr-defined]
    then = consequences.stood_down(facts_of(worker.carer), worker.pk, None)
    change = Change(
        _("%(name)s works again") % {"name": worker},
        _("From today. What is asked of each person is asked of them again."),
        _("Bring back"),
        effect=consequence(worker.carer, then, day=today),
    )
    return ask_or_do(request, change, lambda: journey.bring_back(worker, by=by(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def person_remove(request: HttpRequest, pk: int) -> HttpResponse:
    worker, today = current(request, pk), request.today  # type: ignore[attr-defined]
    then = consequences.without(facts_of(worker.carer), worker.pk)
    change = Change(
        _("Remove %(name)s") % {"name": worker},
        _("They leave your business today, and their tasks leave your list. If they come back, they begin anew."),
        _("Remove them"),
        effect=consequence(worker.carer, then, day=today),
    )
    return ask_or_do(request, change, lambda: journey.remove_worker(worker, by=by(request), on=today))


def ask_or_do(request: HttpRequest, change: Change, verb: Callable[[], object]) -> HttpResponse:
    """The first press shows what happens, the second does it."""
    if "sure" not in request.POST:
        return show(request, change)
    try:
        verb()
    except NotNow as error:
        return show(request, change._replace(trouble=str(error)))
    return redirect("onboarding:people")


def show(request: HttpRequest, change: Change) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", "sure"}}
    context = {"change": change, "form": change.form, "typed": typed.items()}
    return render(request, "onboarding/person_change.html", context)


def current(request: HttpRequest, pk: int) -> Worker:
    """One of the carer's own people."""
    workers = team_of(request).workers.current().select_related("carer__listing", "carer__owner")
    return get_object_or_404(workers, pk=pk)


def by(request: HttpRequest) -> Any:
    return request.user
