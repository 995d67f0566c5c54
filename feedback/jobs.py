"""What the worker does of feedback. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from feedback import case_purging, escalating
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("escalate-cases")
def escalate_cases() -> int:
    """Clocks of cases that are past their last day, to whoever leads."""
    return escalating.escalate(on=timezone.localdate(), by="job:escalate-cases")


@shared_task(ignore_result=True)
@recorded("purge-cases")
def purge_cases() -> int:
    """Cases closed longer ago than the settings' years."""
    return case_purging.purge(on=timezone.localdate(), by="job:purge-cases")
