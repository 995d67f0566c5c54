"""Leaving the scheme: what was public ends, what was under way stops, and what has to stay has its date."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import team
from accounts.models import User
from audit.recording import Actor, record
from directory import services
from onboarding import (
    buddies,
    forgetting,
    helping,
    joining,
    listing_photos,
    listings,
    pages,
    papers,
    training,
    upkeep_mails,
)
from onboarding.models import Buddy, Carer
from onboarding.reasons import Reason
from onboarding.settling import held
from onboarding.signals import gone

# What a carer says of why. The team's own reasons are in its decision, and in no audit row.
REASONS = (Reason.STOPPED, Reason.MOVED, Reason.ASKED)


@transaction.atomic
def leave(carer: Carer, *, by: Actor, reason: str = "", tell: bool = True) -> Carer:
    """For good. Leaving again changes nothing. The account works on for the settings' days.

    `reason` is what the carer says of why, one of `REASONS`; none where the team decided it. Raises `ValueError`.

    They are told what goes and what stays, unless not to `tell`.
    """
    said = {"reason": _own(reason).value} if reason else {}
    carer = held(carer)
    if carer.left_at:
        return carer
    if carer.listing:
        services.end(carer.listing, by=by)
    _stop(carer, by)
    _throw_away(carer, by)
    carer.left_at = timezone.now()
    carer.save(update_fields=["left_at"])
    gone.send(sender=Carer, carer=carer, worker=None, by=by)
    record("carer.left", by=by, target=carer, **said)
    if tell:
        upkeep_mails.left(carer, until=account_until(carer), gone_on=forgetting.gone_on(carer))
    return carer


def _own(reason: str) -> Reason:
    if (one := Reason(reason)) not in REASONS:
        raise ValueError(f"{reason} is the team's to decide.")
    return one


def _stop(carer: Carer, by: Actor) -> None:
    """What others wait for: seats, papers to decide, changes to approve, help, buddies; and links to an account."""
    for worker in carer.workers.current():
        training.leave_all(worker, by=by)
    for paper in carer.evidence.undecided():
        papers.take_back(paper, by=by)
    for change in carer.listing_changes.waiting():
        listings.take_back(change, by=by)
    for request in carer.help_requests.still_open():
        helping.close(request, by=by)
    for buddy in Buddy.objects.of(carer):
        buddies.end(buddy, carer, by=by)
    joining.close_all(carer, by=by)


def _throw_away(carer: Carer, by: Actor) -> None:
    """What was begun and not sent, with its files, and every photo. Files of decided papers have their date already."""
    for draft in carer.drafts.all():
        for page in draft.pages.select_related("file"):
            pages.take_away(page, by=by)
        draft.delete()
    listing_photos.forget_all(carer, by=by)
    listings.throw_away(carer, by=by)


def account_until(carer: Carer) -> date | None:
    """The last day on which they can sign in; none where they have no account."""
    if not carer.left_at or not carer.owner_id:
        return None
    return timezone.localdate(carer.left_at) + timedelta(days=settings.LEFT_ACCOUNT_DAYS)


def close_accounts(*, on: date, by: Actor) -> int:
    """Accounts of those who left longer ago than the settings' days, but for who is in the team. How many."""
    before = on - timedelta(days=settings.LEFT_ACCOUNT_DAYS)
    due = User.objects.filter(carer__left_at__date__lt=before, is_active=True, is_staff=False)
    return sum(team.close_account(user, by=by) for user in due.order_by("pk"))
