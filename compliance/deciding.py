"""Decisions about a carer: each with a person, a reason, its effect on the listing, a message, and a row nobody edits.

Nobody decides about themselves, and nobody decides twice what somebody else decided meanwhile: the carer's row is held
first. Removal for a breach of the Code comes with the cases.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record, who
from compliance.models import Decision, Note
from directory import services
from directory.models import Listing
from directory.services import Reason
from onboarding import forgetting, leaving, letters, listings
from onboarding.models import Carer, ListingChange
from onboarding.papers import Decided, NotNow, not_own
from onboarding.settling import held, settle

Kind = Decision.Kind
DECIDE = "compliance.decide_carers"
SUSPENDED = "compliance/mail/suspended"
REINSTATED = "compliance/mail/reinstated"
ENDED = "compliance/mail/ended"

SUSPEND_FOR = (Reason.CONCERN, Reason.SAFEGUARDING, Reason.DBS, Reason.PAPERS, Reason.ASKED, Reason.OTHER)
REINSTATE_FOR = (Reason.SETTLED, Reason.PAPERS, Reason.MISTAKE, Reason.ASKED, Reason.OTHER)
END_FOR = (Reason.ASKED, Reason.MOVED, Reason.STOPPED, Reason.DIED, Reason.UNREACHABLE)
TRIES = 3


class NoListing(NotNow):
    """There is nothing public to decide about."""

    words = "There is no listing to decide about: none was approved, or it has ended."


class TriedTooLittle(NotNow):
    """Somebody who cannot be reached was tried three times, on three days, first."""

    def __init__(self, days: int):
        super().__init__(f"Try to reach them on {TRIES} different days first, and write each try down. {days} so far.")


@transaction.atomic
def approve(change: ListingChange, *, by: Actor) -> Listing:
    """The listing, or the change to it, is public on the days its checks cover. A first one is a decision about them.

    Raises what `listings.approve` does.
    """
    first = change.is_first
    listing = listings.approve(change, by=by)
    if first:
        _decide(change.carer, Kind.APPROVED, by, Reason.IN_ORDER, listing=listing, alone=change.sent_by_id == _pk(by))
    return listing


@transaction.atomic
def suspend(carer: Carer, *, by: Actor, reason: str, review_on: date, on: date, words: str = "") -> Decision:
    """Hides the listing until it is reinstated; `review_on` is the day by which somebody looks again.

    Of a safeguarding matter nothing is said to the carer but that the listing is paused (product.md, "Feedback"), so
    `words` are refused. Raises `NoListing`, `Decided`, `OwnPaper`, and `ValueError` for a day that is not to come.
    """
    carer, listing = _decided_about(carer, by)
    if listing.suspended_at:
        raise Decided(f"{carer} is suspended already, since {timezone.localdate(listing.suspended_at):%-d %B %Y}.")
    if review_on <= on:
        raise ValueError("The day of the review is to come.")
    if reason == Reason.SAFEGUARDING and words.strip():
        raise ValueError("Of a safeguarding matter nothing is said to the carer.")
    services.suspend(listing, by=by, reason=_one_of(SUSPEND_FOR, reason))
    decision = _decide(carer, Kind.SUSPENDED, by, reason, words=words, review_on=review_on)
    _tell(carer, decision, SUSPENDED)
    return decision


@transaction.atomic
def reinstate(carer: Carer, *, by: Actor, reason: str, on: date, words: str = "") -> Decision:
    """The suspension is lifted; standing says whether the listing is public. Raises as `suspend` does."""
    carer, listing = _decided_about(carer, by)
    if not listing.suspended_at:
        raise Decided(f"{carer} is not suspended.")
    services.reinstate(listing, by=by, reason=_one_of(REINSTATE_FOR, reason))
    settle(carer, by=by, on=on)
    decision = _decide(carer, Kind.REINSTATED, by, reason, words=words)
    _tell(carer, decision, REINSTATED, listing=listing, public=listing.state(on) == Listing.State.LIVE)
    return decision


@transaction.atomic
def end(carer: Carer, *, by: Actor, reason: str, words: str = "") -> Decision:
    """For good: the page says that it has gone, and what was under way stops. Of somebody who died nothing is sent.

    Raises `Decided`, `OwnPaper`, and `TriedTooLittle` for somebody who cannot be reached.
    """
    carer = held(carer)
    not_own(carer, by)
    if carer.left_at:
        raise Decided(f"{carer} left already, on {timezone.localdate(carer.left_at):%-d %B %Y}.")
    reason = _one_of(END_FOR, reason)
    if reason == Reason.UNREACHABLE and (days := days_tried(carer)) < TRIES:
        raise TriedTooLittle(days)
    if reason == Reason.DIED:
        letters.silence(carer, by=by)
    decision = _decide(carer, Kind.ENDED, by, reason, words=words)
    carer = leaving.leave(carer, by=by, reason=reason, tell=False)
    stays = {"evidence_months": settings.EVIDENCE_MONTHS, "gone_on": forgetting.gone_on(carer)}
    _tell(carer, decision, ENDED, until=leaving.account_until(carer), **stays)
    return decision


def days_tried(carer: Carer) -> int:
    """On how many days since they last did something the team tried to reach them."""
    return len({timezone.localdate(at) for at in Note.objects.filter(carer=carer).tries().values_list("at", flat=True)})


def decisions_about(carer: Carer) -> Any:
    return Decision.objects.filter(carer_id=carer.pk)


def suspension_of(carer: Carer) -> Decision | None:
    """The decision by which they are suspended now."""
    if carer.listing is None or not carer.listing.suspended_at:
        return None
    return decisions_about(carer).filter(kind=Kind.SUSPENDED).first()


def _decided_about(carer: Carer, by: Actor) -> tuple[Carer, Listing]:
    carer = held(carer)
    not_own(carer, by)
    if not listings.is_approved(carer) or carer.listing is None:
        raise NoListing
    return carer, carer.listing


def _one_of(reasons: tuple[Reason, ...], reason: str) -> Reason:
    if (one := Reason(reason)) not in reasons:
        raise ValueError(f"{reason} is no reason for that.")
    return one


def _decide(
    carer: Carer, kind: Kind, by: Actor, reason: str, *, listing: Listing | None = None, **facts: Any
) -> Decision:
    actor, actor_id = who(by)
    listing_id = listing.pk if listing else carer.listing_id
    decision = Decision.objects.create(
        kind=kind, carer_id=carer.pk, listing_id=listing_id, actor=actor, actor_id=actor_id, reason=reason, **facts
    )
    record(f"carer.{kind.value}", by=by, target=carer, decision=decision.pk, reason=str(reason))
    return decision


def _pk(by: Actor) -> int | None:
    return who(by)[1]


def _tell(carer: Carer, decision: Decision, template: str, **more: Any) -> None:
    letters.tell(
        carer,
        key=f"decision:{decision.pk}",
        template=template,
        context={"decision": decision, "carer": carer, "site": settings.SITE_URL, **more},
    )
