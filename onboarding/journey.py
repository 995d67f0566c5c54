"""The verbs of a carer's business: begun, its services, its people. Each settles its standing before it ends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.recording import Actor, record
from directory import vocabulary
from directory.models import Listing
from onboarding.models import Carer, Worker
from onboarding.papers import NotNow
from onboarding.settling import held, settle
from onboarding.signals import gone
from onboarding.training import Gone, leave_all


class TooMany(NotNow):
    """The scheme allows no more people in one business."""

    words = _("No more people may work in one business.")


class LastWorker(NotNow):
    """Somebody must work in the business."""

    words = _("Somebody must work in the business on that day. Add or bring back somebody else first.")


class SameName(NotNow):
    """Somebody of that first name works there already; the public tells people apart by it."""

    words = _(
        "Somebody of that first name works with you already. Add a letter, like “Ann R”, so that people know who is who"
    )


@transaction.atomic
def start(
    *,
    by: Actor,
    name: str,
    first_name: str,
    owner: Any = None,
    on: date | None = None,
    services: Iterable[str] = (),
    **facts: Any,
) -> Carer:
    """A journey, with the carer as its first worker. Whoever has one already gets that one."""
    if owner:  # held, so that two at once begin one
        get_user_model().objects.select_for_update().get(pk=owner.pk)
    if owner and (mine := Carer.objects.filter(owner=owner).first()):
        return mine
    carer = Carer.objects.create(name=name, owner=owner, services=sorted(known(services)), **facts)
    carer.workers.create(first_name=first_name, works_from=on or timezone.localdate())
    record("carer.started", by=by, target=carer)
    return carer


@transaction.atomic
def link(carer: Carer, *, by: Actor, listing: Listing) -> Carer:
    """The listing is this carer's, from now on kept to where they stand; the account that owns it is theirs too."""
    carer = held(carer)
    owner = listing.owner_id if carer.owner_id is None else carer.owner_id
    if (carer.listing_id, carer.owner_id) != (listing.pk, owner):
        carer.listing_id, carer.owner_id = listing.pk, owner
        carer.save(update_fields=["listing", "owner"])
        record("carer.listing_linked", by=by, target=carer, listing=listing)
        settle(carer, by=by)
    return carer


@transaction.atomic
def set_services(carer: Carer, *, by: Actor, services: Iterable[str]) -> Carer:
    """What they would like to offer. What the listing offers is approved by the team."""
    carer, wanted = held(carer), sorted(known(services))
    if carer.services != wanted:
        carer.services = wanted
        carer.save(update_fields=["services"])
        record("carer.services_set", by=by, target=carer, services=wanted)
        settle(carer, by=by)
    return carer


@transaction.atomic
def say_records(carer: Carer, *, by: Actor, keeps: bool) -> Carer:
    """Whether they keep records of clients electronically, so that the data-protection fee is due."""
    carer = held(carer)
    if carer.keeps_records is not keeps:
        carer.keeps_records = keeps
        carer.save(update_fields=["keeps_records"])
        record("carer.keeps_records_set", by=by, target=carer, keeps=keeps)
        settle(carer, by=by)
    return carer


@transaction.atomic
def add_worker(carer: Carer, *, by: Actor, first_name: str, works_from: date, most: int) -> Worker:
    """Raises `TooMany` over the scheme's `most`, and `SameName`."""
    carer = held(carer)
    if carer.workers.current().count() >= most:
        raise TooMany
    _name_is_free(carer, first_name)
    worker = carer.workers.create(first_name=first_name, works_from=works_from)
    record("worker.added", by=by, target=worker, carer=carer)
    settle(carer, by=by)
    return worker


@transaction.atomic
def stand_down(worker: Worker, *, by: Actor, on: date) -> Worker:
    """They give no care from that day on, and what is asked of each worker is not asked of them.

    Raises `LastWorker` where nobody else works then.
    """
    carer, row = _held_worker(worker)
    _somebody_else(carer, row, on)
    row.stood_down_on = max(on, row.works_from)
    row.save(update_fields=["stood_down_on"])
    record("worker.stood_down", by=by, target=row, carer=carer, on=row.stood_down_on)
    settle(carer, by=by)
    return row


@transaction.atomic
def bring_back(worker: Worker, *, by: Actor) -> Worker:
    """They work again; their papers count again from today."""
    carer, row = _held_worker(worker)
    if row.stood_down_on:
        row.stood_down_on = None
        row.save(update_fields=["stood_down_on"])
        record("worker.brought_back", by=by, target=row, carer=carer)
        settle(carer, by=by)
    return row


@transaction.atomic
def remove_worker(worker: Worker, *, by: Actor, on: date) -> None:
    """Gone from the business and from training they booked; what they showed stays for its retention.

    Raises `LastWorker`.
    """
    carer, row = _held_worker(worker)
    _somebody_else(carer, row, on)
    leave_all(row, by=by)
    row.removed_at = timezone.now()
    row.save(update_fields=["removed_at"])
    gone.send(sender=Worker, carer=carer, worker=row, by=by)
    record("worker.removed", by=by, target=row, carer=carer)
    settle(carer, by=by)


def known(services: Iterable[str]) -> set[str]:
    wanted = set(services)
    if unknown := wanted - set(vocabulary.SERVICES):
        raise ValueError(f"Not in the vocabulary: {', '.join(sorted(unknown))}")
    return wanted


def _held_worker(worker: Worker) -> tuple[Carer, Worker]:
    """Raises `Gone` for somebody who was removed meanwhile."""
    carer = held(worker.carer)
    if (row := carer.workers.current().filter(pk=worker.pk).first()) is None:
        raise Gone
    return carer, row


def _somebody_else(carer: Carer, worker: Worker, on: date) -> None:
    still = Q(stood_down_on__isnull=True) | Q(stood_down_on__gt=on)
    if not carer.workers.current().filter(still, works_from__lte=on).exclude(pk=worker.pk).exists():
        raise LastWorker


def _name_is_free(carer: Carer, first_name: str) -> None:
    if carer.workers.current().filter(first_name__iexact=first_name).exists():
        raise SameName
