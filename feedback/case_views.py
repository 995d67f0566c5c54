"""Following a case by its reference and a mailed link, without an account. A guessed reference teaches nothing."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import spam
from feedback import cases, links, telling
from feedback.follow_forms import AddForm, NewLinkForm
from feedback.models import Case, CaseEvent
from feedback.models.cases import State
from feedback.states import NotAllowed

KEY = "key"
# What is said of it to whoever told us: nothing of how far the carer's side is.
SAID = {State.NEW: "new", State.CLOSED: "closed", State.MERGED: "open", State.ASIDE: "new"}


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
    form = AddForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and added(found, form):
        return redirect(request.get_full_path())
    whole = found.merged_into or found
    context = {
        "case": found,
        "state": SAID.get(State(whole.state), "open"),
        "events": CaseEvent.objects.filter(case_id__in=[found.pk, whole.pk]).for_reporter(),
        "form": form,
    }
    return render(request, "feedback/case.html", context)


def added(found: Case, form: AddForm) -> bool:
    try:
        cases.hear_from_reporter(found, words=form.cleaned_data["words"])
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
