"""The one writer of a listing's dates and public check rows: what `standing` says, in the transaction of its cause.

Every verb that changes what standing reads takes `held(carer)` first and ends with `settle`.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.recording import Actor
from directory.models import Listing, ListingService
from directory.services import set_checked, set_no_space
from notifications.runs import SomeFailed, without_values
from onboarding.guardrail import without_space
from onboarding.models import Carer
from onboarding.requirements import CODE
from onboarding.standing import Need, Standing, current, holds, latest, standing
from onboarding.stretches import LAST

FIELDS = ("worker", "what_en", "what_cy", "detail_en", "detail_cy", "seen_on", "next_due", "when_it_changes")

log = logging.getLogger(__name__)


class NotSettled(SomeFailed):
    """Some listings could not be brought to where their carers stand; the message has the carers' numbers."""


def held(carer: Carer) -> Carer:
    """The carer as they stand now, locked until the transaction ends: before anything that standing reads changes.

    The listing is read afterwards, by itself: joined, it would be as it was before whoever held the lock let go of it.
    """
    return Carer.objects.select_for_update().get(pk=carer.pk)


@transaction.atomic
def settle(carer: Carer, *, by: Actor, on: date | None = None) -> bool:
    """Brings the listing to where the carer stands. Whether anything was different."""
    carer = held(carer)
    if carer.listing is None or carer.listing.ended_at:
        return False
    on = on or timezone.localdate()
    set_no_space(carer.listing, by=by, services=without_space(carer, on))
    wanted = said_of(carer.listing, standing(carer, on))
    if wanted == written(carer.listing):
        return False
    set_checked(carer.listing, by=by, **wanted)
    return True


def said_of(listing: Listing, now: Standing) -> dict[str, Any]:
    """What the listing is to say, as `set_checked` takes it. Where nobody works, how many did stays."""
    return {
        "stretch": now.stretch,
        "services": {row.service: now.service_stretch(row.service) for row in listing.services.all()},
        "checks": list(check_rows(now)),
        "team_size": len(now.team) or listing.team_size,
    }


def written(listing: Listing) -> dict[str, Any]:
    """What the listing says already."""
    return {
        "stretch": stretch(listing.checked_from, listing.checked_until),
        "services": {row.service: stretch(row.checked_from, row.checked_until) for row in listing.services.all()},
        "checks": [{field: getattr(row, field) for field in FIELDS} for row in listing.checks.all()],
        "team_size": listing.team_size,
    }


def stretch(first: date | None, last: date | None) -> tuple[date, date] | None:
    return (first, last) if first and last else None


def check_rows(now: Standing) -> Iterator[dict[str, Any]]:
    """A line of the trust panel for each requirement that was shown; who it is of, where several people work."""
    several = len(now.team) > 1
    for need in now.needs:
        paper = latest(need.papers, now.on)
        if paper is None or not holds(need.asked, now.on):
            continue
        row = {"worker": need.person.first_name if need.person and several else "", **need.requirement.on_panel()}
        if paper.detail_en:
            row |= {"detail_en": paper.detail_en, "detail_cy": paper.detail_cy}
        yield row | {"seen_on": paper.seen_on, "next_due": due(need, now.on), "when_it_changes": changes(need, now.on)}


def due(need: Need, on: date) -> date | None:
    """The last day of the stretch that holds the day, else of the one before it; none where it has no end."""
    ends = [last for first, last in need.shown if first <= on]
    end = max(ends, default=None) or (current(need.shown, on) or (on, LAST))[1]
    return None if end == LAST else end


def changes(need: Need, on: date) -> bool:
    """The Code is due again when a new version comes, not on a date."""
    return need.requirement.slug == CODE and due(need, on) is None


def on_show(carer: Carer, on: date) -> frozenset[str] | None:
    """The services that their page shows that day; none where the public sees no page."""
    if not carer.listing_id or not Listing.objects.live(on=on).filter(pk=carer.listing_id).exists():
        return None
    there = ListingService.objects.filter(listing=carer.listing_id, checked_from__lte=on, checked_until__gte=on)
    return frozenset(there.values_list("service", flat=True))


def came_back(before: frozenset[str] | None, now: frozenset[str] | None) -> dict[str, Any]:
    """What a message says of the page after something was accepted: that it is there, or shows more services."""
    return {
        "page_back": before is None and now is not None,
        "services_back": sorted((now or frozenset()) - before) if before is not None else [],
    }


def settle_all(*, by: Actor, on: date) -> int:
    """Every listing. How many were different. Raises `NotSettled`."""
    return for_all(lambda carer: settle(carer, by=by, on=on))


def for_all(doing: Callable[[Carer], bool]) -> int:
    """Does it for every carer whose listing has not ended. For how many there was something to do.

    One that fails holds up nobody else's; which ones did is raised at the end.
    """
    carers = Carer.objects.filter(listing__isnull=False, listing__ended_at__isnull=True).order_by("pk")
    different, failed = 0, []
    for carer in list(carers):
        try:
            different += doing(carer)
        except Exception as error:  # whatever it is, the next carer is in order
            log.error("Carer %s was not settled (%s)", carer.pk, without_values(error))
            failed.append(carer.pk)
    if failed:
        raise NotSettled(f"Of {different + len(failed)} to settle these failed: {', '.join(map(str, failed))}")
    return different
