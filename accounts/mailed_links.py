"""Links that are mailed to an address: only their hash is kept, and whoever follows one has proved the address."""

import secrets
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from accounts import team
from accounts.models import User
from audit.recording import Actor, record


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def prove_address(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def is_proved(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()


@transaction.atomic
def open_account(email: str, *, name: str, password: str, language: str, **why: Any) -> User:
    """An account for whoever followed a link that was mailed to the address."""
    user = User.objects.create_user(email, password, name=name, language=language)
    prove_address(user)
    record("user.created", by=user, target=user, **why)
    return user


@transaction.atomic
def cleared(user: User, *, by: Actor) -> None:
    """An account that somebody made under this address and never proved: whatever they know of it stops working."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    team.end_sessions(user)
    EmailAddress.objects.filter(user=user).delete()
    prove_address(user)
    record("user.cleared", by=by, target=user)
