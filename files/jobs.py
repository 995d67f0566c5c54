"""What the worker does with files. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from files import photos, private, quarantine
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("sweep-photos")
def sweep_photos() -> int:
    return photos.sweep()


@shared_task(ignore_result=True)
def settle_one(pk: int) -> None:
    """One private file, as soon as its row is committed. If this task is lost, `scan-files` does it."""
    quarantine.settle(pk)


@shared_task(ignore_result=True)
@recorded("scan-files")
def scan_files() -> int:
    return quarantine.sweep()


@shared_task(ignore_result=True)
@recorded("purge-files")
def purge_files() -> int:
    """What is past its date, and what nobody knows of any more."""
    return private.purge_due(on=timezone.localdate(), by="job:purge-files") + private.sweep()
