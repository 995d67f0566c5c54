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
        "waiting": [row for row in rows if not row[0].agreed_at and not row[0].waits_for(carer)],
    }
    return render(request, "onboarding/buddy.html", context)


def ask(request: HttpRequest, carer: Carer, form: AskForm) -> bool:
    try:
        other = buddies.find(form.cleaned_data["who"], on=request.today)  # type: ignore[attr-defined]
        row = buddies.ask(carer, other, by=request.user)  # type: ignore[arg-type]
    except NotNow as error:
        form.add_error("who", str(error))
        return False
    said = gettext("You are buddies now.") if row.agreed_at else gettext("We have mailed %(name)s, who says yes or no.")
    messages.success(request, said % {"name": other.name})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def buddy_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One of theirs: to agree, or to end."""
    carer = mine(request)
    row = get_object_or_404(Buddy.objects.of(carer).select_related("asker", "asked"), pk=pk)
    if request.method == "POST":
        if "agree" in request.POST:
            row = buddies.agree(row, carer, by=request.user)  # type: ignore[arg-type]
            if row.agreed_at:  # nobody says yes to their own question
                messages.success(request, gettext("You are buddies now."))
        elif "end" in request.POST:
            buddies.end(row, carer, by=request.user)  # type: ignore[arg-type]
            messages.success(request, gettext("That is done. We have mailed them where they knew of it."))
        return redirect("onboarding:buddy")
    context = {"buddy": row, "other": row.other(carer), "waits": row.waits_for(carer)}
    return render(request, "onboarding/buddy_one.html", context)
