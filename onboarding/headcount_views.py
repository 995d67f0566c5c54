"""Wales: how many people a carer gives personal care to. Where it does not concern somebody, there is no such page."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.forms import Whole
from onboarding import guardrail, headcounts
from onboarding.desk import mine
from onboarding.models.upkeep import MOST_PEOPLE


class HeadcountForm(forms.Form):
    number = Whole(
        low=0,
        high=MOST_PEOPLE,
        wanted=_("Enter the number of people, from 0 to 50"),
        label=_("How many people do you give personal care to at the moment?"),
        help_text=_("A number only. Leave out names. People you only clean, shop or garden for do not count."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def headcount(request: HttpRequest) -> HttpResponse:
    carer, today = mine(request), request.today  # type: ignore[attr-defined]
    if not guardrail.concerns(carer, today):
        raise Http404
    form = HeadcountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        headcounts.say(carer, by=request.user, number=form.cleaned_data["number"], on=today)  # type: ignore[arg-type]
        messages.success(request, gettext("Thank you. We have this month’s number."))
        return redirect("onboarding:headcount")
    last, most = guardrail.last_said(carer), guardrail.most(today) or 0
    context = {
        "form": form,
        "last": last,
        "said_this_month": bool(last and last.month == today.replace(day=1)),
        "most": most,
        "is_full": bool(last and guardrail.is_full(last, today)),
        "is_old": bool(last and guardrail.is_old(last, today)),
        "is_above": bool(last and last.number > most),
    }
    return render(request, "onboarding/headcount.html", context)
