"""Every change to an enquiry is one of these verbs: keyword-only, atomic, with who does it (`by`).

The messages about it go into the outbox in the same transaction, so what the form took is never lost.
"""

import hashlib
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.recording import Actor, record
from directory.enquiry_models import Enquiry
from directory.models import Listing
from notifications import outbox

BY_FORM = "job:enquiry-form"  # whoever wrote it gave a name, and did not sign in
READER = "directory.read_enquiries"
KEEP_ASIDE = timedelta(days=14)


class CannotSend(Exception):
    """Why it cannot go to the carer now, in a sentence for the team."""


def key_of(number: str, facts: dict[str, Any]) -> str:
    """Of a form and what it held: the same form sent twice is one enquiry, changed and sent again another."""
    held = "\x00".join([number, *(f"{name}={facts[name]}" for name in sorted(facts))])
    return hashlib.sha256(held.encode()).hexdigest()


@transaction.atomic
def send_enquiry(
    *,
    listing: Listing,
    by: Actor,
    form_key: str,
    language: str,
    what: str,
    name: str,
    answer_by: str,
    when: str = "",
    phone: str = "",
    email: str = "",
    hold: str = "",
    at: datetime | None = None,
) -> Enquiry:
    """Takes a message for the carer and promises the mails about it; the same form again is the same enquiry.

    With a reason to `hold`, it is kept aside and nobody is mailed.
    """
    at = at or timezone.now()
    enquiry = Enquiry(listing=listing, form_key=form_key, language=language, received_at=at)
    enquiry.what, enquiry.when, enquiry.name = what, when, name
    enquiry.answer_by, enquiry.phone, enquiry.email = answer_by, phone, email
    if hold:
        enquiry.held_at, enquiry.held_reason = at, hold
    else:
        enquiry.sent_at = at
    try:
        with transaction.atomic():
            enquiry.save(force_insert=True)
    except IntegrityError:
        if same := Enquiry.objects.filter(form_key=form_key).first():
            return same
        raise
    if hold:
        record("enquiry.held", by=by, target=enquiry, listing=listing, reason=hold)
    else:
        record("enquiry.sent", by=by, target=enquiry, listing=listing)
        tell_carer(enquiry)
        copy_to_sender(enquiry)
    return enquiry


@transaction.atomic
def release(enquiry: Enquiry, *, by: Actor, on: date) -> bool:
    """Sends on what was kept aside, for somebody who looked; whether it still waited. Raises `CannotSend`."""
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.sent_at:
        return False
    if enquiry.listing.state(on) != Listing.State.LIVE or not enquiry.listing.mailbox:
        raise CannotSend(f"{enquiry}: the listing is not live today, or has no address to send to. It stays here.")
    enquiry.sent_at = timezone.now()
    enquiry.save(update_fields=["sent_at"])
    record("enquiry.released", by=by, target=enquiry, listing=enquiry.listing)
    tell_carer(enquiry)
    copy_to_sender(enquiry)
    return True


@transaction.atomic
def mark_answered(enquiry: Enquiry, *, by: Actor) -> None:
    """The carer says that they answered; saying so again changes nothing."""
    if Enquiry.objects.sent().filter(pk=enquiry.pk, answered_at__isnull=True).update(answered_at=timezone.now()):
        record("enquiry.answered", by=by, target=enquiry)


@transaction.atomic
def purge(*, on: date, by: Actor) -> int:
    """Takes away enquiries past their date, with what the outbox still knows of their senders. How many went."""
    due = due_for_purge(on)
    if not due:
        return 0
    forget(due)
    record("enquiry.purged", by=by, target="directory.enquiry", count=len(due))
    return len(due)


def forget(gone: Iterable[Enquiry]) -> int:
    """Takes them away with what the outbox still knows of them. How many."""
    references = [enquiry.reference for enquiry in gone]
    outbox.forget([key for reference in references for key in keys(reference)])
    Enquiry.objects.filter(reference__in=references).delete()
    return len(references)


def due_for_purge(on: date) -> list[Enquiry]:
    """Sent more than the settings' months ago, or kept aside longer than fourteen days."""
    sent = Enquiry.objects.sent().filter(sent_at__date__lt=months_before(on, settings.ENQUIRY_MONTHS))
    held = Enquiry.objects.kept_aside().filter(held_at__date__lt=on - KEEP_ASIDE)
    return [*sent.select_for_update(), *held.select_for_update()]


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- messages --------------------------------------------------------------------------------------------


def keys(reference: str) -> tuple[str, str]:
    return f"enquiry:{reference}:carer", f"enquiry:{reference}:copy"


def tell_carer(enquiry: Enquiry) -> bool:
    """The enquiry itself, to the carer, who answers the sender directly."""
    owner = enquiry.listing.owner
    return outbox.queue(
        key=keys(enquiry.reference)[0],
        to=enquiry.listing.mailbox,
        template="directory/mail/enquiry",
        language=owner.language if owner else "",
        reader=READER,
        reply_to=enquiry.email,
        context={"enquiry": enquiry, "listing": enquiry.listing, "site": settings.SITE_URL if owner else ""},
    )


def copy_to_sender(enquiry: Enquiry) -> bool:
    """What they wrote, without any address of the carer's, and with nothing that a mail program makes a link of."""
    if not enquiry.email:
        return False
    return outbox.queue(
        key=keys(enquiry.reference)[1],
        to=enquiry.email,
        template="directory/mail/enquiry_copy",
        language=enquiry.language,
        reader=READER,
        context={"enquiry": enquiry, "listing": enquiry.listing, "months": settings.ENQUIRY_MONTHS},
    )
