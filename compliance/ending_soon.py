"""What ends within a week and nothing new was sent for: the carers to get in touch with."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from compliance import reminding
from compliance.due import TEAM_AT, Due
from compliance.models import Reminder
from notifications.waiting import Waiting

SEE = "compliance.view_reminder"


def unsent(on: date) -> list[Due]:
    """Of everybody, what ends first in front."""
    return _unsent(reminding.due_on(on))


def told_and_unsent(on: date) -> list[Due]:
    """Of those whom the team was told of, which is read fast enough for a page that is opened all day."""
    told = Reminder.objects.filter(to=Reminder.TEAM, threshold=TEAM_AT, last_day__gte=on)
    return _unsent(reminding.due_on(on, reminding.reached().filter(pk__in=told.values("carer"))))


def _unsent(found: list[reminding.OfCarer]) -> list[Due]:
    soon = (due for one in found for due in one.to_team if due.threshold == TEAM_AT and not due.ending.sent)
    return sorted(soon, key=lambda due: (due.last_day, due.ending.carer.name))


def waiting(user: Any) -> list[Waiting]:
    if not user.has_perm(SEE):
        return []
    count = len({due.ending.carer.pk for due in told_and_unsent(timezone.localdate())})
    url = reverse("admin:compliance_lapses")
    return [Waiting("Carers with something that ends within a week, and nothing sent", count, None, url, bool(count))]
