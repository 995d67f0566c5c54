from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import addresses, second_factor
from accounts.forms import Digest, Language
from accounts.models import User


@never_cache
def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (nobody else comes past the middleware)
    context = {"has_second_factor": second_factor.has_one(user), "next_page": onward(request)}
    return render(request, "accounts/home.html", context)


def onward(request: HttpRequest) -> str:
    """Where their work is, if that is somewhere else."""
    url: str = get_adapter().get_login_redirect_url(request)
    return url if url != reverse("accounts:home") else ""


@never_cache
def language(request: HttpRequest) -> HttpResponse:
    """The language of mails to them, kept beside the language of the page they look at."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    form = Language(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(user.language):
            messages.success(request, _("Your language is saved."))
            return redirect("accounts:home")
    return render(request, "accounts/language.html", {"form": form})


@never_cache
def digest(request: HttpRequest) -> HttpResponse:
    """Whether somebody of the team is mailed on weekdays what waits for them."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff:
        raise Http404
    form = Digest(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:home")
    return render(request, "accounts/digest.html", {"form": form})


@login_not_required
@never_cache
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Takes a change of address back, for whoever holds the link that was mailed to the old one."""
    change = addresses.find(token, timezone.now())
    if change and request.method == "POST":
        try:
            addresses.undo(change)
        except addresses.TooLate:
            change = None
        else:
            return render(request, "accounts/undone.html", {"email": change.old_email})
    return render(request, "accounts/undo.html", {"change": change}, status=200 if change else 410)
