"""Every change to a listing is one of these verbs: keyword-only, atomic, with who does it (`by`).

`by` is a user, or the name of a job ("job:demo"). The audit row is written in the same transaction. A verb locks the
listing's row, reads it afresh, writes only its own columns, and then tells the object it was handed: an object read
long ago puts nothing back. What is already so is neither written nor recorded again (rule 5).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from audit.recording import Actor, record, who
from directory import enquiries, vocabulary
from directory.models import CheckRow, Listing, ListingService, UsedSlug
from files.photos import delete_photo

Stretch = tuple[date, date] | None

# What a carer's business says of itself. Everything else has a verb of its own, or, like the slug, never changes.
EDITABLE = frozenset(
    {
        "name", "first_name", "photo", "team_size", "intro_en", "intro_cy", "about_en", "about_cy",
        "phone", "email", "website", "contact_hours_en", "contact_hours_cy",
        "base_name_en", "base_name_cy", "easting", "northing", "miles", "whole_area",
        "groups", "languages", "payments", "works", "space",
        *Listing.PRICES, "price_mile", "minimum_minutes", "price_note_en", "price_note_cy",
    }
)  # fmt: skip
# What stays of a page that ended: whom the council listed. The photo goes with its end.
STAYS = {"name", "first_name", "team_size", "photo"}
SPACE = {"capacity", "capacity_confirmed_on", "space_from", "hours_free", "waiting_weeks", "no_space_for"}
NOWHERE = {"easting": 0, "northing": 0}
LONGEST_PAUSE = timedelta(days=366)
MOST_TRIES = 100


class ListingEnded(Exception):
    """The listing was ended for good; who comes back has a new one."""


@transaction.atomic
def create_listing(*, by: Actor, name: str, owner: Any = None, **facts: Any) -> Listing:
    """A draft, not public. Raises `ValidationError` where a fact cannot be."""
    _only_editable(facts)
    listing = Listing(name=name, owner=owner, slug=_take_slug(name), **facts)
    listing.full_clean(validate_constraints=False)
    _written(listing, force_insert=True)
    record("listing.created", by=by, target=listing)
    return listing


@transaction.atomic
def change_listing(listing: Listing, *, by: Actor, **facts: Any) -> Listing:
    """Raises `ValidationError` where a fact cannot be, and `ValueError` for one that is not for changing here."""
    _only_editable(facts)
    row = _locked(listing, by)
    new = {field: value for field, value in facts.items() if getattr(row, field) != value}
    _save(listing, row, new, clean=True)
    if new:
        record("listing.changed", by=by, target=row, fields=sorted(new))
    return listing


@transaction.atomic
def set_services(listing: Listing, *, by: Actor, services: Iterable[str]) -> None:
    """The kinds of help a listing offers. A new one is found only once its dates are set."""
    wanted = set(services)
    if unknown := wanted - set(vocabulary.SERVICES):
        raise ValueError(f"Not in the vocabulary: {', '.join(sorted(unknown))}")
    row = _locked(listing, by)
    held = set(row.services.values_list("service", flat=True))
    if held == wanted:
        return
    row.services.exclude(service__in=wanted).delete()
    for service in sorted(wanted - held):
        ListingService.objects.create(listing=row, service=service)
    record("listing.services_set", by=by, target=row, services=wanted)


@transaction.atomic
def set_checked(
    listing: Listing,
    *,
    by: Actor,
    stretch: Stretch,
    services: Mapping[str, Stretch],
    checks: Iterable[Mapping[str, Any]],
    team_size: int | None = None,
) -> None:
    """The one writer of a listing's dates, its services' dates, its check rows and how many work.

    Called by onboarding in the transaction of whatever changed (architecture, "Standing"). A service that is offered
    and not in `services` has no dates; one that is not offered is refused. Without `team_size` it stays.
    """
    row = _locked(listing, by)
    offered = {service.service: service for service in row.services.all()}
    if unknown := set(services) - set(offered):
        raise ValueError(f"Not offered: {', '.join(sorted(unknown))}")
    _save(listing, row, {**_dates(stretch), "team_size": team_size or row.team_size})
    for slug, service in offered.items():
        for field, day in _dates(services.get(slug)).items():
            setattr(service, field, day)
        service.save(update_fields=["checked_from", "checked_until"])
    row.checks.all().delete()
    CheckRow.objects.bulk_create(CheckRow(listing=row, order=order, **check) for order, check in enumerate(checks))
    record("listing.checked_set", by=by, target=row, stretch=list(stretch or ()))


@transaction.atomic
def publish(listing: Listing, *, by: Actor) -> None:
    """Public from now, on the days its checks cover. Raises `ListingEnded`."""
    row = _locked(listing, by)
    if row.ended_at:
        raise ListingEnded(f"Listing {row.pk} was ended on {row.ended_at:%Y-%m-%d}; make a new one.")
    if not row.published_at:
        _save(listing, row, {"published_at": timezone.now()})
        record("listing.published", by=by, target=row)


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
    row = _locked(listing, by)
    said = {
        "capacity": capacity,
        "capacity_confirmed_on": on,
        "space_from": space_from,
        "hours_free": hours_free,
        "waiting_weeks": waiting_weeks,
    }
    _save(listing, row, said, clean=True)
    record("listing.capacity_confirmed", by=by, target=row, capacity=capacity)


@transaction.atomic
def set_no_space(listing: Listing, *, by: Actor, services: Iterable[str]) -> None:
    """For these services, and no others, the public is told that there is no space, whatever the carer says of it."""
    slugs, row = sorted(services), _locked(listing, by)
    bits = sum(vocabulary.SERVICES[slug].bit for slug in slugs)
    if row.no_space_for != bits:
        _save(listing, row, {"no_space_for": bits})
        record("listing.no_space_set", by=by, target=row, services=slugs)


@transaction.atomic
def pause(listing: Listing, *, by: Actor, until: date, on: date) -> None:
    """Hides the listing until that day, on which it is public again."""
    check_pause(until, on=on)
    row = _locked(listing, by)
    if row.paused_until != until:
        _save(listing, row, {"paused_until": until})
        record("listing.paused", by=by, target=row, until=until)


def check_pause(until: date, *, on: date) -> None:
    """Raises `ValidationError` for a day that has come, or so far away that it would be an end."""
    if until <= on:
        raise ValidationError({"until": _("Choose a day after today.")})
    if until > on + LONGEST_PAUSE:
        raise ValidationError({"until": _("Choose a day within a year.")})


@transaction.atomic
def resume(listing: Listing, *, by: Actor) -> None:
    """Ends a pause before its day."""
    row = _locked(listing, by)
    if row.paused_until:
        _save(listing, row, {"paused_until": None})
        record("listing.resumed", by=by, target=row)


@transaction.atomic
def suspend(listing: Listing, *, by: Actor) -> None:
    """Hides the listing until it is reinstated. Why is in the decision about the carer (compliance), and in no audit
    row, for it may be a safeguarding matter."""
    row = _locked(listing, by)
    if not row.suspended_at:
        _save(listing, row, {"suspended_at": timezone.now()})
        record("listing.suspended", by=by, target=row)


@transaction.atomic
def reinstate(listing: Listing, *, by: Actor) -> None:
    row = _locked(listing, by)
    if row.suspended_at:
        _save(listing, row, {"suspended_at": None})
        record("listing.reinstated", by=by, target=row)


@transaction.atomic
def end(listing: Listing, *, by: Actor) -> None:
    """For good: the address answers 410 and is never given to somebody else, and the photo and praise are gone. Also
    of one that was removed before: then they go now."""
    row = _locked(listing, by)
    row.praise.all().delete()
    if row.ended_at and not row.photo:
        return
    photo = row.photo
    _save(listing, row, {"ended_at": row.ended_at or timezone.now(), "photo": None})
    record("listing.ended", by=by, target=row)
    if photo:
        delete_photo(photo, by=by)


@transaction.atomic
def remove(listing: Listing, *, by: Actor) -> None:
    """To the public it has ended: 410 at once. All that it says stays until `end`, so that `bring_back` brings it back
    whole, if an appeal says so."""
    row = _locked(listing, by)
    if not row.ended_at:
        _save(listing, row, {"ended_at": timezone.now()})
        record("listing.removed", by=by, target=row)


@transaction.atomic
def bring_back(listing: Listing, *, by: Actor) -> None:
    """One that was removed is there again, on the days its checks cover. Whoever calls it knows that the carer did not
    leave meanwhile."""
    row = _locked(listing, by)
    if row.ended_at:
        _save(listing, row, {"ended_at": None})
        record("listing.brought_back", by=by, target=row)


@transaction.atomic
def strip(listing: Listing, *, by: Actor) -> bool:
    """Of a page that ended nothing stays but whom it was of, and what was checked for which services and when: nothing
    the carer said of themselves or of their work, no place, no way to reach them, no account.

    Whether there was any. Raises `ValueError` where it is still public.
    """
    row = _locked(listing, by)
    if row.published_at and not row.ended_at:
        raise ValueError(f"Listing {row.pk} is still public; end it first.")
    fields = [field for field in Listing._meta.concrete_fields if field.name in (EDITABLE | SPACE) - STAYS]
    empty = {"owner": None, **{field.name: field.get_default() for field in fields}, **NOWHERE}
    if all(getattr(row, name) == value for name, value in empty.items()):
        return False
    _save(listing, row, empty)
    record("listing.stripped", by=by, target=row)
    return True


@transaction.atomic
def forget(listing: Listing, *, by: Actor) -> None:
    """Its row goes, with every enquiry to it; what was public answers 410 for ever. Raises `ValueError` where it is
    still public."""
    row = _locked(listing, by)
    if row.published_at and not row.ended_at:
        raise ValueError(f"Listing {row.pk} is still public; end it first.")
    enquiries.forget(row.enquiries.all())
    if row.photo:
        delete_photo(row.photo, by=by)
    UsedSlug.objects.filter(slug=row.slug).update(gone=row.published_at is not None)
    record("listing.forgotten", by=by, target=row)
    row.delete()


def free_slug(name: str) -> str:
    """A slug that no listing has or had, not even one whose row is gone (rule 2)."""
    stem = slugify(name)[:80] or "carer"
    taken = set(UsedSlug.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken.update(Listing.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _take_slug(name: str) -> str:
    """A free slug, written down as used. Whoever takes the same one at the same moment takes the next."""
    for _try in range(MOST_TRIES):
        slug = free_slug(name)
        try:
            with transaction.atomic():
                UsedSlug.objects.create(slug=slug)
        except IntegrityError:
            continue
        return slug
    raise IntegrityError(f"No slug for {name!r} was free in {MOST_TRIES} tries.")


def _only_editable(facts: Mapping[str, Any]) -> None:
    if others := set(facts) - EDITABLE:
        raise ValueError(f"Not a fact to be edited: {', '.join(sorted(others))}")


def _locked(listing: Listing, actor: Actor) -> Listing:
    """The listing as it stands now, held until the transaction ends; the caller's object is told.

    Raises `NoActor` without somebody behind it.
    """
    who(actor)
    row = Listing.objects.select_for_update().get(pk=listing.pk)
    for field in Listing._meta.concrete_fields:
        setattr(listing, field.attname, getattr(row, field.attname))
    return row


def _save(listing: Listing, row: Listing, columns: Mapping[str, Any], *, clean: bool = False) -> None:
    """Writes these columns alone, and tells the caller's object."""
    for column, value in columns.items():
        setattr(row, column, value)
    if clean:
        row.full_clean(validate_constraints=False)
    _written(row, update_fields=list(columns))
    for column in columns:
        setattr(listing, column, getattr(row, column))


def _written(row: Listing, **how: Any) -> None:
    """The table's own rules are asked by writing. Only where one is broken are they asked by name, for the words:
    Django makes a statement of each, with every column in it, which took half the time of making a listing."""
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError:
        row.validate_constraints()
        raise


def _dates(stretch: Stretch) -> dict[str, date | None]:
    first, last = stretch or (None, None)
    return {"checked_from": first, "checked_until": last}
