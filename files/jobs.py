"""What the worker does with files. The schedule is in `microcare/celery.py`."""

from celery import shared_task

from files import photos
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("sweep-photos")
def sweep_photos() -> int:
    return photos.sweep()
