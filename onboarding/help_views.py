"""Help that a carer asked for. Every request is reached through whoever is signed in."""

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.enquiries import key_of
from onboarding import helping
from onboarding.help_forms import HelpForm, MoreForm
from onboarding.models import Carer, HelpRequest
from onboarding.requirements import Requirement
from onboarding.tasks import asked_of
from onboarding.views import carer_of


@require_safe
@never_cache
def my_help(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    every = list(carer.help_requests.prefetch_related("answers"))
    context = {"open": [one for one in every if one.is_open], "closed": [one for one in every if not one.is_open]}
    return render(request, "onboarding/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def help_new(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    about = request.GET.get("about", "")
    offered = list(may_be_about(carer, about, request))
    today = request.today  # type: ignore[attr-defined]
    form = HelpForm(request.POST or None, offered=offered, today=today, initial={"requirement": about})
    number = request.POST.get("number") or secrets.token_hex(8)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        asked = helping.ask(carer, by=request.user, form_key=key_of(number, facts), **facts)  # type: ignore[arg-type]
        messages.success(request, _("We have your request. We tell you as soon as we answer it."))
        return redirect("onboarding:help_one", asked.pk)
    return render(request, "onboarding/help_new.html", {"form": form, "number": number})


def may_be_about(carer: Carer, about: str, request: HttpRequest) -> Iterable[Requirement]:
    """What is asked of them now, and what they came here from."""
    asked = {need.requirement.slug for need in asked_of(carer, request.today).needs} | {about}  # type: ignore[attr-defined]
    return (one for one in settings.SCHEME.requirements.every if one.slug in asked)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def help_one(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked and answered; posting to it adds something, or says that it is settled."""
    asked = own(request, pk)
    if "settled" in request.POST:
        helping.close(asked, by=request.user)  # type: ignore[arg-type]
        return redirect("onboarding:help_one", pk)
    form = MoreForm(request.POST or None)
    number = request.POST.get("number") or secrets.token_hex(8)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        key = key_of(number, {"words": words})
        helping.add(asked, by=request.user, words=words, form_key=key)  # type: ignore[arg-type]
        messages.success(request, _("The team has what you wrote."))
        return redirect("onboarding:help_one", pk)
    context = {"asked": asked, "answers": asked.answers.select_related("by"), "form": form, "number": number}
    return render(request, "onboarding/help_one.html", context)


def own(request: HttpRequest, pk: int) -> HelpRequest:
    carer = carer_of(request)
    if carer is None:
        raise Http404
    return get_object_or_404(carer.help_requests, pk=pk)
