"""Every change to a listing is one of these verbs: keyword-only, atomic, with who does it (`by`).

`by` is a user, or the name of a job ("job:demo"). The audit row is written in the same transaction.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from audit.recording import Actor, record
from directory import vocabulary
from directory.models import CheckRow, Listing, ListingService

Stretch = tuple[date, date] | None


def free_slug(name: str) -> str:
    """A slug nobody has or had: rows of ended listings keep theirs, so none is used again (rule 2)."""
    stem = slugify(name)[:80] or "carer"
    taken = set(Listing.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


@transaction.atomic
def create_listing(*, by: Actor, name: str, **facts: Any) -> Listing:
    """A draft, not public. Raises `ValidationError` where a fact cannot be."""
    listing = Listing(name=name, slug=free_slug(name), **facts)
    listing.full_clean()
    listing.save()
    record("listing.created", by=by, target=listing, slug=listing.slug)
    return listing


@transaction.atomic
def change_listing(listing: Listing, *, by: Actor, **facts: Any) -> Listing:
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    for field, value in facts.items():
        setattr(listing, field, value)
    listing.full_clean()
    listing.save()
    record("listing.changed", by=by, target=listing, fields=sorted(facts))
    return listing


@transaction.atomic
def set_services(listing: Listing, *, by: Actor, services: Iterable[str]) -> None:
    """The kinds of help a listing offers. A new one is found only once its dates are set."""
    wanted = set(services)
    if unknown := wanted - set(vocabulary.SERVICES):
        raise ValueError(f"Not in the vocabulary: {', '.join(sorted(unknown))}")
    listing.services.exclude(service__in=wanted).delete()
    held = set(listing.services.values_list("service", flat=True))
    for service in sorted(wanted - held):
        ListingService.objects.create(listing=listing, service=service)
    record("listing.services_set", by=by, target=listing, services=wanted)


@transaction.atomic
def set_checked(
    listing: Listing,
    *,
    by: Actor,
    stretch: Stretch,
    services: Mapping[str, Stretch],
    checks: Iterable[Mapping[str, Any]],
) -> None:
    """The one writer of a listing's dates, its services' dates and its check rows.

    Called by onboarding in the transaction of whatever changed (architecture, "Standing").
    """
    listing.checked_from, listing.checked_until = stretch or (None, None)
    listing.save(update_fields=["checked_from", "checked_until"])
    for row in listing.services.all():
        row.checked_from, row.checked_until = services.get(row.service) or (None, None)
        row.save(update_fields=["checked_from", "checked_until"])
    listing.checks.all().delete()
    CheckRow.objects.bulk_create(CheckRow(listing=listing, order=order, **check) for order, check in enumerate(checks))
    record("listing.checked_set", by=by, target=listing, stretch=list(stretch or ()))


@transaction.atomic
def publish(listing: Listing, *, by: Actor) -> None:
    listing.published_at = listing.published_at or timezone.now()
    listing.save(update_fields=["published_at"])
    record("listing.published", by=by, target=listing)


@transaction.atomic
def confirm_capacity(
    listing: Listing,
    *,
    by: Actor,
    on: date,
    capacity: str,
    space_from: date | None = None,
    hours_free: int | None = None,
    waiting_weeks: int | None = None,
) -> None:
    """What the carer says about space, and the day they said it."""
    listing.capacity, listing.capacity_confirmed_on = capacity, on
    listing.space_from, listing.hours_free, listing.waiting_weeks = space_from, hours_free, waiting_weeks
    listing.full_clean()
    listing.save()
    record("listing.capacity_confirmed", by=by, target=listing, capacity=capacity)


@transaction.atomic
def pause(listing: Listing, *, by: Actor, until: date) -> None:
    """Hides the listing until that day, on which it is public again."""
    listing.paused_until = until
    listing.save(update_fields=["paused_until"])
    record("listing.paused", by=by, target=listing, until=until)


@transaction.atomic
def suspend(listing: Listing, *, by: Actor) -> None:
    listing.suspended_at = listing.suspended_at or timezone.now()
    listing.save(update_fields=["suspended_at"])
    record("listing.suspended", by=by, target=listing)


@transaction.atomic
def reinstate(listing: Listing, *, by: Actor) -> None:
    listing.suspended_at = None
    listing.save(update_fields=["suspended_at"])
    record("listing.reinstated", by=by, target=listing)


@transaction.atomic
def end(listing: Listing, *, by: Actor) -> None:
    """For good: the address answers 410 and is never given to somebody else."""
    listing.ended_at = listing.ended_at or timezone.now()
    listing.save(update_fields=["ended_at"])
    record("listing.ended", by=by, target=listing)
