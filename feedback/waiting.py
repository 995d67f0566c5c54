"""What of praise and corrections waits for the team, for the admin's home page and the digest."""

from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from feedback.models import Correction, Praise
from feedback.models.corrections import SETTLE
from feedback.models.praise import READ
from feedback.one_page import left_to
from notifications.waiting import Waiting


def waiting(user: Any) -> list[Waiting]:
    """What is said of oneself is not among it, since somebody else sees to it."""
    found = []
    if user.has_perm(READ):
        mine = left_to(user, Praise.objects.all())
        found += [
            _line("Praise to read", mine.to_read(), "feedback_praise"),
            _line("Answers to praise to read", mine.answer_to_read(), "feedback_praise", "?state=answer"),
            _line("Praise kept aside as spam", mine.kept_aside(), "feedback_praise", "?state=aside", passing=True),
        ]
    if user.has_perm(SETTLE):
        corrections = left_to(user, Correction.objects.all())
        late = corrections.for_the_team(on=timezone.localdate())
        aside = corrections.kept_aside()
        found += [
            _line("Listings that somebody says are wrong", late, "feedback_correction"),
            _line("Corrections kept aside as spam", aside, "feedback_correction", "?state=aside", passing=True),
        ]
    return found


def _line(what: str, rows: QuerySet[Any], model: str, query: str = "", *, passing: bool = False) -> Waiting:
    oldest: datetime | None = rows.aggregate(oldest=Min("received_at"))["oldest"]
    return Waiting(what, rows.count(), oldest, reverse(f"admin:{model}_changelist") + query, passing=passing)
