"""The second factor: required of the team before any page of the admin, and kept encrypted.

allauth has no setting that requires one, so this is our own rule (ADR 9). It asks two things: that the person has an
authenticator app or a passkey, and that this session was opened or confirmed with a second factor, so that a session
from before, opened with a password alone, is of no use.

Whoever has one, in the team or not, needs it in the same way to change how they sign in: else a password alone could
take it away again. Who lost it has the recovery codes.
"""

import base64
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.crypto import salted_hmac

from accounts import team
from accounts.models import User
from audit.recording import Actor, record
from notifications import outbox

log = logging.getLogger(__name__)

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

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Unreadable):
            return None
        log.error("A second factor was encrypted under a key that is in none of MFA_KEYS and SECRET_KEY_FALLBACKS")
        return render(request, "accounts/unreadable.html", status=503)

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


def sign_out_elsewhere(request: HttpRequest, user: User) -> None:
    """With their first one: whoever came in elsewhere by the password alone is out, as at a change of password."""
    if Authenticator.objects.filter(user=user, type__in=KINDS).count() == 1:
        team.end_sessions(user, but=request.session.session_key)


def first_use(app: Authenticator, code: str) -> bool:
    """Notes which half minute's code an app showed. Whether neither that code nor a later one was used before.

    RFC 6238, 5.2. allauth remembers a code in the cache, and for less time than the code is taken.
    """
    app = Authenticator.objects.select_for_update().get(pk=app.pk)
    step = step_of(decrypt(app.data["secret"]), code)
    if step <= app.data.get("last_step", 0):
        return False
    note_step(app, step)
    return True


def step_of(secret: str, code: str) -> int:
    """The half minute whose code it is, of those that are taken now; 0 for none of them."""
    steps = totp.yield_hotp_counters_from_time()
    return next((step for step in steps if totp.format_hotp_value(totp.hotp_value(secret, step)) == code.strip()), 0)


def note_step(app: Authenticator, step: int) -> None:
    app.data["last_step"] = step
    app.save(update_fields=["data"])


def confirm_address(user: User) -> str:
    """Where somebody who is signed in shows their second factor."""
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


@transaction.atomic
def reset(user: User, *, by: Actor) -> int:
    """Takes away every second factor of somebody who lost theirs, signs them out, and tells them. How many there were.

    They sign in with their password and are asked to set up a new one. Each is in the audit by itself as well. A
    manager does it for others of the team, a job (whoever is at the console) for anybody. Raises `team.Refused`.
    """
    if isinstance(by, User) and by.pk == user.pk:
        raise team.Refused(
            "Nobody takes away their own second factor here. Use a recovery code, or ask another manager."
        )
    team.one_change_at_a_time()
    team.refuse_who_may_no_longer(by, "accounts.reset_second_factor")
    user = User.objects.select_for_update().get(pk=user.pk)
    if isinstance(by, User) and not user.is_staff:
        raise team.Refused(f"{user} is no longer in the team.")
    count = Authenticator.objects.filter(user=user, type__in=KINDS).count()
    Authenticator.objects.filter(user=user).delete()
    event = record("user.second_factor_reset", by=by, target=user, count=count, sessions=team.end_sessions(user))
    tell(user, f"second-factor-reset:{event.pk}")
    return count


def tell(user: User, key: str) -> None:
    template = "accounts/mail/second_factor_reset"
    context = {"link": settings.SITE_URL + translate_url(reverse("account_login"), user.language)}
    outbox.queue(key=key, to=user.email, template=template, language=user.language, context=context)


# --- kept encrypted --------------------------------------------------------------------------------------


class Unreadable(Exception):
    """It was written under a key that this copy does not have: the site's key was changed and the one before lost."""


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
    """Raises `Unreadable`."""
    try:
        return cipher().decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error
