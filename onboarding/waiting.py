"""What of the carers' journey waits for the team, for the admin's home page: one function a queue."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from notifications.waiting import Waiting
from onboarding import headcounts, letters
from onboarding.models import (
    Carer,
    CodeAgreement,
    Evidence,
    Headcount,
    HelpRequest,
    Interest,
    Letter,
    ListingChange,
    TrainingSession,
)
from onboarding.models.interests import InterestQuerySet
from onboarding.stretches import DAY


def waiting(user: Any) -> list[Waiting]:
    return [queue for permission, queue_of in QUEUES if user.has_perm(permission) for queue in [queue_of()]]


def letters_to_post() -> Waiting:
    to_post = Letter.objects.to_post()
    oldest = to_post.aggregate(oldest=Min("made_at"))["oldest"]
    return Waiting("Letters to post", to_post.count(), oldest, reverse("admin:onboarding_letter_changelist"))


def carers_to_ring() -> Waiting:
    who = letters.to_ring(timezone.localdate())
    return Waiting("Carers to ring or write to", who.count(), None, reverse("admin:onboarding_letter_ring"))


def training_unmarked() -> Waiting:
    over = TrainingSession.objects.unmarked(timezone.now())
    oldest = over.aggregate(oldest=Min("ends_at"))["oldest"]
    url = reverse("admin:onboarding_trainingsession_changelist") + "?when=unmarked"
    return Waiting("Training over, not marked who came", over.count(), oldest, url)


def names_to_look_at() -> Waiting:
    other = CodeAgreement.objects.to_look_at()
    oldest = other.aggregate(oldest=Min("signed_at"))["oldest"]
    url = reverse("admin:onboarding_codeagreement_changelist") + "?name=other"
    return Waiting("Codes signed under another name", other.count(), oldest, url)


def papers_undecided() -> Waiting:
    waiting = Evidence.objects.undecided()
    oldest = waiting.aggregate(oldest=Min("sent_at"))["oldest"]
    return Waiting("Papers to decide", waiting.count(), oldest, reverse("admin:onboarding_evidence_changelist"))


def help_asked() -> Waiting:
    """Open requests, urgent from the day before one is needed."""
    open_ones = HelpRequest.objects.still_open()
    found = open_ones.aggregate(oldest=Min("asked_at"), by_when=Min("by_when"))
    next_one = f", the next by {date_format(found['by_when'])}" if found["by_when"] else ""
    urgent = found["by_when"] is not None and found["by_when"] <= timezone.localdate() + DAY
    url = reverse("admin:onboarding_helprequest_changelist")
    return Waiting(f"Carers who asked for help{next_one}", open_ones.count(), found["oldest"], url, urgent)


def interested_not_mailed() -> Waiting:
    """Whom the team entered and mailed no link."""
    return _interested("Interested, no link mailed yet", Interest.objects.waiting().filter(invited_at=None), "")


def interested_kept_aside() -> Waiting:
    """They go by themselves after 14 days."""
    return _interested("Interested, kept aside as spam", Interest.objects.kept_aside(), "?state=kept-aside")


def _interested(what: str, rows: InterestQuerySet, query: str) -> Waiting:
    oldest = rows.aggregate(oldest=Min("made_at"))["oldest"]
    return Waiting(what, rows.count(), oldest, reverse("admin:onboarding_interest_changelist") + query)


def above_most_personal_care() -> Waiting:
    """Wales: who gives personal care to more people than may be without being registered."""
    return _numbers("Personal care for more people than is allowed unregistered", headcounts.above, "", urgent=True)


def numbers_old() -> Waiting:
    """Wales: whoever has not said for two months how many there are; some of them have no space by the old number."""
    return _numbers("Personal care: no number since the month before last", headcounts.old, "?which=old")


def _numbers(what: str, which: Callable[[date], list[Headcount]], query: str, *, urgent: bool = False) -> Waiting:
    rows = which(timezone.localdate())
    oldest = min((row.said_at for row in rows), default=None)
    url = reverse("admin:onboarding_headcount_changelist") + query
    return Waiting(what, len(rows), oldest, url, urgent and bool(rows))


def listings_undecided() -> Waiting:
    waiting = ListingChange.objects.waiting()
    oldest = waiting.aggregate(oldest=Min("sent_at"))["oldest"]
    url = reverse("admin:onboarding_listingchange_changelist")
    return Waiting("Listings and changes to decide", waiting.count(), oldest, url)


def changes_unseen() -> Waiting:
    live = ListingChange.objects.unseen()
    oldest = live.aggregate(oldest=Min("sent_at"))["oldest"]
    url = reverse("admin:onboarding_listingchange_changelist") + "?state=unseen"
    return Waiting("Changes that went live, to look at", live.count(), oldest, url)


def left_lately() -> Waiting:
    """Who left in the last fortnight, so that the team can say goodbye and look after whom they helped."""
    since = timezone.now() - 14 * DAY
    rows = Carer.objects.filter(left_at__gte=since)
    oldest = rows.aggregate(oldest=Min("left_at"))["oldest"]
    return Waiting(
        "Left in the last 14 days", rows.count(), oldest, reverse("admin:onboarding_carer_changelist") + "?o=-7"
    )


# Who may see to it, and the queue.
QUEUES: tuple[tuple[str, Callable[[], Waiting]], ...] = (
    ("onboarding.decide_evidence", papers_undecided),
    ("onboarding.answer_help", help_asked),
    ("onboarding.invite_carers", interested_not_mailed),
    ("onboarding.invite_carers", interested_kept_aside),
    ("onboarding.post_letters", letters_to_post),
    ("onboarding.post_letters", carers_to_ring),
    ("onboarding.decide_changes", listings_undecided),
    ("onboarding.decide_changes", changes_unseen),
    ("onboarding.run_training", training_unmarked),
    ("onboarding.decide_evidence", names_to_look_at),
    ("onboarding.work_for_carers", left_lately),
    ("onboarding.view_headcount", above_most_personal_care),
    ("onboarding.view_headcount", numbers_old),
)
