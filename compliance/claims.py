"""Who has what of the queue open: opening claims it for a while, so that two people do not work at the same thing.

A row for each thing, once. An old one says nothing: whoever opens the thing next has it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from compliance.models import Claim
from compliance.models.work import HELD_FOR

KEEP = timedelta(days=1)


def claim(kind: str, number: int, *, by: Any, now: datetime) -> Claim:
    """The claim that holds after this: mine, made or renewed, or that of whoever has it open."""
    mine = Claim.objects.filter(kind=kind, number=number).select_related("by")
    while True:  # again only where somebody let go of it at this moment
        row = mine.first() or _made(kind, number, by, now)
        if row and row.by_id != by.pk and row.held_until > now:
            return row
        if row:
            # Whoever comes at the same moment finds another `opened_at` than they read, and takes over nothing.
            mine.filter(opened_at=row.opened_at, by=row.by_id).update(by=by, opened_at=now)
            if found := mine.first():
                return found


def _made(kind: str, number: int, by: Any, now: datetime) -> Claim | None:
    try:
        with transaction.atomic():
            return Claim.objects.create(kind=kind, number=number, by=by, opened_at=now)
    except IntegrityError:  # somebody opened it at this moment, and may have let go of it again
        return Claim.objects.select_related("by").filter(kind=kind, number=number).first()


def release(kind: str, number: int, *, by: Any) -> bool:
    """It is anybody's again. Whether it was theirs to let go of."""
    return bool(Claim.objects.filter(kind=kind, number=number, by=by).delete()[0])


def held(now: datetime) -> dict[tuple[str, int], Claim]:
    """What somebody has open, by its kind and number."""
    rows = Claim.objects.filter(opened_at__gt=now - HELD_FOR).select_related("by")
    return {(row.kind, row.number): row for row in rows}


def purge(now: datetime) -> int:
    """Takes away those that ran out a day ago."""
    return Claim.objects.filter(opened_at__lt=now - KEEP).delete()[0]
