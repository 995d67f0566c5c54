"""Scheduled work of the directory. Each job may run twice, or beside itself, and returns how many it did."""

from celery import shared_task
from django.utils import timezone

from directory import enquiries
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("purge-enquiries")
def purge_enquiries() -> int:
    return enquiries.purge(on=timezone.localdate(), by="job:purge-enquiries")
