"""What happened with a carer, the newest first, in words: read from the audit, which every verb writes to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from audit.models import AuditEvent
from compliance import seeing
from onboarding.models import Booking, Buddy, Carer, Evidence
from onboarding.reasons import Reason

LEFT = "carer.left"
# Each event that is about a carer and worth a line. {what} is the paper that it is about, {why} a decision's reason.
WORDS = {
    "carer.started": "Began",
    "carer.taken_over": "Took over with an account of their own",
    "carer.reached_set": "How they are reached was changed",
    "carer.services_set": "Said what they would like to offer",
    "carer.listing_said_right": "Said that the whole listing is right",
    "carer.asked_still_right": "Was asked whether it is still right",
    "carer.reminded": "Was reminded of what is missing",
    "carer.news_stopped": "Stopped news",
    "carer.news_started": "Started news again",
    "carer.approved": "Approved: {why}",
    "carer.suspended": "Suspended: {why}",
    "carer.reinstated": "Reinstated: {why}",
    "carer.removed": "Removed: {why}",
    "carer.unchanged": "A case about them: no action",
    "carer.advised": "A case about them: advice",
    "carer.planned": "A case about them: an action plan",
    "carer.upheld": "An appeal that changed nothing",
    "carer.ended": "Ended: {why}",
    "carer.silenced": "All messages stopped",
    LEFT: "Left: {why}",
    "worker.added": "Somebody joined the business",
    "worker.stood_down": "Somebody stood down",
    "worker.brought_back": "Somebody is back",
    "worker.removed": "Somebody left the business",
    "evidence.sent": "Sent: {what}",
    "evidence.taken_back": "Took back: {what}",
    "evidence.accepted": "Accepted: {what}",
    "evidence.sent_back": "Sent back: {what}",
    "evidence.withdrawn": "Acceptance withdrawn: {what}",
    "evidence.recorded": "Recorded as seen: {what}",
    "evidence.moved_in": "Papers came with a register",
    "evidence.file_refused": "A virus was found in a file",
    "evidence.details_purged": "Details went at their date: {what}",
    "draft.purged": "What was begun and not sent went at its date: {what}",
    "listing_change.sent": "Sent the listing, or a change to it",
    "listing_change.live": "Changed the listing",
    "listing_change.approved": "The listing, or a change to it, was approved",
    "listing_change.sent_back": "The listing, or a change to it, was sent back",
    "listing_change.taken_back": "Took back a change to the listing",
    "listing_change.put_back": "A change to the listing was put back",
    "listing.published": "First public",
    "listing.paused": "Paused the page",
    "listing.resumed": "Lifted the pause of the page",
    "listing.capacity_confirmed": "Said how much space there is",
    "code.signed": "Signed the Code of Practice",
    "code.name_accepted": "The other name under the Code was accepted",
    "help.asked": "Asked for help",
    "help.added": "Added to a request for help",
    "help.answered": "Help was answered",
    "help.closed": "A request for help was closed",
    "help.reopened": "A request for help was opened again",
    "training.booked": "Booked training",
    "training.seat_given": "Got a seat at a training session",
    "training.booking_cancelled": "Cancelled training",
    "training.attendance_marked": "Attendance at training was marked",
    "headcount.said": "Said how many people are given personal care",
    "buddy.asked": "Asked for a buddy, or was asked",
    "buddy.agreed": "Has a buddy",
    "buddy.ended": "A buddy ended",
    "letter.posted": "A letter was posted",
    "note.written": "Note written",
    "interest.invited": "Was mailed a link",
}
MOST = 200
BY_ITSELF = "by itself"  # a job


class Happened(NamedTuple):
    at: datetime
    words: str
    who: str


def timeline(carer: Carer, *, decided: Mapping[int, str] | None, most: int = MOST) -> list[Happened]:
    """`decided` is why each decision about them was taken, by its number, as far as whoever looks may see it; without,
    for somebody who looks at themselves, no reason is said at all."""
    rows = list(AuditEvent.objects.filter(about(carer), event__in=WORDS).order_by("-pk")[:most])
    people = names({row.actor_id for row in rows if row.actor_id}, carer)
    papers = dict(carer.evidence.values_list("pk", "requirement"))
    found = []
    for row in rows:
        reason = why(row, decided)
        who = seeing.TEAM if reason in seeing.UNSAID else people.get(row.actor_id, BY_ITSELF)
        found.append(Happened(row.at, in_words(row, papers, reason), who))
    return found


def about(carer: Carer) -> Q:
    """Rows about the carer, their listing, or anything that is theirs: each kind by its numbers, which are indexed."""
    found = Q(target=label(Carer), target_id=str(carer.pk))
    if carer.listing_id:
        found |= Q(target="directory.listing", target_id=str(carer.listing_id))
    for relation in Carer._meta.related_objects:
        own = relation.related_model._default_manager.filter(**{relation.field.name: carer})
        found |= of(relation.related_model, own.values_list("pk", flat=True))
    found |= of(Booking, Booking.objects.of(carer).values_list("pk", flat=True))
    buddies = Buddy.objects.filter(Q(asker=carer) | Q(asked=carer))
    return found | of(Buddy, buddies.values_list("pk", flat=True))


def of(model: Any, numbers: Iterable[int]) -> Q:
    return Q(target=label(model), target_id__in=[str(pk) for pk in numbers])


def label(model: Any) -> str:
    return str(model._meta.label_lower)


def names(numbers: set[int], carer: Carer) -> dict[int | None, str]:
    """Who they are; the carer by their own name, and a number that nobody has any more as somebody who has left."""
    found: dict[int | None, str] = dict.fromkeys(numbers, "somebody who has left")
    found |= {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)}
    return found | ({carer.owner_id: str(carer)} if carer.owner_id in numbers else {})


def why(row: AuditEvent, decided: Mapping[int, str] | None) -> str:
    """Of a decision, what stands in it; else what the carer said of why they left."""
    if decided is None:
        return ""
    if number := row.data.get("decision"):
        return decided.get(number, "")
    code = row.data.get("reason")
    return Reason(code).label if row.event == LEFT and code in Reason.values else ""


def in_words(row: AuditEvent, papers: dict[int, str], why: str) -> str:
    slug = row.data.get("requirement") or (
        papers.get(int(row.target_id), "") if row.target == label(Evidence) and row.target_id.isdigit() else ""
    )
    requirement = settings.SCHEME.requirements.by_slug.get(slug)
    return (
        WORDS[row.event].format(what=requirement.en if requirement else slug or "a paper", why=why).removesuffix(": ")
    )
