"""Every change to a listing is one of these verbs: keyword-only, atomic, with who does it (`by`).

`by` is a user, or the name of a job ("job:demo"). The audit row is written here once there is an audit room.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from directory import vocabulary
from directory.models import CheckRow, Listing, ListingService

Actor = Any
Stretch = tuple[date, date] | None


class NoActor(Exception):
    """Somebody, or a job by name, must be behind every change."""


def require_actor(by: Actor) -> None:
    if not by:
        raise NoActor("Say who does this: a user, or a job's name.")


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
    require_actor(by)
    listing = Listing(name=name, slug=free_slug(name), **facts)
    listing.full_clean()
    listing.save()
    return listing


@transaction.atomic
def change_listing(listing: Listing, *, by: Actor, **facts: Any) -> Listing:
    require_actor(by)
    listing = Listing.objects.select_for_update().get(pk=listing.pk)
    for field, value in facts.items():
        setattr(listing, field, value)
    listing.full_clean()
    listing.save()
    return listing


@transaction.atomic
def set_services(listing: Listing, *, by: Actor, services: Iterable[str]) -> None:
    """The kinds of help a listing offers. A new one is found only once its dates are set."""
    require_actor(by)
    wanted = set(services)
    if unknown := wanted - set(vocabulary.SERVICES):
        raise ValueError(f"Not in the vocabulary: {', '.join(sorted(unknown))}")
    listing.services.exclude(service__in=wanted).delete()
    held = set(listing.services.values_list("service", flat=True))
    for service in sorted(wanted - held):
        ListingService.objects.create(listing=listing, service=service)


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
    require_actor(by)
    listing.checked_from, listing.checked_until = stretch or (None, None)
    listing.save(update_fields=["checked_from", "checked_until"])
    for row in listing.services.all():
        row.checked_from, row.checked_until = services.get(row.service) or (None, None)
        row.save(update_fields=["checked_from", "checked_until"])
    listing.checks.all().delete()
    CheckRow.objects.bulk_create(CheckRow(listing=listing, order=order, **check) for order, check in enumerate(checks))


@transaction.atomic
def publish(listing: Listing, *, by: Actor) -> None:
    require_actor(by)
    listing.published_at = listing.published_at or timezone.now()
    listing.save(update_fields=["published_at"])


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
    require_actor(by)
    listing.capacity, listing.capacity_confirmed_on = capacity, on
    listing.space_from, listing.hours_free, listing.waiting_weeks = space_from, hours_free, waiting_weeks
    listing.full_clean()
    listing.save()


@transaction.atomic
def pause(listing: Listing, *, by: Actor, until: date) -> None:
    """Hides the listing until that day, on which it is public again."""
    require_actor(by)
    listing.paused_until = until
    listing.save(update_fields=["paused_until"])


@transaction.atomic
def suspend(listing: Listing, *, by: Actor) -> None:
    require_actor(by)
    listing.suspended_at = timezone.now()
    listing.save(update_fields=["suspended_at"])


@transaction.atomic
def reinstate(listing: Listing, *, by: Actor) -> None:
    require_actor(by)
    listing.suspended_at = None
    listing.save(update_fields=["suspended_at"])


@transaction.atomic
def end(listing: Listing, *, by: Actor) -> None:
    """For good: the address answers 410 and is never given to somebody else."""
    require_actor(by)
    listing.ended_at = timezone.now()
    listing.save(update_fields=["ended_at"])
