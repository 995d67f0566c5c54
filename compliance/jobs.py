"""What the worker does of the team's work. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from compliance import reminding
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("remind-carers")
def remind_carers() -> int:
    """What ends soon, and what has ended: to each carer in one mail, and to the team."""
    return reminding.remind_all(on=timezone.localdate(), by="job:remind-carers")
