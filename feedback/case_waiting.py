"""What of cases waits for the team, for the admin's home page and the digest: only of those that the reader may see."""

from datetime import timedelta
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from feedback import clocks
from feedback.models import Case, CaseLetter, Clock, Referral
from feedback.models.cases import HANDLE, SEE_SAFEGUARDING, CaseQuerySet, Kind, State
from notifications.waiting import Waiting

SOON = timedelta(days=7)


def waiting(user: Any) -> list[Waiting]:
    if not (user.has_perm(HANDLE) or user.has_perm(SEE_SAFEGUARDING)):
        return []
    mine = Case.objects.visible(user)
    found = [late(mine), soon(mine)]
    if user.has_perm(SEE_SAFEGUARDING):
        found.append(to_refer(mine))
    if user.has_perm(HANDLE):
        found += [unhandled(mine), letters(mine), aside(mine)]
    return found


def late(mine: CaseQuerySet) -> Waiting:
    rows = clocks.late(timezone.localdate()).filter(case__in=mine)
    return _waiting("Cases that are late", mine.filter(pk__in=rows.values("case")), "?where=late", urgent=True)


def soon(mine: CaseQuerySet) -> Waiting:
    on = timezone.localdate()
    rows = Clock.objects.running().filter(paused_on=None, due_on__range=(on, on + SOON)).exclude(rule__in=clocks.OTHERS)
    return _waiting("Cases with something due within a week", mine.under_way().filter(pk__in=rows.values("case")))


def to_refer(mine: CaseQuerySet) -> Waiting:
    """Worries that nobody has passed on yet."""
    rows = mine.under_way().filter(kind=Kind.SAFEGUARDING).exclude(pk__in=Referral.objects.values("case_id"))
    return _waiting("Worries to refer", rows, "?kind__exact=safeguarding", urgent=True)


def unhandled(mine: CaseQuerySet) -> Waiting:
    nobody = Q(handler=None) | Q(handler__is_staff=False) | Q(handler__is_active=False)
    return _waiting("Cases that nobody handles yet", mine.under_way().filter(nobody), "?whose=nobody")


def aside(mine: CaseQuerySet) -> Waiting:
    """Which go by themselves after 14 days."""
    return _waiting("Feedback kept aside as spam", mine.filter(state=State.ASIDE), "?where=aside", passing=True)


def letters(mine: CaseQuerySet) -> Waiting:
    rows = CaseLetter.objects.to_post().filter(case__in=mine)
    oldest = rows.aggregate(oldest=Min("made_at"))["oldest"]
    return Waiting("Letters about cases to post", rows.count(), oldest, reverse("admin:feedback_case_letters"))


def _waiting(what: str, rows: CaseQuerySet, query: str = "", *, urgent: bool = False, passing: bool = False) -> Waiting:
    oldest = rows.aggregate(oldest=Min("recorded_at"))["oldest"]
    url = reverse("admin:feedback_case_changelist") + query
    return Waiting(what, rows.count(), oldest, url, urgent=urgent, passing=passing)
