"""Who would be shown, hidden, or lose or gain a service on a day to come, if nobody did anything until then, and why.

Pure over `onboarding.standing`, which is read for everybody together. What is public today is what the listings say;
what would be on that day is worked out anew, under the rules in force or under others.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format

from compliance import lapsing
from directory.models import Listing
from onboarding.losing import in_directory, named
from onboarding.models import Carer, CodeOfPractice
from onboarding.requirements import Requirements
from onboarding.standing import Facts, Reason, Standing, facts_of_all, standing_of
from onboarding.stretches import DAY, NEVER, Stretches, current, without

HIDDEN, SHOWN, SERVICES = "hidden", "shown", "services"


@dataclass(frozen=True)
class Change:
    """What is different for one carer on the day, since which day, and why. `lost` and `gained` are services."""

    carer: Carer
    effect: str
    day: date
    reasons: tuple[str, ...]
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        if self.effect != SERVICES:
            return self.effect
        parts = (f"loses {named(self.lost)}" if self.lost else "", f"gains {named(self.gained)}" if self.gained else "")
        return "; ".join(part for part in parts if part)


def plan(
    on: date, *, today: date, requirements: Requirements | None = None, code: CodeOfPractice | None = None
) -> list[Change]:
    """By that day, of everybody in the directory who is not suspended; whoever nothing changes for is not named.

    `requirements` are those that would be in force, `code` a version of the Code that would be published.
    """
    carers = list(in_directory().prefetch_related("listing__services"))
    facts = facts_of_all(carers, versions=[*published(), code] if code else None)
    asked = {pk: replace(of, requirements=requirements) for pk, of in facts.items()} if requirements else facts
    changes = (change(carer, asked[carer.pk], on, today) for carer in carers)
    return [found for found in changes if found]


def published() -> Iterable[CodeOfPractice]:
    return CodeOfPractice.objects.published().order_by("number")


def change(carer: Carer, facts: Facts, on: date, today: date) -> Change | None:
    listing = carer.listing
    assert listing is not None  # noqa: S101 (`in_directory` has them alone)
    then = standing_of(facts, on)
    was = listing.state(today) == Listing.State.LIVE
    will = then.may_be_listed and not (listing.paused_until and listing.paused_until > on)
    if was and not will:
        return Change(carer, HIDDEN, since(without(then.days), on, today), because(then.reasons, today))
    if will and not was:
        return shown(carer, listing, then, today)
    return services(carer, listing, then, today) if will else None


def shown(carer: Carer, listing: Listing, then: Standing, today: date) -> Change:
    day = since(then.days, then.on, today)
    if listing.paused_until and listing.paused_until >= day:
        return Change(carer, SHOWN, listing.paused_until, ("The pause ends",))
    return Change(carer, SHOWN, day, (f"Everything is in order from {date_format(day)}",))


def services(carer: Carer, listing: Listing, then: Standing, today: date) -> Change | None:
    """Of a listing that is there on both days."""
    offered = {row.service: row for row in listing.services.all()}
    shown_today = {slug for slug, row in offered.items() if covers(row.checked_from, row.checked_until, today)}
    will = then.services_now & offered.keys()
    lost, gained = tuple(sorted(shown_today - will)), tuple(sorted(will - shown_today))
    if not (lost or gained):
        return None
    of = then.services
    days = [since(without(of.get(slug, NEVER)), then.on, today) for slug in lost]
    days += [since(of[slug], then.on, today) for slug in gained]
    reasons = because((reason for slug in lost for reason in then.reasons_for(slug)), today, "not shown from")
    return Change(carer, SERVICES, min(days), reasons, lost, gained)


def because(reasons: Iterable[Reason], today: date, goes: str = "hides") -> tuple[str, ...]:
    """Each once; of a paper that ends, when it does and when that shows, as it is seen from today."""
    return tuple(dict.fromkeys(worded(reason, today, goes) for reason in reasons))


def worded(reason: Reason, today: date, goes: str) -> str:
    need = reason.need
    gone = max((last for _first, last in need.met if last < reason.on), default=None) if need else None
    if need is None or gone is None or need.lapsed_on(reason.on) is None:
        return str(reason)
    what = lapsing.of_whom(need)
    last = lapsing.last_day_of(need, gone)
    return f"{what}: {lapsing.ended(need, last, today)}, {goes} {date_format(gone + DAY)}"


def covers(first: date | None, last: date | None, day: date) -> bool:
    return bool(first and last and first <= day <= last)


def since(days: Stretches, on: date, today: date) -> date:
    """The first day of the stretch that holds that day; today, where that has passed."""
    stretch = current(days, on)
    return max(stretch[0], today) if stretch else on


def rows(changes: Iterable[Change]) -> Iterator[tuple[str, str, str, str]]:
    """A line each: who, what, from which day, why."""
    for one in changes:
        yield one.carer.name, one.what, one.day.isoformat(), "; ".join(one.reasons)


def counts(changes: Iterable[Change]) -> dict[str, int]:
    every = list(changes)
    return {
        "shown": sum(one.effect == SHOWN for one in every),
        "hidden": sum(one.effect == HIDDEN for one in every),
        "losing a service": sum(bool(one.lost) for one in every),
        "gaining a service": sum(bool(one.gained) for one in every),
    }
