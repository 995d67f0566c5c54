"""What the account holds about a person, and who a person is: an address, with its account where there is one.

Every room that knows something of people offers `personal_data(person)`, and `erase(person)` where it can go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.forgetting import forget
from accounts.models import User
from audit.recording import Actor


@dataclass(frozen=True)
class Person:
    """`number` is a carer's, for whoever has neither address nor account."""

    email: str
    user: User | None
    number: int | None = None


def person(email: str) -> Person:
    return Person(email, User.objects.filter(email__iexact=email).first() if email else None)


@dataclass(frozen=True)
class Part:
    """One kind of thing that is held about a person who asked to be erased: how many of it go, or why it stays.

    `code` stands for it in the audit. Of what stays, `until` is the first day on which it is not kept; none where that
    hangs on something else, which `stays` says.
    """

    code: str
    what: Promise | str
    gone: int = 0
    stays: Promise | str = ""
    until: date | None = None


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


def erase(who: Person, *, by: Actor, on: date) -> Iterator[Part]:
    """The account, once no carer's journey is in it any more."""
    what = _("Your account, with its email address, password and second factors")
    if who.user is None or not User.objects.filter(pk=who.user.pk).exists():
        return
    if forget(who.user, by=by):
        yield Part("account", what, gone=1)
    else:
        yield Part("account", what, stays=_("You are a member of the team. Ask again once you have left it."))
