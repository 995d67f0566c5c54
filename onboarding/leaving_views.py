"""Leaving: what goes, what stays and until when; and a box to tick, so that nobody leaves by mistake."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onboarding import forgetting, leaving
from onboarding.desk import mine
from onboarding.listings import is_approved
from onboarding.reasons import Reason

WHY = _("Choose why you leave")


class LeaveForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why do you leave?"),
        choices=[
            (Reason.STOPPED, _("I stop doing this work")),
            (Reason.MOVED, _("I move away")),
            (Reason.ASKED, _("Another reason")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": WHY, "invalid_choice": WHY},
    )
    sure = forms.BooleanField(
        label=_("I want to leave, and know that my page does not come back."),
        error_messages={"required": _("Tick the box if you want to leave")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leave(request: HttpRequest) -> HttpResponse:
    carer, form = mine(request), LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leaving.leave(carer, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return redirect("onboarding:tasks")
    context = {
        "form": form,
        "has_page": is_approved(carer),
        "account_days": settings.LEFT_ACCOUNT_DAYS,
        "evidence_months": settings.EVIDENCE_MONTHS,
        "enquiry_months": settings.ENQUIRY_MONTHS,
        "gone_on": forgetting.gone_on(carer, request.today),  # type: ignore[attr-defined]
    }
    return render(request, "onboarding/leave.html", context)
