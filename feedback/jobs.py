"""What the worker does of feedback. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from feedback import case_purging, corrections, escalating, praise
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


@shared_task(ignore_result=True)
@recorded("purge-feedback")
def purge_feedback() -> int:
    """What was kept aside for 14 days, corrections settled a year ago, and praise that is not shown for a year."""
    on, by = timezone.localdate(), "job:purge-feedback"
    return case_purging.purge_aside(on=on, by=by) + praise.purge(on=on, by=by) + corrections.purge(on=on, by=by)
