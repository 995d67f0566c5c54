"""What the demonstration's carers see to over the years: numbers of people given personal care, and buddies.

Where the law has a most (Wales), somebody is above it, somebody is at it, and somebody has not said for a quarter of
a year. Safe to run again: a month that was said is left alone, and so is whoever has a buddy.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain, repeat
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.demo import CARER
from directory.models import Listing
from onboarding import buddies, guardrail, headcounts
from onboarding.dates import add_months
from onboarding.demo import BY
from onboarding.models import Buddy, Carer
from onboarding.settling import settle


class Said(NamedTuple):
    number: int
    months_ago: int = 0


OWN = Said(3)  # of the carer who can be signed in as
# Of the others whom it concerns, in turn; and of all who come after.
PLAN = (Said(5), Said(4), Said(2), Said(4, months_ago=3), Said(3, months_ago=1), Said(0))
REST = Said(2)


def demo(scheme: Any, *, on: date) -> str:
    numbers = sum(_say(carer, said, on) for carer, said in _numbers(on))
    made = _buddies(on)
    if not numbers and not made:
        return "Demonstration of upkeep: nothing changed."
    return f"Demonstration of upkeep: {numbers} numbers said, {made} buddies asked."


def _numbers(on: date) -> Iterator[tuple[Carer, Said]]:
    carers = Carer.objects.filter(listing__published_at__isnull=False).select_related("listing", "owner").order_by("pk")
    concerned = [carer for carer in carers if guardrail.concerns(carer, on)]
    others = [carer for carer in concerned if carer.mail_to != CARER]
    yield from ((carer, OWN) for carer in concerned if carer.mail_to == CARER)
    yield from zip(others, chain(PLAN, repeat(REST)), strict=False)


@transaction.atomic
def _say(carer: Carer, said: Said, on: date) -> bool:
    """Whether there was something to say."""
    day = add_months(on, -said.months_ago)
    known = carer.headcounts.all() if said.months_ago else carer.headcounts.filter(month=day.replace(day=1))
    if known.exists():
        return False
    at = timezone.make_aware(datetime.combine(day, time(18, 10))) if said.months_ago else None
    headcounts.say(carer, by=carer.owner or BY, number=said.number, on=day, at=at)
    settle(carer, by=BY, on=on)
    return True


@transaction.atomic
def _buddies(on: date) -> int:
    """The demonstration's carer has one, is asked by another, and waits for a third. How many were asked."""
    mine = Carer.objects.select_related("listing", "owner").filter(owner__email=CARER).first()
    if mine is None or not buddies.takes_part(mine) or Buddy.objects.filter(Q(asker=mine) | Q(asked=mine)).exists():
        return 0
    live = Carer.objects.filter(left_at=None, listing__in=Listing.objects.live(on=on)).exclude(pk=mine.pk)
    others = list(live.order_by("pk")[:3])
    for other, meet in zip(others, (_agree, _asked_by, _asks), strict=False):
        meet(mine, other, on)
    return len(others)


def _asks(mine: Carer, other: Carer, on: date) -> Buddy:
    return buddies.ask(mine, other, by=mine.owner or BY, on=on)


def _agree(mine: Carer, other: Carer, on: date) -> None:
    buddies.agree(_asks(mine, other, on), other, by=other.owner or BY)


def _asked_by(mine: Carer, other: Carer, on: date) -> None:
    """Nothing to ask where the carer's own page is hidden that day."""
    if mine.listing and mine.listing.state(on) == Listing.State.LIVE:
        buddies.ask(other, mine, by=other.owner or BY, on=on)
