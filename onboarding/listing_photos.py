"""The photo of a listing that is being written: a new one takes the place of the one before."""

from typing import IO

from django.db import transaction
from django.db.models import QuerySet

from audit.recording import Actor
from files.models import Photo
from files.photos import CENTRE, accept_photo, delete_photo
from onboarding import listings
from onboarding.models import Carer, ListingChange, ListingDraft
from onboarding.settling import held


@transaction.atomic
def choose(carer: Carer, *, by: Actor, upload: IO[bytes], centre: tuple[float, float] = CENTRE) -> Photo:
    """Raises `PhotoRefused`, which says how to mend it. Of two tabs the last one counts: each shows what it sent."""
    photo = accept_photo(upload, by=by, centre=centre)
    _instead(carer, by, photo)
    return photo


@transaction.atomic
def remove(carer: Carer, *, by: Actor) -> None:
    """The listing is to have none; a public one stays until that is sent."""
    _instead(carer, by, None)


@transaction.atomic
def throw_away(carer: Carer, *, by: Actor) -> None:
    """All that was drafted, with its photo."""
    carer = held(carer)
    draft = ListingDraft.objects.filter(carer=carer).first()
    listings.throw_away(carer, by=by)
    _forget(carer, by, draft.facts.get("photo") if draft else None)


@transaction.atomic
def forget_all(carer: Carer, *, by: Actor) -> None:
    """Every photo that was drafted, sent or public before, of somebody who left: none of them is put back any more."""
    for photo in Photo.objects.filter(pk__in=named_in(carer.listing_changes.all()) | in_use(carer)):
        delete_photo(photo, by=by)


def named_in(changes: QuerySet[ListingChange]) -> set[int]:
    """The numbers of all photos that were sent with them or were public before; some may be gone."""
    return {photo for row in changes for photo in (row.before.get("photo"), row.after.get("photo")) if photo}


def in_use(carer: Carer) -> set[int]:
    """The public one and the drafted one."""
    draft = ListingDraft.objects.filter(carer=carer).first()
    public = carer.listing.photo_id if carer.listing else None
    return {photo for photo in (public, draft.facts.get("photo") if draft else None) if photo}


def _instead(carer: Carer, by: Actor, photo: Photo | None) -> None:
    carer = held(carer)
    draft = ListingDraft.objects.filter(carer=carer).first()
    before = draft.facts.get("photo") if draft else None
    listings.keep(carer, by=by, facts={"photo": photo})
    _forget(carer, by, before)


def _forget(carer: Carer, by: Actor, photo: int | None) -> None:
    if photo and not _was_sent(carer, photo) and (old := Photo.objects.filter(pk=photo).first()):
        delete_photo(old, by=by)


def _was_sent(carer: Carer, photo: int) -> bool:
    """What the team or the public has seen may have to be put back."""
    if carer.listing and carer.listing.photo_id == photo:
        return True
    return photo in named_in(carer.listing_changes.all())
