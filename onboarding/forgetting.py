"""Everything about a carer goes: at its date, or where they ask for it and nothing has to stay.

What remains is the audit (ids and codes), and of a page that was public its address, which is never given to anybody
else and answers 410.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.forgetting import forget as forget_account
from audit.recording import Actor, record
from directory import services
from files import private
from notifications import outbox
from onboarding import joining, letters, listing_photos, pages, upkeep_mails
from onboarding.dates import add_months
from onboarding.models import Carer


def was_listed(carer: Carer) -> bool:
    """Whether the public ever saw them: then it must be known for years why."""
    return bool(carer.listing and carer.listing.published_at)


def gone_on(carer: Carer, left: date | None = None) -> date | None:
    """The first day on which nothing is kept of them, if they left, or leave on that day."""
    left = left or (timezone.localdate(carer.left_at) if carer.left_at else None)
    return add_months(left, months_of(carer)) if left else None


def months_of(carer: Carer) -> int:
    return settings.LEFT_YEARS * 12 if was_listed(carer) else int(settings.LEFT_UNLISTED_MONTHS)


def purge_left(*, on: date, by: Actor) -> int:
    """Carers who left, at their date. How many."""
    shortest = min(settings.LEFT_YEARS * 12, settings.LEFT_UNLISTED_MONTHS)
    left = Carer.objects.filter(left_at__date__lte=add_months(on, -shortest)).select_related("listing")
    return sum(_purged(carer.pk, on, by) for carer in left.order_by("pk"))


@transaction.atomic
def _purged(pk: int, on: date, by: Actor) -> bool:
    carer = Carer.objects.select_for_update().filter(pk=pk).first()
    day = gone_on(carer) if carer else None
    if carer is None or day is None or day > on:
        return False
    forget(carer, by=by)
    return True


@transaction.atomic
def forget(carer: Carer, *, by: Actor) -> None:
    """Raises `ValueError` for somebody who has not left."""
    row = Carer.objects.select_for_update().get(pk=carer.pk)
    if row.left_at is None:
        raise ValueError(f"Carer {row.pk} has not left.")
    for page in pages.of(row):
        private.purge(page.file, by=by)
    listing_photos.forget_all(row, by=by)
    interests = joining.forget(row.interests.all())
    upkeep_mails.forget_buddies(row)
    listing, owner, address, whose = row.listing, row.owner, row.mail_to, letters.whose(row)
    record("carer.forgotten", by=by, target=row, listing=listing, papers=row.evidence.count(), interests=interests)
    row.delete()
    if listing:
        services.forget(listing, by=by)
    if owner:
        forget_account(owner, by=by)
    outbox.forget_whose(whose)
    if not letters.is_known(address):
        outbox.forget_address(address)
