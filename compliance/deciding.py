"""Decisions about a carer: each with a person, a reason, its effect on the listing, a message, and a row nobody edits.

Nobody decides about themselves, and nobody decides twice what somebody else decided meanwhile: the carer's row is held
first. What a case about a carer comes to is `case_deciding`'s.
"""

from collections.abc import Collection
from copy import copy
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audit.recording import Actor, record, who
from compliance.models import Decision, Note
from directory import services
from directory.models import Listing
from onboarding import forgetting, leaving, letters, listings
from onboarding.models import Carer, HelpAnswer, ListingChange, Register
from onboarding.papers import Decided, NotNow, not_own
from onboarding.reasons import Reason
from onboarding.registers import moving
from onboarding.settling import held, settle

Kind = Decision.Kind
DECIDE = "compliance.decide_carers"
SUSPENDED = "compliance/mail/suspended"
STILL_SUSPENDED = "compliance/mail/still_suspended"
REINSTATED = "compliance/mail/reinstated"
ENDED = "compliance/mail/ended"

SUSPEND_FOR = (Reason.CONCERN, Reason.SAFEGUARDING, Reason.DBS, Reason.PAPERS, Reason.ASKED, Reason.OTHER)
REINSTATE_FOR = (Reason.SETTLED, Reason.PAPERS, Reason.MISTAKE, Reason.ASKED, Reason.OTHER)
END_FOR = (Reason.ASKED, Reason.MOVED, Reason.STOPPED, Reason.DIED, Reason.UNREACHABLE)
TRIES = 3
REVIEW_AFTER, LONGEST = timedelta(days=28), timedelta(days=366)


class Together(NamedTuple):
    """Who was approved, and who was not and why."""

    done: list[Carer]
    left: list[tuple[Carer, str]]


class NoListing(NotNow):
    """There is nothing public to decide about."""

    words = "There is no listing to decide about: none was approved, or it has ended."


class TriedTooLittle(NotNow):
    """Somebody who cannot be reached was tried three times, on three days, first."""

    def __init__(self, days: int):
        super().__init__(f"Try to reach them on {TRIES} different days first, and write each try down. {days} so far.")


@transaction.atomic
def approve(change: ListingChange, *, by: Actor, at_once: bool = True) -> Listing:
    """The listing, or the change to it, is public on the days its checks cover. A first one is a decision about them.

    Takes `at_once` and raises what `listings.approve` does.
    """
    first, entered_by = change.is_first, None if change.is_team_record else change.sent_by_id
    listing = listings.approve(change, by=by, at_once=at_once)
    if first:
        alone = entered_by is not None and entered_by == _pk(by)
        write_decision(change.carer, Kind.APPROVED, by, Reason.IN_ORDER, listing=listing, alone=alone)
    return listing


@transaction.atomic
def suspend(
    carer: Carer, *, by: Actor, reason: str, review_on: date, on: date, words: str = "", case_id: int | None = None
) -> Decision:
    """Hides the listing until it is reinstated; `review_on` is the day by which somebody looks again.

    Of a safeguarding matter nothing is said to the carer but that the listing is paused (product.md, "Feedback"), so
    `words` are refused. Raises `NoListing`, `Decided`, `OwnPaper`, and `ValueError` for a day that is not to come.
    """
    carer, listing = _decided_about(carer, by)
    if listing.suspended_at:
        raise Decided(f"{carer} is suspended already, since {timezone.localdate(listing.suspended_at):%-d %B %Y}.")
    reason = _suspended_for(reason, words, review_on, on)
    services.suspend(listing, by=by)
    decision = write_decision(
        carer, Kind.SUSPENDED, by, reason, words=words.strip(), review_on=review_on, case_id=case_id
    )
    _tell(carer, decision, on)
    return decision


@transaction.atomic
def look_again(
    carer: Carer, *, by: Actor, reason: str, review_on: date, on: date, words: str = "", after: Decision | None = None
) -> Decision:
    """It stays suspended until another day: a decision of its own. `after` is the one that whoever decides has read.

    Raises as `suspend` does, and `Decided` where it is not suspended, or somebody else decided about it meanwhile.
    """
    carer, listing = _decided_about(carer, by)
    if not listing.suspended_at:
        raise Decided(f"{carer} is not suspended.")
    if suspension_of(carer) != after:
        raise Decided(f"Somebody else has looked at the suspension of {carer} meanwhile.")
    reason = _suspended_for(reason, words, review_on, on)
    decision = write_decision(carer, Kind.SUSPENDED, by, reason, words=words.strip(), review_on=review_on)
    _tell(carer, decision, on, again=True)
    return decision


@transaction.atomic
def reinstate(carer: Carer, *, by: Actor, reason: str, on: date, words: str = "") -> Decision:
    """The suspension is lifted; standing says whether the listing is public. Raises as `suspend` does."""
    carer, listing = _decided_about(carer, by)
    if not listing.suspended_at:
        raise Decided(f"{carer} is not suspended.")
    reason = _one_of(REINSTATE_FOR, reason)
    services.reinstate(listing, by=by)
    settle(carer, by=by, on=on)
    decision = write_decision(carer, Kind.REINSTATED, by, reason, words=words.strip())
    _tell(carer, decision, on)
    return decision


@transaction.atomic
def end(carer: Carer, *, by: Actor, reason: str, on: date, words: str = "") -> Decision:
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
    decision = write_decision(carer, Kind.ENDED, by, reason, words=words.strip())
    carer = leaving.leave(carer, by=by, tell=False)
    _tell(carer, decision, on)
    return decision


@transaction.atomic
def end_removed(carer: Carer, *, by: Actor, on: date, case_id: int | None) -> Decision:
    """Whoever was removed has left for good: the time to appeal is over, or the appeal changed nothing."""
    carer = held(carer)
    decision = write_decision(carer, Kind.ENDED, by, Reason.CODE, case_id=case_id)
    carer = leaving.leave(carer, by=by, tell=False)
    _tell(carer, decision, on)
    return decision


@transaction.atomic
def approve_register(register: Register, *, by: Actor, on: date, only: Collection[int]) -> Together:
    """Of those that moved in with a register, whoever's standing says yes is approved: each a decision of its own.

    `only` are the numbers of the carers whom whoever decides was shown. Each whole or not at all: somebody who cannot
    be approved holds up nobody else, and is named with the reason. The papers were the council's before, so whoever
    moved them in may do it. Pressed again, nobody is approved twice.
    """
    row = Register.objects.select_for_update().get(pk=register.pk)
    if not row.moved_in_at or row.undone_at:
        raise NotNow("This register is not moved in.")
    done, left = [], []
    for carer in moving.who_may_be_listed(row, on):
        if carer.pk not in only:
            continue
        try:
            with transaction.atomic():
                approve(_as_moved_in(carer), by=by, at_once=False)
        except ListingChange.DoesNotExist:
            left.append((carer, "Their listing is not with the team."))
        except NotNow as error:
            left.append((carer, str(error)))
        except ValidationError as error:
            left.append((carer, " ".join(error.messages)))
        else:
            done.append(carer)
    if done:
        record("register.approved", by=by, target=row, count=len(done), left=len(left))
    return Together(done, left)


def _as_moved_in(carer: Carer) -> ListingChange:
    """What the team entered of them. Words of their own, sent since, nobody has read: those are the queue's."""
    change = carer.listing_changes.waiting().get()
    if not change.is_team_record:
        raise NotNow("They wrote their listing anew since. Decide it from the queue.")
    return change


# --- what it comes to, before and after ------------------------------------------------------------------


def preview(
    carer: Carer, kind: Decision.Kind, *, on: date, reason: str, words: str = "", review_on: date | None = None
) -> list[letters.Said]:
    """What the carer would read if it were decided so; nothing where they died."""
    if reason == Reason.DIED:
        return []
    decision = Decision(kind=kind, carer_id=carer.pk, reason=reason, words=words.strip(), review_on=review_on)
    again = kind == Kind.SUSPENDED and bool(carer.listing and carer.listing.suspended_at)
    return letters.preview(carer, *_message(carer, decision, on, again=again))


def public_without_suspension(carer: Carer, on: date) -> bool:
    """Whether people would find them that day, were it not for the team's decision."""
    if carer.listing is None:
        return False
    listing = copy(carer.listing)
    listing.suspended_at = None
    return listing.state(on) == Listing.State.LIVE


def last_heard(carer: Carer) -> date | None:
    """The last day on which they did something here themselves, or somebody of the team talked with them."""
    own = carer.owner_id and {"sent_by": carer.owner_id}
    moments = [
        carer.owner.last_login if carer.owner else None,
        _latest(carer.evidence.filter(**own), "sent_at") if own else None,
        _latest(carer.listing_changes.filter(**own), "sent_at") if own else None,
        _latest(HelpAnswer.objects.filter(request__carer=carer, from_carer=True), "at"),
        _latest(Note.objects.filter(carer=carer, kind=Note.Kind.REACHED), "at"),
    ]
    last = max((at for at in moments if at), default=None)
    return timezone.localdate(last) if last else None


def tries(carer: Carer) -> list[Note]:
    """The tries to reach them on days after the last on which they were heard of, the first one first."""
    since = last_heard(carer)
    found = Note.objects.filter(carer=carer).tries().select_related("by").order_by("at", "pk")
    return [note for note in found if since is None or timezone.localdate(note.at) > since]


def days_tried(carer: Carer) -> int:
    """On how many days since they last did something the team tried to reach them."""
    return len({timezone.localdate(note.at) for note in tries(carer)})


def decisions_about(carer: Carer) -> QuerySet[Decision]:
    return Decision.objects.filter(carer_id=carer.pk)


def suspension_of(carer: Carer) -> Decision | None:
    """The decision by which they are suspended now."""
    if carer.listing is None or not carer.listing.suspended_at:
        return None
    return decisions_about(carer).filter(kind=Kind.SUSPENDED).first()


def suspended() -> QuerySet[Carer]:
    """Those suspended now, each with `review_on`, the day by which somebody looks again."""
    last = Decision.objects.filter(carer_id=OuterRef("pk"), kind=Kind.SUSPENDED).order_by("-at", "-pk")
    found = Carer.objects.filter(listing__suspended_at__isnull=False, left_at__isnull=True)
    return found.annotate(review_on=Subquery(last.values("review_on")[:1]))


def to_look_at_again(on: date) -> QuerySet[Carer]:
    """Suspended, and the day has come; one that no decision stands behind is looked at too."""
    return suspended().filter(Q(review_on__lte=on) | Q(review_on__isnull=True))


def _decided_about(carer: Carer, by: Actor) -> tuple[Carer, Listing]:
    carer = held(carer)
    not_own(carer, by)
    if not listings.is_approved(carer) or carer.listing is None:
        raise NoListing
    return carer, carer.listing


def _suspended_for(reason: str, words: str, review_on: date, on: date) -> Reason:
    if not on < review_on <= on + LONGEST:
        raise ValueError("The day of the review is to come, and within a year.")
    if reason == Reason.SAFEGUARDING and words.strip():
        raise ValueError("Of a safeguarding matter nothing is said to the carer.")
    return _one_of(SUSPEND_FOR, reason)


def _one_of(reasons: tuple[Reason, ...], reason: str) -> Reason:
    if (one := Reason(reason)) not in reasons:
        raise ValueError(f"{reason} is no reason for that.")
    return one


def write_decision(
    carer: Carer, kind: Kind, by: Actor, reason: str, *, listing: Listing | None = None, **facts: Any
) -> Decision:
    """The row, with its audit. Call it in the transaction of what it decides."""
    actor, actor_id = who(by)
    listing_id = listing.pk if listing else carer.listing_id
    decision = Decision.objects.create(
        kind=kind, carer_id=carer.pk, listing_id=listing_id, actor=actor, actor_id=actor_id, reason=reason, **facts
    )
    record(f"carer.{kind.value}", by=by, target=carer, decision=decision.pk)  # why may be a safeguarding matter
    return decision


def _pk(by: Actor) -> int | None:
    return who(by)[1]


def _latest(rows: Any, column: str) -> Any:
    return rows.aggregate(last=Max(column))["last"]


def _message(carer: Carer, decision: Decision, on: date, *, again: bool) -> tuple[str, dict[str, Any]]:
    """The mail about a decision, and what it says: the same before it is decided as after."""
    said = {"decision": decision, "carer": carer, "site": settings.SITE_URL}
    if decision.kind == Kind.SUSPENDED:
        return (STILL_SUSPENDED if again else SUSPENDED), said
    if decision.kind == Kind.REINSTATED:
        return REINSTATED, {**said, "public": public_without_suspension(carer, on)}
    leaver = copy(carer)
    leaver.left_at = leaver.left_at or timezone.now()
    stays = {"evidence_months": settings.EVIDENCE_MONTHS, "gone_on": forgetting.gone_on(leaver)}
    return ENDED, {**said, "until": leaving.account_until(leaver), **stays}


def _tell(carer: Carer, decision: Decision, on: date, *, again: bool = False) -> None:
    template, said = _message(carer, decision, on, again=again)
    letters.tell(carer, key=f"decision:{decision.pk}", template=template, context=said)
