"""The second factor: required of the team before any page of the admin, and kept encrypted.

allauth has no setting that requires one, so this is our own rule (ADR 9). It asks two things: that the person has an
authenticator app or a passkey, and that this session was opened or confirmed with a second factor, so that a session
from before, opened with a password alone, is of no use.
"""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts import team
from accounts.models import User
from audit.recording import Actor, record

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Pages of the admin for which nobody needs one: they show and change nothing.
FREE = {"login", "logout", "jsi18n"}


class RequiredOfStaff:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user if is_admin(request) else None
        if not isinstance(user, User) or not user.is_staff:
            return None  # whoever is not in the team is turned away by the admin itself
        if not has_one(user):
            return redirect("mfa_index")
        if not was_used(request):
            return redirect(f"{confirm_address(user)}?{urlencode({'next': request.get_full_path()})}")
        return None


def is_admin(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and "admin" in match.namespaces and match.url_name not in FREE)


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=KINDS).exists()


def who_has_one() -> set[int]:
    return set(Authenticator.objects.filter(type__in=KINDS).values_list("user_id", flat=True))


def was_used(request: HttpRequest) -> bool:
    """Whether this session was opened or confirmed with a second factor, or it was set up in it."""
    user = request.user
    return user.is_authenticated and any(step["method"] == "mfa" for step in get_authentication_records(request, user))


def note_use(request: HttpRequest, authenticator: Authenticator) -> None:
    """Setting one up in a session shows as much as using it."""
    if authenticator.type in KINDS:
        record_authentication(request, authenticator.user, "mfa", type=authenticator.type, id=authenticator.pk)


def confirm_address(user: User) -> str:
    """Where somebody who is signed in shows their second factor."""
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


@transaction.atomic
def reset(user: User, *, by: Actor) -> int:
    """Takes away every second factor of somebody who lost theirs, and signs them out. How many there were.

    They sign in with their password and are asked to set up a new one. Each is in the audit by itself as well.
    """
    count = Authenticator.objects.filter(user=user, type__in=KINDS).count()
    Authenticator.objects.filter(user=user).delete()
    record("user.second_factor_reset", by=by, target=user, count=count, sessions=team.end_sessions(user))
    return count


# --- kept encrypted --------------------------------------------------------------------------------------


def cipher() -> MultiFernet:
    """Encrypts under the first key and reads under each of them."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(key_of(text)) for text in [*settings.MFA_KEYS, *keys]])


def key_of(text: str) -> bytes:
    digest = salted_hmac("accounts.second_factor", "key", secret=text, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)


def encrypt(text: str) -> str:
    return cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    return cipher().decrypt(text.encode()).decode()
