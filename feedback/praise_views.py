"""Praise as its carer sees it, who says whether it may be shown and answers once; and how its writer takes it back."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.forms import Paragraphs
from feedback import praise
from feedback.follow_forms import laid_out
from feedback.models import Praise


class AnswerForm(forms.Form):
    words = Paragraphs(
        longest=praise.LONGEST_ANSWER,
        label=_("Your answer"),
        help_text=_(
            "You can answer once. It stands under the words once the team has read it. At most 1,000 characters."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your answer")},
    )

    @property
    def helper(self) -> FormHelper:
        return laid_out("words", Submit("answer", gettext("Send your answer")))


def of(request: HttpRequest) -> QuerySet[Praise]:
    """What was passed on to whoever is signed in. What its writer took back is theirs no more."""
    return Praise.objects.going_on().filter(listing__owner=request.user.pk).select_related("listing")


@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    return render(request, "feedback/my_praise.html", {"every": of(request).order_by("-received_at", "-pk")})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def one(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(of(request), pk=pk)
    form = AnswerForm(request.POST if "answer" in request.POST else None)
    if request.method == "POST" and done(request, found, form):
        return redirect("feedback:my_praise_one", pk)
    return render(request, "feedback/my_praise_one.html", {"praise": found, "form": form})


def done(request: HttpRequest, found: Praise, form: AnswerForm) -> bool:
    """What the button says. What cannot be any more is said by the page as it is now."""
    by, said = request.user, request.POST.get("agrees", "")
    try:
        if said in {"yes", "no"}:
            praise.carer_says(found, by=by, agrees=said == "yes")  # type: ignore[arg-type]
        elif not form.is_valid():
            return False
        else:
            words, language = form.cleaned_data["words"], get_language() or "en"
            praise.answer(found, by=by, words=words, language=language)  # type: ignore[arg-type]
    except praise.NotAllowed:
        return True
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the writer's mail: only posting, which no mail scanner does, takes it back."""
    found = praise.opened(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        praise.withdraw(found)
        return redirect(request.path)
    return render(request, "feedback/withdraw.html", {"praise": found})
