"""What the account holds about a person, and who a person is: an address, with its account where there is one."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import User


@dataclass(frozen=True)
class Person:
    email: str
    user: User | None


def person(email: str) -> Person:
    return Person(email, User.objects.filter(email__iexact=email).first())


def personal_data(who: Person) -> dict[str, Any]:
    """No password and no secret of a second factor: of those, that there is one."""
    if who.user is None:
        return {}
    fields = ("email", "name", "language", "is_staff", "is_active", "date_joined", "last_login")
    return {
        "account": [{name: getattr(who.user, name) for name in fields}],
        "account: email addresses": list(
            EmailAddress.objects.filter(user=who.user).values("email", "verified", "primary")
        ),
        "account: second factors": list(
            Authenticator.objects.filter(user=who.user).values("type", "created_at", "last_used_at")
        ),
        "account: roles in the team": list(who.user.groups.values("name")),
    }
