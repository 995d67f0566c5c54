"""What the worker does with the outbox. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.conf import settings

from notifications import outbox, runs

# A mail server that keeps talking without an end is left when the claim on the message runs out.
LONGEST = {"soft_time_limit": settings.OUTBOX_CLAIM_SECONDS}


@shared_task(ignore_result=True, **LONGEST)
def deliver_one(pk: int) -> None:
    """One message, as soon as it is committed. If this task is lost, the sweep sends it."""
    outbox.deliver(pk)


@shared_task(ignore_result=True, **LONGEST)
@runs.recorded("send-messages")
def send_messages() -> int:
    return outbox.sweep()


@shared_task(ignore_result=True)
@runs.recorded("purge-messages")
def purge_messages() -> int:
    """Bodies of old messages, and old runs of jobs."""
    return outbox.purge_bodies() + runs.purge_runs()
