"""What the worker does of the team's work. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from compliance import case_guests, case_removals, case_replies, claims, purging, reminding, status_checks, writing
from notifications.runs import recorded


@shared_task(ignore_result=True)
@recorded("remind-carers")
def remind_carers() -> int:
    """What ends soon, and what has ended: to each carer in one mail, and to the team."""
    return reminding.remind_all(on=timezone.localdate(), by="job:remind-carers")


@shared_task(ignore_result=True)
@recorded("purge-decisions")
def purge_decisions() -> int:
    """Decisions about carers of whom nothing is kept any more."""
    return purging.purge_decisions(by="job:purge-decisions")


@shared_task(ignore_result=True)
@recorded("purge-claims")
def purge_claims() -> int:
    """Who had what of the queue open, a day after it ran out."""
    return claims.purge(timezone.now())


@shared_task(ignore_result=True)
@recorded("check-dbs-status")
def check_dbs_status() -> int:
    """A few of the DBS certificates whose yearly status check has come, in the name of the officer who scheduled it."""
    return status_checks.ask_due(on=timezone.localdate())


@shared_task(ignore_result=True)
@recorded("purge-status-checks")
def purge_status_checks() -> int:
    """That a DBS certificate was not current, some months after somebody dealt with it."""
    return status_checks.purge(on=timezone.localdate(), by="job:purge-status-checks")


@shared_task(ignore_result=True)
@recorded("send-to-carers")
def send_to_carers() -> int:
    """What the team wrote to carers and is not all in the outbox yet: handed over as soon as it is sent, and whatever
    a broker lost or something cut off."""
    return writing.go_on_with_all(by="job:send-to-carers")


@shared_task(ignore_result=True)
@recorded("purge-to-carers")
def purge_to_carers() -> int:
    """What the team wrote to carers, 90 days after it was sent; and drafts that nobody changed for as long."""
    now = timezone.now()
    return writing.purge(now=now) + writing.purge_drafts(now=now, by="job:purge-to-carers")


@shared_task(ignore_result=True)
@recorded("end-reply-times")
def end_reply_times() -> int:
    """Cases about carers who did not reply in time go on without a reply."""
    return case_replies.end_reply_times(on=timezone.localdate(), by="job:end-reply-times")


@shared_task(ignore_result=True)
@recorded("finish-removals")
def finish_removals() -> int:
    """Carers who were removed, and whose time to appeal is over, have left for good."""
    return case_removals.finish(on=timezone.localdate(), by="job:finish-removals")


@shared_task(ignore_result=True)
@recorded("end-guests")
def end_guests() -> int:
    """Guests whose case is decided, or whose day has passed, are out of the team."""
    return case_guests.end_all(on=timezone.localdate(), by="job:end-guests")
