"""What the listings say, held against where their carers stand: seen, mended, and kept where time does not explain it.

Time changes what a listing is to say: a stretch begins after a gap, somebody's first day has come. Whatever settled it
last wrote what was right on that day. So a difference is time's where, by the facts of now, the listing would have been
right on some day since the nightly job last went through; every other one was written around the verbs, or left by one
that did not settle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.recording import Actor, record
from notifications.models import JobRun
from onboarding.models import Carer, Mending
from onboarding.settling import for_all, held, said_of, settle, written
from onboarding.standing import Facts, facts_of_all, standing_of
from onboarding.stretches import DAY

JOB = "settle-standing"
LONGEST = timedelta(days=366)  # so far back time is asked; the runs of jobs are kept for 90 days
AT_ONCE = 200


@dataclass(frozen=True)
class Difference:
    """`says` and `wanted` are what the listing says and what it is to say, part by part, of those that differ."""

    carer: Carer
    says: dict[str, Any]
    wanted: dict[str, Any]
    by_time: bool

    @property
    def parts(self) -> list[dict[str, Any]]:
        """As they are kept: days, and for what has none (the checks, how many work) only that it differed."""
        return [
            {"part": part, "was": days(self.says[part]), "is": days(self.wanted[part])} for part in sorted(self.says)
        ]


def days(value: Any) -> list[str]:
    """The stretch as two days; nothing where there is none, or it is not a stretch."""
    return [day.isoformat() for day in value] if isinstance(value, tuple) else []


def differences(*, on: date) -> Iterator[Difference]:
    """Of every listing that has not ended, in few statements for each two hundred."""
    since, numbers = compared_last(on), list(listed().values_list("pk", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        some = list(listed().filter(pk__in=numbers[start : start + AT_ONCE]))
        facts = facts_of_all(some)
        for carer in some:
            if found := difference(carer, facts[carer.pk], on=on, since=since):
                yield found


def listed() -> QuerySet[Carer]:
    rows = Carer.objects.filter(listing__isnull=False, listing__ended_at__isnull=True)
    return rows.select_related("listing").prefetch_related("listing__services", "listing__checks").order_by("pk")


def difference(carer: Carer, facts: Facts, *, on: date, since: date) -> Difference | None:
    listing = carer.listing
    assert listing is not None  # noqa: S101 (asked of those alone that have one)
    now = standing_of(facts, on)
    says, wanted = flat(written(listing)), flat(said_of(listing, now))
    if says == wanted:
        return None
    earlier = (on - DAY * back for back in range(1, (on - since).days + 1))
    by_time = any(says == flat(said_of(listing, standing_of(facts, day))) for day in earlier)
    parts = [part for part in {*says, *wanted} if says.get(part) != wanted.get(part)]
    return Difference(carer, {it: says.get(it) for it in parts}, {it: wanted.get(it) for it in parts}, by_time)


def flat(said: dict[str, Any]) -> dict[str, Any]:
    """Each service a part of its own."""
    services = {f"service:{slug}": stretch for slug, stretch in said["services"].items()}
    return {part: value for part, value in said.items() if part != "services"} | services


def compared_last(on: date) -> date:
    """The day on which the nightly job last went through everybody; where none is known, the longest time ago."""
    runs = JobRun.objects.filter(name=JOB, ended_at__isnull=False, error="")
    last = runs.values_list("started_at", flat=True).first()
    return max(min(timezone.localdate(last), on) if last else date.min, on - LONGEST)


# --- the nightly job -------------------------------------------------------------------------------------


def mend_all(*, by: Actor, on: date) -> int:
    """Every listing is brought to where its carer stands. How many were different. Raises `NotSettled`."""
    since = compared_last(on)
    return for_all(lambda carer: mend(carer, by=by, on=on, since=since))


@transaction.atomic
def mend(carer: Carer, *, by: Actor, on: date, since: date) -> bool:
    """One listing; what time does not explain is kept to be seen. Whether anything was different."""
    carer = held(carer)
    found = difference(carer, facts_of_all([carer])[carer.pk], on=on, since=since)
    if found and not found.by_time:
        keep(found, by=by)
    return settle(carer, by=by, on=on)


def keep(found: Difference, *, by: Actor) -> Mending:
    carer = found.carer
    assert carer.listing is not None  # noqa: S101 (asked of those alone that have one)
    row = Mending.objects.create(carer_id=carer.pk, listing_id=carer.listing.pk, parts=found.parts)
    said = [f"{part['part']}:{side}:{day}" for part in found.parts for side in ("was", "is") for day in part[side]]
    record("listing.mended", by=by, target=row, carer=carer, listing=carer.listing_id,
           parts=[part["part"] for part in found.parts], days=said)  # fmt: skip
    return row
