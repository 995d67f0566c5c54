"""What the worker does with the carers' journey. The schedule is in `microcare/celery.py`."""

from celery import shared_task
from django.utils import timezone

from notifications.runs import recorded
from onboarding import (
    adopting,
    comparing,
    forgetting,
    headcounts,
    joining,
    leaving,
    letters,
    purging,
    still_right,
    training,
)
from onboarding.registers import moving


@shared_task(ignore_result=True)
@recorded("settle-standing")
def settle_standing() -> int:
    """New requirements that move few are in force from now on, and every listing is compared with where its carer
    stands: a stretch that begins today after a gap is written, and what else differs is mended and kept to be seen."""
    on = timezone.localdate()
    adopting.adopt_if_few(on=on)
    return comparing.mend_all(by="job:settle-standing", on=on)


@shared_task(ignore_result=True)
@recorded("ask-still-right")
def ask_still_right() -> int:
    """Whoever has not said for 25 days that their space is right, or for half a year that the listing is."""
    return still_right.ask_all(on=timezone.localdate(), by="job:ask-still-right")


@shared_task(ignore_result=True)
@recorded("ask-headcount")
def ask_headcount() -> int:
    """Wales: whoever offers personal care and has not said this month how many people they give it to."""
    return headcounts.ask_all(on=timezone.localdate())


@shared_task(ignore_result=True)
@recorded("close-left-accounts")
def close_left_accounts() -> int:
    """Accounts of carers who left long enough ago to have taken their data with them."""
    return leaving.close_accounts(on=timezone.localdate(), by="job:close-left-accounts")


@shared_task(ignore_result=True)
@recorded("purge-left-carers")
def purge_left_carers() -> int:
    """Everything about carers who left, once its years or months are over."""
    return forgetting.purge_left(on=timezone.localdate(), by="job:purge-left-carers")


@shared_task(ignore_result=True)
@recorded("purge-listing-photos")
def purge_listing_photos() -> int:
    """Photos that were replaced, some months after the decision about their change."""
    return purging.purge_photos(on=timezone.localdate(), by="job:purge-listing-photos")


@shared_task(ignore_result=True)
@recorded("purge-registers")
def purge_registers() -> int:
    """The cells of registers that were read a week ago; whoever came with them stays."""
    return moving.purge(timezone.localdate())


@shared_task(ignore_result=True)
@recorded("purge-letters")
def purge_letters() -> int:
    """What letters said, 90 days after they were posted."""
    return letters.purge(timezone.localdate())


@shared_task(ignore_result=True)
@recorded("remind-interested")
def remind_interested() -> int:
    """Whoever has not used their link is reminded of it once."""
    return joining.remind(on=timezone.localdate(), by="job:remind-interested")


@shared_task(ignore_result=True)
@recorded("purge-interests")
def purge_interests() -> int:
    return joining.purge(on=timezone.localdate(), by="job:purge-interests")


@shared_task(ignore_result=True)
@recorded("remind-training")
def remind_training() -> int:
    """Whoever has a seat is reminded 7 days and 1 day before."""
    return training.remind(by="job:remind-training", on=timezone.localdate())


@shared_task(ignore_result=True)
@recorded("purge-evidence")
def purge_evidence() -> int:
    on, by = timezone.localdate(), "job:purge-evidence"
    return purging.purge_details(on=on, by=by) + purging.purge_drafts(on=on, by=by)
