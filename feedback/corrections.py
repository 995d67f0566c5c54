"""What is wrong in a listing: told to its carer at once, and settled by them, by a signed link, or by the team.

Every change is a verb: keyword-only, atomic, with who does it (`by`).
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.recording import Actor, record, who
from directory.models import Listing
from feedback.models import Correction
from feedback.models.corrections import SETTLE
from feedback.states import NotAllowed
from notifications import outbox

BY_FORM, BY_LINK = "job:feedback-form", "job:correction-link"
SALT = "feedback.correction"
KEEP = timedelta(days=90)  # how long the link works
WRONG, SETTLED = "feedback/mail/correction", "feedback/mail/correction_settled"
How = Correction.How


class TooOld(Exception):
    """The link is one of ours, and does not work any more."""


def key(correction: Correction) -> str:
    """How every message about it begins."""
    return f"correction:{correction.pk}:"


@transaction.atomic
def report(
    *,
    form_key: str,
    words: str,
    language: str,
    listing: Listing | None = None,
    about_words: str = "",
    email: str = "",
    hold: str = "",
    by: Actor = BY_FORM,
    at: datetime | None = None,
) -> Correction:
    """What came by the form; the same form again is the same. With a reason to `hold` it is kept aside."""
    said = {"words": words, "language": language, "listing": listing, "about_words": about_words, "email": email}
    correction = Correction(form_key=form_key, held_reason=hold, received_at=at or timezone.now(), **said)
    try:
        with transaction.atomic():
            correction.save(force_insert=True)
    except IntegrityError:
        if same := Correction.objects.filter(form_key=form_key).first():
            return same
        raise
    record("correction.received", by=by, target=correction, listing=listing.pk if listing else None, held=hold)
    if not hold:
        _tell_carer(correction, at=at)
    return correction


@transaction.atomic
def release(correction: Correction, *, by: Actor) -> Correction:
    """It is no spam: the carer is told now. Raises `NotAllowed` where it is not kept aside."""
    row = _held(correction, by)
    if not row.held_reason:
        raise NotAllowed("It is not kept aside.")
    row.held_reason = ""
    row.save(update_fields=["held_reason"])
    record("correction.released", by=by, target=row)
    _tell_carer(row)
    return row


@transaction.atomic
def settle(correction: Correction, *, by: Actor, how: str, because: str = "") -> Correction:
    """It is mended, or right as it is, or the team saw to it. Settled once: again it changes nothing.

    Raises `NotAllowed` where it is kept aside, and for what is right without saying why.
    """
    row = _held(correction, by)
    if row.settled_at:
        return row
    if row.held_reason:
        raise NotAllowed("It is kept aside. Say first that it is no spam.")
    if how in {How.RIGHT, How.TEAM} and not because.strip():
        raise NotAllowed("Say why.")
    row.settled_at, row.how, row.because = timezone.now(), How(how), because.strip()
    row.settled_by = by if isinstance(by, User) else None
    row.save(update_fields=["settled_at", "how", "because", "settled_by"])
    record("correction.settled", by=by, target=row, how=how)
    outbox.take_back_about(f"{key(row)}carer")
    _tell_writer(row)
    return row


@transaction.atomic
def purge(*, on: date, by: Actor) -> int:
    """Those kept aside for 14 days, and those settled a year ago, with their mails. How many went."""
    aside = Correction.objects.kept_aside().filter(received_at__date__lt=on - timedelta(days=14))
    old = Correction.objects.filter(settled_at__date__lt=on - timedelta(days=365))
    return forget([*aside, *old], by=by)


def forget(gone: list[Correction], *, by: Actor) -> int:
    for correction in gone:
        outbox.forget_about(key(correction))
        correction.delete()
    if gone:
        record("correction.purged", by=by, target="feedback.correction", count=len(gone))
    return len(gone)


def _held(correction: Correction, by: Actor) -> Correction:
    """The row, locked. Nobody of the team settles what is said of their own listing in the team's name."""
    row = Correction.objects.select_for_update(of=("self",)).select_related("listing__owner").get(pk=correction.pk)
    user = who(by)[1]
    if user is not None and row.listing and row.listing.owner_id == user:
        raise NotAllowed("This is about your own listing. Use the link that was mailed to you, or ask a colleague.")
    return row


# --- the link --------------------------------------------------------------------------------------------


def link(correction: Correction, *, language: str = "") -> str:
    before = f"/{language}" if language == "cy" else ""
    return (
        f"{settings.SITE_URL}{before}{reverse('feedback:correction', args=[signing.dumps(correction.pk, salt=SALT)])}"
    )


def opened(token: str) -> Correction | None:
    """What the link is about; nothing for one that is not ours. Raises `TooOld`."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=KEEP)
    except signing.SignatureExpired as error:
        raise TooOld from error
    except signing.BadSignature:
        return None
    return Correction.objects.select_related("listing").filter(pk=pk, held_reason="").first()


# --- messages --------------------------------------------------------------------------------------------


def _tell_carer(correction: Correction, *, at: datetime | None = None) -> None:
    """Where nobody can be told, it is the team's at once."""
    listing = correction.listing
    if listing is None or not listing.mailbox:
        return
    correction.told_at = at or timezone.now()
    correction.save(update_fields=["told_at"])
    language = listing.owner.language if listing.owner else ""
    address = link(correction, language=language)
    outbox.queue(
        key=f"{key(correction)}carer",
        to=listing.mailbox,
        template=WRONG,
        language=language,
        reader=SETTLE,
        secrets=[address],
        context={"correction": correction, "listing": listing, "link": address},
    )


def _tell_writer(correction: Correction) -> None:
    if not correction.email:
        return
    context: dict[str, Any] = {"correction": correction, "listing": correction.listing}
    outbox.queue(
        key=f"{key(correction)}writer",
        to=correction.email,
        template=SETTLED,
        language=correction.language,
        reader=SETTLE,
        context=context,
    )
