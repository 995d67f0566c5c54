"""What of the carers' journey waits beside the team's queue (`compliance.queue`), for the admin's home page."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from notifications.models import JobRun
from notifications.waiting import Waiting
from onboarding import headcounts, letters
from onboarding.comparing import JOB
from onboarding.models import (
    Carer,
    Headcount,
    Mending,
)
from onboarding.stretches import DAY


def waiting(user: Any) -> list[Waiting]:
    found = [queue_of() for permission, queue_of in QUEUES if user.has_perm(permission)]
    return [letters_to_post(user), *found] if user.has_perm("onboarding.post_letters") else found


def letters_to_post(user: Any) -> Waiting:
    to_post = letters.visible(user).filter(posted_at__isnull=True)
    oldest = to_post.aggregate(oldest=Min("made_at"))["oldest"]
    return Waiting("Letters to post", to_post.count(), oldest, reverse("admin:onboarding_letter_changelist"))


def carers_to_ring() -> Waiting:
    who = letters.to_ring(timezone.localdate())
    return Waiting("Carers to ring or write to", who.count(), None, reverse("admin:onboarding_letter_ring"))


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


def left_lately() -> Waiting:
    """Who left in the last fortnight, so that the team can say goodbye and look after whom they helped."""
    since = timezone.now() - 14 * DAY
    rows = Carer.objects.filter(left_at__gte=since)
    oldest = rows.aggregate(oldest=Min("left_at"))["oldest"]
    return Waiting(
        "Left in the last 14 days",
        rows.count(),
        oldest,
        reverse("admin:onboarding_carer_changelist") + "?state=left&o=-2",
    )


def mended_last() -> Waiting:
    """Listings that said something else than where their carers stand, and not because of time alone."""
    run = JobRun.objects.filter(name=JOB).first()
    rows = Mending.objects.filter(at__gte=run.started_at) if run else Mending.objects.none()
    query = urlencode({"at__gte": run.started_at.isoformat()}) if run else ""
    url = f"{reverse('admin:onboarding_mending_changelist')}?{query}"
    oldest = rows.aggregate(oldest=Min("at"))["oldest"]
    return Waiting("Listings mended by the last nightly comparison", rows.count(), oldest, url, rows.exists())


# Who may see to it, and the queue.
QUEUES: tuple[tuple[str, Callable[[], Waiting]], ...] = (
    ("onboarding.post_letters", carers_to_ring),
    ("onboarding.work_for_carers", left_lately),
    ("onboarding.view_headcount", above_most_personal_care),
    ("onboarding.view_headcount", numbers_old),
    ("onboarding.view_mending", mended_last),
)
