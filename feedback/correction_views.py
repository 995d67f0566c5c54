"""The page behind the mailed link: what somebody says is wrong in a listing, and one button that says it is mended."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory.forms import Paragraphs
from feedback import corrections
from feedback.follow_forms import laid_out
from feedback.models import Correction


class RightForm(forms.Form):
    because = Paragraphs(
        longest=2000,
        label=_("It was right, because"),
        help_text=_("The team reads this, and whoever told us does not. At most 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why it was right")},
    )

    @property
    def helper(self) -> FormHelper:
        return laid_out("because", Submit("right", gettext("It was right"), css_class="govuk-button--secondary"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def correction(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it changes nothing: mail scanners open it too. The buttons do, once."""
    try:
        found = corrections.opened(token)
    except corrections.TooOld:
        return render(request, "feedback/correction_over.html", {"over": True}, status=410)
    if found is None:
        return render(request, "feedback/correction_over.html", {}, status=404)
    form = RightForm(request.POST if "right" in request.POST else None)
    if request.method == "POST" and done(found, request.POST, form):
        return redirect(request.path)
    return render(request, "feedback/correction.html", {"correction": found, "form": form})


def done(found: Correction, said: Any, form: RightForm) -> bool:
    if "mended" in said:
        corrections.settle(found, by=corrections.BY_LINK, how=Correction.How.MENDED)
        return True
    if not form.is_valid():
        return False
    because = form.cleaned_data["because"]
    corrections.settle(found, by=corrections.BY_LINK, how=Correction.How.RIGHT, because=because)
    return True
