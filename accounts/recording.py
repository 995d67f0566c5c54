"""What allauth does, written into the audit in the transaction that does it. Nothing here decides anything."""

import time
from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.app_settings import TOTP_PERIOD
from allauth.mfa.models import Authenticator
from allauth.socialaccount import signals as socialaccount
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import signals as rows
from django.http import HttpRequest

from accounts import second_factor
from audit.recording import Actor, record


def connect() -> None:
    account.user_signed_up.connect(signed_up)
    account.email_changed.connect(email_changed)
    account.password_changed.connect(password_changed)
    account.password_set.connect(password_changed)
    account.password_reset.connect(password_reset)
    rows.post_save.connect(authenticator_saved, sender=Authenticator)
    rows.post_delete.connect(authenticator_deleted, sender=Authenticator)
    mfa.authenticator_added.connect(authenticator_added)
    mfa.authenticator_reset.connect(recovery_codes_made)
    socialaccount.social_account_added.connect(council_connected)
    socialaccount.social_account_removed.connect(council_disconnected)


def signed_up(user: AbstractBaseUser, **kwargs: Any) -> None:
    record("user.signed_up", by=user, target=user)


def email_changed(user: AbstractBaseUser, from_email_address: Any, **kwargs: Any) -> None:
    if from_email_address:  # else it is the first one, confirmed
        record("user.email_changed", by=user, target=user)


def password_changed(user: AbstractBaseUser, **kwargs: Any) -> None:
    record("user.password_changed", by=user, target=user)


def password_reset(user: AbstractBaseUser, **kwargs: Any) -> None:
    record("user.password_reset", by=user, target=user)


def authenticator_saved(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created:
        record("user.second_factor_added", by=who(instance), target=instance.user, kind=str(instance.type))


def authenticator_deleted(instance: Authenticator, **kwargs: Any) -> None:
    record("user.second_factor_removed", by=who(instance), target=instance.user, kind=str(instance.type))


def who(authenticator: Authenticator) -> Actor:
    """Whoever is at it; without anybody at a page, it is done for the person by a command of the team."""
    request = getattr(context, "request", None)
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else authenticator.user


def authenticator_added(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type in second_factor.KINDS:  # recovery codes come with it
        second_factor.note_use(request, authenticator)
        second_factor.sign_out_elsewhere(request, authenticator.user)
    if authenticator.type == Authenticator.Type.TOTP:  # by a code that has been used with that
        second_factor.note_step(authenticator, int(time.time()) // TOTP_PERIOD)


def recovery_codes_made(request: HttpRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever makes new ones has shown a second factor; it may have been one of the codes that these replace."""
    second_factor.note_use(request, authenticator)


def council_connected(sociallogin: SocialLogin, **kwargs: Any) -> None:
    record("user.council_sign_in_connected", by=sociallogin.user, target=sociallogin.user)


def council_disconnected(socialaccount: SocialAccount, **kwargs: Any) -> None:
    record("user.council_sign_in_disconnected", by=socialaccount.user, target=socialaccount.user)
