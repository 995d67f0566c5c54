"""A session of the team that did nothing for hours is of no use until the second factor is shown again.

Nobody is signed out by it: what somebody had typed comes back to them on the page that asks, and they send it then.
"""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import ngettext

from accounts.models import User
from accounts.second_factor import WAYS, confirm_address, has_one

SEEN = "seen_at"  # in the session, in seconds
STEP = 60  # seconds between two notes of it, so that not every page writes the session
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the field's name)


class AskedAgainWhenIdle:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True) or is_way(request):
            return None  # what is for everybody, and the ways in and out, say nothing of who is there
        user, now = request.user, int(time.time())
        if not isinstance(user, User) or not user.is_staff:
            return None
        seen = last_seen(request, user, now)
        if now - seen >= settings.STAFF_IDLE_HOURS * 3600:
            return ask(request, user)
        if SEEN not in request.session or now - seen >= STEP:
            request.session[SEEN] = now
        return None


def is_way(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name in WAYS)


def last_seen(request: HttpRequest, user: User, now: int) -> int:
    """When they last did something, or last showed who they are."""
    shown = max((int(step["at"]) for step in get_authentication_records(request, user)), default=0)
    return max(shown, int(request.session.get(SEEN, 0))) or now


def ask(request: HttpRequest, user: User) -> HttpResponse:
    """For the second factor; whoever has none yet signs in again."""
    here, said = request.get_full_path(), words()
    if not has_one(user):
        logout(request)
        messages.info(request, said)
        return redirect_to_login(here)
    if request.method == "POST":
        kept = {"typed": typed(request), "files": request.FILES, "secret": any(map(is_secret, request.POST))}
        context = {"said": said, "confirm": confirm_address(user), **kept}
        return render(request, "accounts/away.html", context, status=403)
    messages.info(request, said)
    return redirect(f"{confirm_address(user)}?{urlencode({'next': here})}")


def words() -> str:
    hours = settings.STAFF_IDLE_HOURS
    said = ngettext(
        "You did nothing here for %(hours)s hour. Confirm that it is you, and go on.",
        "You did nothing here for %(hours)s hours. Confirm that it is you, and go on.",
        hours,
    )
    return said % {"hours": hours}


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """But for passwords: no page holds one to be read in it, or kept with it by a browser."""
    fields = request.POST.lists()
    return [(name, value) for name, values in fields if name != TOKEN and not is_secret(name) for value in values]


def is_secret(name: str) -> bool:
    """Whether a field holds a password, by its name: every one of ours and of allauth's says so."""
    return name.rstrip("12").endswith("password")
