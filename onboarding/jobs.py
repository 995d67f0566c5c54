"""What the worker does with the carers' journey. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from notifications.runs import recorded
from onboarding import settling
from onboarding.registers import moving


@shared_task(ignore_result=True)
@recorded("settle-standing")
def settle_standing() -> int:
    """A stretch that begins today after a gap is written into its listing."""
    return settling.settle_all(by="job:settle-standing", on=timezone.localdate())


@shared_task(ignore_result=True)
@recorded("purge-registers")
def purge_registers() -> int:
    """The cells of registers that were read a week ago; whoever came with them stays."""
    return moving.purge(timezone.localdate())
