"""The team reminds carers of what is missing on their lists, when somebody presses for it: once a day at most."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.recording import Actor, record
from onboarding import letters
from onboarding.models import Carer
from onboarding.settling import held
from onboarding.task_list import TaskList, listing_row
from onboarding.tasks import OPEN, Task

REMIND = "onboarding.work_for_carers"
MISSING = "compliance/mail/missing"


def missing(carer: Carer, on: date) -> list[Task]:
    """What they have something to do about, that is not optional."""
    return [task for task in TaskList(carer, on).tasks if task.is_open]


def message(carer: Carer, on: date) -> dict[str, Any]:
    """What the mail says; nothing where nothing is missing."""
    tasks, listing = missing(carer, on), listing_row(carer).state in OPEN
    if not tasks and not listing:
        return {}
    several = len({task.person.pk for task in tasks if task.person}) > 1
    return {"carer": carer, "tasks": tasks, "several": several, "listing": listing, "site": settings.SITE_URL}


def why_not(carer: Carer, on: date) -> str:
    """Why nothing goes to them; empty where something would."""
    if carer.left_at:
        return "has left"
    if not message(carer, on):
        return "nothing is missing"
    return "was reminded today" if letters.was_told(carer, key_of(carer, on)) else ""


@transaction.atomic
def remind(carer: Carer, *, by: Actor, on: date) -> bool:
    """Whether a message went."""
    carer = held(carer)
    if why_not(carer, on):
        return False
    if not letters.tell(carer, key=key_of(carer, on), template=MISSING, context=message(carer, on), at_once=False):
        return False
    record("carer.reminded", by=by, target=carer)
    return True


def key_of(carer: Carer, on: date) -> str:
    return f"carer:{carer.pk}:missing:{on}"
