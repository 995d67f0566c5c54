"""Praise, from the form to a carer's page: read by the team, agreed to by its writer and by the carer, answered once.

Every change is a verb: keyword-only, atomic, with who does it (`by`). Each ends in `_settle`, which alone says whether
the public row stands.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.recording import Actor, record, who
from directory import praise as rows
from directory.models import Listing
from feedback.models import Praise
from feedback.models.praise import READ
from feedback.states import NotAllowed
from notifications import outbox

BY_FORM, BY_LINK = "job:feedback-form", "job:praise-link"
SALT = "feedback.praise"
RECEIVED, TO_CARER, SHOWN = "feedback/mail/praise_received", "feedback/mail/praise", "feedback/mail/praise_shown"
LONGEST_ANSWER = 1000
Ended = Praise.Ended


def key(praise: Praise) -> str:
    """How every message about it begins."""
    return f"praise:{praise.pk}:"


# --- it comes --------------------------------------------------------------------------------------------


@transaction.atomic
def receive(
    *,
    form_key: str,
    words: str,
    language: str,
    listing: Listing | None = None,
    about_words: str = "",
    name: str = "",
    email: str = "",
    may_be_shown: bool = False,
    hold: str = "",
    at: datetime | None = None,
) -> Praise:
    """What came by the form; the same form again is the same. With a reason to `hold` it is kept aside."""
    said = {"words": words, "language": language, "listing": listing, "about_words": about_words, "name": name,
            "email": email, "may_be_shown": may_be_shown, "received_at": at or timezone.now()}  # fmt: skip
    praise = Praise(form_key=form_key, held_reason=hold, **said)
    try:
        with transaction.atomic():
            praise.save(force_insert=True)
    except IntegrityError:
        if same := Praise.objects.filter(form_key=form_key).first():
            return same
        raise
    record("praise.received", by=BY_FORM, target=praise, listing=listing.pk if listing else None, held=hold)
    if not hold:
        _tell_writer(praise, "received", RECEIVED)
    return praise


@transaction.atomic
def release(praise: Praise, *, by: Actor) -> Praise:
    """It is no spam; the team reads it next. Raises `NotAllowed`."""
    row = _held(praise, by)
    if not row.held_reason:
        raise NotAllowed("It is not kept aside.")
    row.held_reason = ""
    _save(row, "held_reason")
    record("praise.released", by=by, target=row)
    _tell_writer(row, "received", RECEIVED)
    return row


# --- the team --------------------------------------------------------------------------------------------


@transaction.atomic
def pass_on(praise: Praise, *, by: Actor, listing: Listing | None = None) -> Praise:
    """Somebody read it: the carer gets it, and is asked whether it may be shown, where its writer agrees.

    `listing` is whom it is about, where it names nobody. Raises `NotAllowed`.
    """
    row = _held(praise, by)
    if row.state != Praise.State.TO_READ:
        raise NotAllowed(f"This cannot be done now: it is “{row.state.label.lower()}”.")
    row.listing = row.listing or listing
    if row.listing is None:
        raise NotAllowed("Say for whom it is.")
    _not_own(row, by)
    row.read_at, row.read_by = timezone.now(), by if isinstance(by, User) else None
    _save(row, "listing", "read_at", "read_by")
    record("praise.passed_on", by=by, target=row, listing=row.listing)
    _tell_carer(row)
    return row


@transaction.atomic
def keep_back(praise: Praise, *, by: Actor, reason: str) -> Praise:
    """Read, and neither passed on nor shown. Nobody is mailed. Raises `NotAllowed`."""
    row = _held(praise, by)
    if row.state != Praise.State.TO_READ:
        raise NotAllowed(f"This cannot be done now: it is “{row.state.label.lower()}”.")
    row.read_at, row.read_by = timezone.now(), by if isinstance(by, User) else None
    _save(row, "read_at", "read_by")
    return _end(row, Ended.KEPT_BACK, by=by, reason=_said(reason))


@transaction.atomic
def take_down(praise: Praise, *, by: Actor, reason: str) -> Praise:
    """It is not shown any more, and never again. Nobody is mailed. Raises `NotAllowed`."""
    row = _held(praise, by)
    if row.held_reason or row.ended_at or not row.read_at:
        raise NotAllowed(f"This cannot be done now: it is “{row.state.label.lower()}”.")
    return _end(row, Ended.TAKEN_DOWN, by=by, reason=_said(reason))


@transaction.atomic
def read_answer(praise: Praise, *, by: Actor, show: bool) -> Praise:
    """What the carer answered stands under it, or does not. Raises `NotAllowed`."""
    row = _held(praise, by)
    if not row.answered_at or row.answer_read_at:
        raise NotAllowed("There is no answer to read.")
    row.answer_read_at, row.answer_is_shown = timezone.now(), show
    _save(row, "answer_read_at", "answer_is_shown")
    record("praise.answer_read", by=by, target=row, shown=show)
    return _settle(row, by=by)


# --- the carer, and the writer ---------------------------------------------------------------------------


@transaction.atomic
def carer_says(praise: Praise, *, by: Actor, agrees: bool) -> Praise:
    """The carer agrees that it is shown, or does not any more; whoever of the team writes that down is named.

    Raises `NotAllowed` where they are not asked.
    """
    row = _held(praise, by, own=True)
    if not _is_going_on(row) or not row.may_be_shown:
        raise NotAllowed("This is not to be shown.")
    if row.carer_agrees == agrees:
        return row
    mine = row.listing is not None and row.listing.owner_id == who(by)[1]
    row.carer_agrees, row.carer_said_at = agrees, timezone.now()
    row.carer_said_to = by if isinstance(by, User) and not mine else None
    _unshown(row)
    _save(row, "carer_agrees", "carer_said_at", "carer_said_to", "shown_at", "hidden_at")
    record("praise.carer_said", by=by, target=row, agrees=agrees)
    return _settle(row, by=by)


@transaction.atomic
def answer(praise: Praise, *, by: Actor, words: str, language: str) -> Praise:
    """Once; the team reads it before anybody else does. Raises `NotAllowed`."""
    row = _held(praise, by, own=True)
    if not _is_going_on(row) or not row.carer_agrees or row.answered_at:
        raise NotAllowed("You can answer once, where it is shown.")
    row.answer, row.answer_language, row.answered_at = _said(words), language, timezone.now()
    _save(row, "answer", "answer_language", "answered_at")
    record("praise.answered", by=by, target=row)
    return row


@transaction.atomic
def withdraw(praise: Praise, *, by: Actor = BY_LINK) -> Praise:
    """Its writer takes it back, by the link in their mail. Again it changes nothing."""
    row = _held(praise, by, own=True)
    return row if row.ended_at else _end(row, Ended.WITHDRAWN, by=by)


# --- what all of them use --------------------------------------------------------------------------------


def _held(praise: Praise, by: Actor, *, own: bool = False) -> Praise:
    """The row, locked. `own` says that it is for the carer or the writer, else nobody does it with their own."""
    who(by)
    row = Praise.objects.select_for_update(of=("self",)).select_related("listing__owner").get(pk=praise.pk)
    if not own:
        _not_own(row, by)
    return row


def _not_own(row: Praise, by: Actor) -> None:
    number = who(by)[1]
    if number is not None and row.listing and row.listing.owner_id == number:
        raise NotAllowed("This is praise of you. A colleague reads it.")


def _is_going_on(row: Praise) -> bool:
    return bool(row.read_at and not row.ended_at and not row.held_reason)


def _end(row: Praise, how: Ended, *, by: Actor, reason: str = "") -> Praise:
    row.ended_at, row.ended_how, row.ended_because = timezone.now(), how, reason
    row.held_reason = ""
    _unshown(row)
    _save(row, "ended_at", "ended_how", "ended_because", "held_reason", "shown_at", "hidden_at")
    record("praise.ended", by=by, target=row, how=how)
    outbox.take_back_about(key(row))
    return _settle(row, by=by)


def _settle(row: Praise, *, by: Actor) -> Praise:
    """What is shown is what may be: read, agreed to by both, and not over."""
    if not (_is_going_on(row) and row.may_be_shown and row.carer_agrees and row.listing):
        if row.listing:
            rows.take_down(row.listing, by=by, number=row.pk)
        return row
    said = {"words": row.words, "language": row.language, "name": row.name}
    answered = {"answer": row.answer, "answer_language": row.answer_language} if row.answer_is_shown else {}
    day = timezone.localdate(row.received_at)
    rows.show(row.listing, by=by, number=row.pk, said_on=day, **said, **answered)
    if row.shown_at is None:
        row.shown_at, row.hidden_at = timezone.now(), None
        _save(row, "shown_at", "hidden_at")
        _tell_writer(row, f"shown:{row.shown_at:%Y%m%d%H%M%S}", SHOWN)
    return row


def _unshown(row: Praise) -> None:
    """Before it is saved that it may not be shown: the database refuses both at once."""
    if row.shown_at:
        row.shown_at, row.hidden_at = None, timezone.now()


def _save(row: Praise, *fields: str) -> None:
    row.save(update_fields=list(fields))


def _said(words: str) -> str:
    if not words.strip():
        raise NotAllowed("Write something.")
    return words.strip()


# --- when it goes ----------------------------------------------------------------------------------------


@transaction.atomic
def purge(*, on: date, by: Actor) -> int:
    """What was kept aside for 14 days, and what is not shown a year after it came, or after it was shown last, or after
    the page ended on which it stood."""
    aside = Praise.objects.kept_aside().filter(received_at__date__lt=on - timedelta(days=14))
    last = Coalesce(F("hidden_at"), F("ended_at"), F("received_at"))
    year_ago = on - timedelta(days=365)
    over = Q(shown_at=None, last__date__lt=year_ago) | Q(listing__ended_at__date__lt=year_ago)
    old = Praise.objects.annotate(last=last).filter(over)
    return forget([*{praise.pk: praise for praise in (*aside, *old)}.values()], by=by)


def forget(gone: list[Praise], *, by: Actor) -> int:
    """Takes them away, with what is shown of them and their mails. How many."""
    for praise in gone:
        if praise.listing:
            rows.take_down(praise.listing, by=by, number=praise.pk)
        outbox.forget_about(key(praise))
        praise.delete()
    if gone:
        record("praise.purged", by=by, target="feedback.praise", count=len(gone))
    return len(gone)


# --- messages --------------------------------------------------------------------------------------------


def link(praise: Praise) -> str:
    """By which its writer takes it back. It does not end: to agree is to be able not to any more."""
    before = "/cy" if praise.language == "cy" else ""
    return f"{settings.SITE_URL}{before}{reverse('feedback:withdraw', args=[signing.dumps(praise.pk, salt=SALT)])}"


def opened(token: str) -> Praise | None:
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Praise.objects.select_related("listing").filter(pk=pk).first()


def _tell_writer(praise: Praise, about: str, template: str) -> None:
    if not praise.email:
        return
    address = link(praise)
    outbox.queue(
        key=f"{key(praise)}{about}", to=praise.email, template=template, language=praise.language, reader=READ,
        secrets=[address], context={"praise": praise, "listing": praise.listing, "link": address},
    )  # fmt: skip


def _tell_carer(praise: Praise) -> None:
    listing = praise.listing
    if listing is None or not listing.mailbox:
        return
    owner = listing.owner
    outbox.queue(
        key=f"{key(praise)}carer", to=listing.mailbox, template=TO_CARER, reader=READ,
        language=owner.language if owner else "",
        context={"praise": praise, "listing": listing, "site": settings.SITE_URL if owner else ""},
    )  # fmt: skip
