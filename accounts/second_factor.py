"""The second factor: required of the team before any page of the admin, and kept encrypted.

allauth has no setting that requires one, so this is our own rule (ADR 9). It asks two things: that the person has an
authenticator app or a passkey, and that this session was opened or confirmed with a second factor, so that a session
from before, opened with a password alone, is of no use.

Whoever has one, in the team or not, needs it in the same way to change how they sign in: else a password alone could
take it away again. Who lost it has the recovery codes.
"""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
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
# Pages of an account that are a way in or out, or where the second factor is shown. Every other one needs it.
WAYS = {
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


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


def shown(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Opens a page of an account only once this session has shown the second factor, where there is one to show."""

    @wraps(view)
    def after_it(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and has_one(user) and not was_used(request):
            return suspend_request(request, confirm_address(user))
        return view(request, *args, **kwargs)

    return after_it


def is_admin(request: HttpRequest) -> bool:
    match = request.resolver_match
    return bool(match and "admin" in match.namespaces and match.url_name not in FREE)


def has_one(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=KINDS).exists()


def who_has_one() -> set[int]:
    return set(Authenticator.objects.filter(type__in=KINDS).values_list("user_id", flat=True))


def was_used(request: HttpRequest) -> bool:
    """Whether this session was opened or confirmed with a second factor that still stands, or it was set up in it."""
    user = request.user
    if not isinstance(user, User):
        return False
    standing = set(Authenticator.objects.filter(user=user).values_list("pk", flat=True))
    steps = get_authentication_records(request, user)
    return any(step["method"] == "mfa" and step.get("id") in standing for step in steps)


def note_use(request: HttpRequest, authenticator: Authenticator) -> None:
    """Setting one up in a session shows as much as using it."""
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
