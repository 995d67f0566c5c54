"""Carers whom the team entered, or who came with a register, are invited to an account of their own.

The link is that of `onboarding.joining`: an interest that has its carer already, so that whoever follows it takes over
that one, with its listing.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.recording import Actor
from onboarding import joining
from onboarding.models import Carer, Interest, Register
from onboarding.papers import NotNow, user_of
from onboarding.settling import held

INVITE = "onboarding.invite_carers"
AGAIN = timedelta(days=1)  # a button pressed twice mails nobody twice


class CannotBeInvited(NotNow):
    """The message says why."""


@transaction.atomic
def invite(carer: Carer, *, by: Actor, at_once: bool = True) -> Interest:
    """Mails the link to the address that the team has for them, and to no other: whoever follows it has the carer.

    Another address is set first (`desk_entry.set_reached`), which tells the one before. Links to another address stop
    working. Raises `CannotBeInvited`.
    """
    row = held(carer)
    _can_be(row, row.email)
    joining.close_all(row, by=by, but_to=row.email)
    interest = row.interests.waiting().first() or _asked(row, by)
    joining.invite(interest, by=by, at_once=at_once)
    return interest


def _can_be(carer: Carer, address: str) -> None:
    if carer.owner_id or carer.left_at:
        raise CannotBeInvited(f"{carer} has an account already, or has left.")
    if not address:
        raise CannotBeInvited(f"{carer} has no email address.")
    if other := Carer.objects.filter(owner__email__iexact=address).first():
        raise CannotBeInvited(f"{other} signs in with {address} already, and an account has one carer.")


def _asked(carer: Carer, by: Actor) -> Interest:
    facts = {"name": carer.name, "phone": carer.phone, "language": carer.language}
    source = Interest.Source.REGISTER
    return Interest.objects.create(carer=carer, email=carer.email, source=source, entered_by=user_of(by), **facts)


def due(register: Register) -> QuerySet[Carer]:
    """Who came with it, has an address and no account, and was mailed no link since yesterday."""
    lately = Interest.objects.filter(carer__isnull=False, invited_at__gt=timezone.now() - AGAIN)
    reachable = register.carers.filter(owner__isnull=True, left_at__isnull=True).exclude(email="")
    return reachable.exclude(pk__in=lately.values("carer")).order_by("name")


def invite_all(register: Register, *, by: Actor) -> int:
    """How many were mailed; each by itself, so that one who cannot be invited holds nobody up."""
    mailed = 0
    for carer in due(register):
        try:
            invite(carer, by=by, at_once=False)
        except NotNow:
            continue
        mailed += 1
    return mailed
