"""What is late is told to whoever leads: managers, and of a safeguarding matter those who see it. Once a clock."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record
from feedback import clocks, telling
from feedback.events import add
from feedback.models import CaseEvent, Clock
from notifications import outbox

LATE = "feedback/mail/late"


def escalate(*, on: date, by: Actor) -> int:
    """How many clocks; run again, it tells of none twice."""
    return sum(_escalate(clock, on=on, by=by) for clock in clocks.late(on).filter(escalated_at=None))


@transaction.atomic
def _escalate(clock: Clock, *, on: date, by: Actor) -> bool:
    row = Clock.objects.late(on).filter(pk=clock.pk, escalated_at=None).select_for_update().first()
    if row is None:
        return False
    row.escalated_at = timezone.now()
    row.save(update_fields=["escalated_at"])
    case = row.case
    add(case, CaseEvent.What.ESCALATED, by=by, data={"clock": row.rule, "due": row.due_on.isoformat()})
    record("case.escalated", by=by, target=case, clock=row.rule, due=row.due_on)
    for user in telling.leaders(case):
        outbox.queue(
            key=f"{telling.keys(case)}late:{row.pk}:{user.pk}", to=user.email, template=LATE, language="en",
            reader=case.reader, at_once=False,
            context={"case": case, "clock": row, "law": clocks.rule(row), "site": settings.SITE_URL},
        )  # fmt: skip
    return True
