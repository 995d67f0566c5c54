"""Cases go some years after they were closed, whole: what was said, the timeline, the files and the mails about it."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import append_only
from audit.recording import Actor, record
from directory.enquiries import months_before
from feedback import telling
from feedback.models import Case, CaseEvent, Clock, Referral
from feedback.models.cases import State
from files import private
from notifications import outbox

ASIDE = timedelta(days=14)


def due(on: date) -> list[Case]:
    """Closed so many years ago, and those that were merged into one that goes."""
    before = months_before(on, settings.CASE_YEARS * 12)
    # One with time running, such as an appeal's, is not over.
    running = Clock.objects.running().values("case")
    closed = Case.objects.filter(state=State.CLOSED, closed_at__date__lt=before).exclude(pk__in=running)
    return [*Case.objects.filter(merged_into__in=closed.values("pk")), *closed]


@transaction.atomic
def purge(*, on: date, by: Actor) -> int:
    """How many went."""
    gone = due(on)
    for case in gone:
        forget(case, by=by)
    if gone:
        record("case.purged", by=by, target="feedback.case", count=len(gone))
    return len(gone)


@transaction.atomic
def purge_aside(*, on: date, by: Actor) -> int:
    """What looked like spam and nobody took for more in 14 days. How many went."""
    gone = list(Case.objects.filter(state=State.ASIDE, recorded_at__date__lt=on - ASIDE))
    for case in gone:
        forget(case, by=by)
    if gone:
        record("case.spam_purged", by=by, target="feedback.case", count=len(gone))
    return len(gone)


def forget(case: Case, *, by: Actor) -> None:
    """The row stays in the audit as a number. Its files' bytes go when that is certain."""
    for held in list(case.files.select_related("file")):
        private.purge(held.file, by=by)
        held.delete()
    for rows in (CaseEvent.objects.filter(case_id=case.pk), Referral.objects.filter(case_id=case.pk)):
        if rows.exists():
            append_only.purge(rows, before=timezone.now(), by=by)
    outbox.forget_about(telling.keys(case))
    case.delete()
