"""Where allauth asks us: what it says, where it leads, how it mails, and who may come in by the council's sign-in."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import addresses, caller, council_sign_in, second_factor
from accounts.models import User
from notifications import outbox

# allauth's mails, by our own names. What is not here is not sent.
MAILS = {
    "account/email/email_confirmation_signup": "accounts/mail/welcome",
    "account/email/email_confirmation": "accounts/mail/new_address",
    "account/email/account_already_exists": "accounts/mail/account_exists",
    "account/email/unknown_account": "accounts/mail/no_account",
    "account/email/password_reset_key": "accounts/mail/new_password",
    "account/email/password_changed": "accounts/mail/password_changed",
    "account/email/password_reset": "accounts/mail/password_changed",
    "account/email/password_set": "accounts/mail/password_changed",
    "account/email/email_changed": "accounts/mail/address_changed",
    "mfa/email/totp_activated": "accounts/mail/second_factor_added",
    "mfa/email/webauthn_added": "accounts/mail/second_factor_added",
    "mfa/email/totp_deactivated": "accounts/mail/second_factor_removed",
    "mfa/email/webauthn_removed": "accounts/mail/second_factor_removed",
    "mfa/email/recovery_codes_generated": "accounts/mail/recovery_codes",
    "socialaccount/email/account_connected": "accounts/mail/council_connected",
}
# Parts of a mail's context that sign in or act: nobody but its reader sees them.
SECRETS = {"activate_url", "key", "password_reset_url", "undo_url"}
TOO_MANY = _("There were too many tries. Wait five minutes, then try again.")
WRONG_CODE = _("That code is wrong, or was used before. Enter the code that your app shows now, or a recovery code.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The email address or the password is wrong. Check both and try again."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": _("The password is wrong. Enter the password that you sign in with."),
        "enter_current_password": _("The password is wrong. Enter the password that you sign in with."),
        "incorrect_code": WRONG_CODE,
        "duplicate_email": _("That is your address already. Enter the address you want to change to."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whoever cannot be told from others signs in nowhere: their tries could not be counted."""
        if not (seen := caller.address(request)):
            raise PermissionDenied("The proxy in front does not say who asks; see TRUSTED_PROXIES")
        return seen

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.language = get_language() or ""
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_authenticated and request.user.is_staff:
            return reverse("admin:index")
        try:
            return reverse("onboarding:tasks")
        except NoReverseMatch:
            return reverse("accounts:home")

    get_signup_redirect_url = get_login_redirect_url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:home")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("accounts:home" if self.request.user.is_authenticated else "account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A password confirms nothing for whoever has more than a password: it may be what was stolen."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and second_factor.has_one(user):
            return [way for way in ways if way["id"] != "reauthenticate"]
        return ways

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return redirect("account_inactive")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        context = dict(context or {}, user=user)
        if template_prefix == "account/email/email_changed" and email:
            context["undo_url"] = addresses.undo_link(user, email)
        super().send_notification_mail(template_prefix, user, context, email)

    @transaction.atomic
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, in the language the reader chose, else the one of the page that caused it."""
        template = MAILS.get(template_prefix)
        if not template:
            return
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = (user.language if user else "") or get_language() or ""
        links = {key: in_mail(value, language) for key, value in context.items() if key.endswith("_url")}
        context = {key: context[key] for key in ("from_email", "to_email") if key in context} | links
        outbox.queue(
            key=f"account:{secrets.token_hex(12)}",
            to=email,
            template=template,
            language=language,
            secrets=[value for key, value in context.items() if key in SECRETS],
            context=context | {"email": email},
        )


def in_mail(url: str, language: str) -> str:
    """Our own address, in the reader's language. allauth puts before it the name that the request came under, which is
    whatever its sender wrote there."""
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    return settings.SITE_URL + translate_url(path, language)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return second_factor.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        return str(settings.SCHEME.council)

    def _get_site_name(self) -> str:
        return str(settings.SCHEME.name)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("Passkey")


class CouncilAdapter(DefaultSocialAccountAdapter):
    """The council's own sign-in knows whom we know: by a link made before or from inside, or by an invitation followed
    just now."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing:
            return
        if council_sign_in.connect_own(request, sociallogin):
            raise ImmediateHttpResponse(redirect("socialaccount_connections"))
        if not council_sign_in.connect_invited(request, sociallogin):
            raise ImmediateHttpResponse(render(request, "accounts/not_invited.html", status=403))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        AccountAdapter().send_notification_mail(*args, **kwargs)
