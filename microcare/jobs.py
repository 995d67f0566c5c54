"""Scheduled work that belongs to no room. Each job may run twice, or beside itself, and returns how many it did."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from microcare import digest
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("clear-sessions")
def clear_sessions() -> int:
    """Sessions past their date; Django only stops believing them, it never takes them away."""
    cleared, _ = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return cleared


@shared_task(ignore_result=True)
@recorded("send-digest")
def send_digest() -> int:
    """What waits, to each member of the team who did not stop it."""
    return digest.send_all(on=timezone.localdate())
