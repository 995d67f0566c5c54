"""Nightly work on the team. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from accounts import addresses, invitations, unused
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("look-after-unused-staff")
def look_after_unused_staff() -> int:
    return unused.look_after(timezone.now())


@shared_task(ignore_result=True)
@recorded("purge-invitations")
def purge_invitations() -> int:
    return invitations.purge()


@shared_task(ignore_result=True)
@recorded("purge-address-changes")
def purge_address_changes() -> int:
    return addresses.purge(timezone.now())
