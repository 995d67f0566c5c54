"""A carer's buddies: asking somebody, answering, and ending it. Only the two of them see it."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.forms import Line
from onboarding import buddies
from onboarding.desk import mine
from onboarding.models import Buddy, Carer
from onboarding.papers import NotNow


class AskForm(forms.Form):
    who = Line(
        longest=200,
        label=_("Who would you like to ask?"),
        help_text=_("Their name as on their public page, the address of that page, or the email address on it."),
        error_messages={"required": _("Enter who you would like to ask")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def buddy(request: HttpRequest) -> HttpResponse:
    carer, form = mine(request), AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and ask(request, carer, form):
        return redirect("onboarding:buddy")
    known = Buddy.objects.of(carer).select_related("asker__listing", "asked__listing")
    rows = [(row, row.other(carer), row.phone(carer)) for row in known]
    context = {
        "form": form,
        "to_answer": [row for row in rows if row[0].waits_for(carer)],
        "agreed": [row for row in rows if row[0].agreed_at],
        "may_ask": buddies.takes_part(carer),
        "waiting": [row for row in rows if not row[0].agreed_at and not row[0].waits_for(carer)],
    }
    return render(request, "onboarding/buddy.html", context)


def ask(request: HttpRequest, carer: Carer, form: AskForm) -> bool:
    try:
        other = buddies.find(form.cleaned_data["who"], on=request.today)  # type: ignore[attr-defined]
        row = buddies.ask(carer, other, by=request.user, on=request.today)  # type: ignore[arg-type, attr-defined]
    except NotNow as error:
        form.add_error("who", str(error))
        return False
    what = gettext("You are buddies now.") if row.agreed_at else gettext("They say yes or no, and we tell you.")
    messages.success(request, f"{told(other)} {what}")
    return True


def told(other: Carer) -> str:
    """How the other of the two is told."""
    said = gettext("We have mailed %(name)s.") if other.mail_to else gettext("%(name)s gets a letter by post.")
    return said % {"name": other.name}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def buddy_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One of theirs: to agree, or to end."""
    carer = mine(request)
    row = get_object_or_404(Buddy.objects.of(carer).select_related("asker", "asked"), pk=pk)
    if request.method == "POST":
        answer(request, carer, row)
        return redirect("onboarding:buddy")
    context = {"buddy": row, "other": row.other(carer), "waits": row.waits_for(carer)}
    return render(request, "onboarding/buddy_one.html", context)


def answer(request: HttpRequest, carer: Carer, row: Buddy) -> None:
    """Yes, or an end; meanwhile the other may have ended it."""
    by: Any = request.user
    try:
        if "agree" in request.POST:
            buddies.agree(row, carer, by=by)
            messages.success(request, f"{gettext('You are buddies now.')} {told(row.other(carer))}")
        elif "end" in request.POST and buddies.end(row, carer, by=by):
            messages.success(request, f"{gettext('That is done.')} {told(row.other(carer))}")
    except NotNow as error:
        messages.info(request, f"{error}.")
