"""Following a case by its reference and a mailed link, without an account. A guessed reference teaches nothing."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import spam
from feedback import attachments, cases, clocks, links, telling
from feedback.attachments import Attachments
from feedback.follow_forms import AddForm, NewLinkForm
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from feedback.states import NotAllowed

KEY = "key"
# What is said of it to whoever told us: nothing of how far the carer's side is.
SAID = {State.NEW: "new", State.CLOSED: "closed", State.MERGED: "open", State.ASIDE: "new"}
EXITS = {Kind.CONCERN, Kind.SAFEGUARDING}  # pages that somebody may have to leave at once
THEIRS = {CaseEvent.What.RECEIVED, CaseEvent.What.FROM_REPORTER, CaseEvent.What.FORMAL}
# Clocks of which whoever told us may know; those of the carer's side are not among them.
PROMISED = {"acknowledge", "discuss", "terms", "formal", "respond", "decide"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """What is shared with whoever told us; without the link, or with one that is over, the way to a new one."""
    try:
        found = links.opened(reference, request.GET.get(KEY, ""))
    except links.TooOld:
        return ask_for_link(request, reference, over=True)
    if found is None:
        return ask_for_link(request, reference)
    if request.method != "POST":
        return show(request, found, AddForm(), Attachments())
    form, attached = AddForm(request.POST), attachments.of(request)
    if "other_language" in request.POST:
        return show(request, found, AddForm(initial=request.POST.dict()), attached)
    for trouble in attached.troubles:
        form.add_error("uploads", trouble)
    if form.is_valid():
        spam.turn_away(request)
    if form.is_valid() and added(found, form, attached):
        return redirect(request.get_full_path())
    return show(request, found, form, attached)


def show(request: HttpRequest, found: Case, form: AddForm, attached: Attachments) -> HttpResponse:
    whole = found.merged_into or found
    events = CaseEvent.objects.of(found).for_reporter()  # of the other, somebody else told us
    context = {
        "case": found,
        "exits": whole.kind in EXITS,
        "state": SAID.get(State(whole.state), "open"),
        "due": next_due(whole),
        "events": [Told(event) for event in events],
        "form": form,
        "attached": attached,
    }
    return render(request, "feedback/case.html", context)


class Told(NamedTuple):
    """One entry, as whoever told us reads it."""

    event: CaseEvent

    @property
    def is_theirs(self) -> bool:
        return self.event.what in THEIRS


def next_due(case: Case) -> tuple[str, date] | None:
    """What they hear of next, and by which day. Of a worry there is no such day."""
    clock = None if case.is_safeguarding or case.state == State.ASIDE else clocks.next_due(case)
    return (clock.rule, clock.due_on) if clock and clock.rule in PROMISED else None


def added(found: Case, form: AddForm, attached: Attachments) -> bool:
    try:
        with transaction.atomic():
            files = attachments.sent(attached)
            cases.hear_from_reporter(found, words=form.cleaned_data["words"], files=files)
    except NotAllowed as error:
        form.add_error("words", str(error))
        return False
    return True


def ask_for_link(request: HttpRequest, reference: str, *, over: bool = False, form: Any = None) -> HttpResponse:
    """The same page for every reference, there or not."""
    context = {"reference": reference, "over": over, "form": form or NewLinkForm()}
    return render(request, "feedback/case_closed_door.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def new_link(request: HttpRequest, reference: str) -> HttpResponse:
    """A new link goes to the address that the case has, if it is the one that was typed; the answer is the same."""
    if request.method != "POST":
        return ask_for_link(request, reference)
    form = NewLinkForm(request.POST)
    if not form.is_valid():
        return ask_for_link(request, reference, form=form)
    spam.turn_away(request)
    mail_link(reference, form.cleaned_data["email"])
    return render(request, "feedback/new_link_sent.html", {"reference": reference})


@transaction.atomic
def mail_link(reference: str, email: str) -> None:
    found = Case.objects.select_for_update().filter(reference=reference, email__iexact=email).exclude(email="").first()
    if found and not spam.too_often(f"case:{found.pk}", email):
        telling.new_link(found)
