"""The outbox: a message is saved in the transaction of what caused it, and sent after that is committed.

Sending is claimed by `UPDATE … WHERE` and counting the rows, so one sender wins on any database. A sender that dies
between sending and marking leaves its claim to run out: the message is sent a second time rather than not at all, under
the same Message-ID, by which mail programs know it for the same.
"""

import hashlib
import logging
import re
import smtplib
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from audit import hiding
from audit.recording import Actor, record
from notifications.models import Message
from notifications.runs import without_values

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=1)
CLAIM_RUNS_OUT = timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
# Minutes until the next try, after the first, second, … failure; then the last one again and again.
PAUSES = (1, 2, 5, 10, 20, 40, 60, 120)
KEEP_BODIES = timedelta(days=90)
ORDINARY = "notifications.read_messages"
MASK = "•••"
SEPARATOR = "\n\n— — —\n\n"
MOST_IN_A_SWEEP = 500
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")


class NotInTransaction(Exception):
    """A message queued outside a transaction could be sent although its cause was undone."""


class CannotSendAgain(Exception):
    """Why a message cannot go once more now, in a sentence for the team."""


def queue(
    *,
    key: str,
    to: str,
    template: str,
    language: str,
    reader: str = ORDINARY,
    reply_to: str = "",
    secrets: Iterable[str] = (),
    context: Mapping[str, Any] | None = None,
    at_once: bool = True,
    stop_link: str = "",
    whose: str = "",
) -> bool:
    """Promises one mail; whether it was new. The same `key` again changes nothing.

    `template` names three files: `<template>.subject.txt`, `.txt` and `.html`. `language` is the reader's; empty when
    it is unknown, and then the mail is in each of the scheme's. `secrets` are links in it that sign in or act.
    Many together go not `at_once` but with the next sweeps: a broker that is down would hold up whoever queues them.
    A POST to `stop_link` stops messages of its kind; a mail program offers that as a button (RFC 8058).
    `whose` says whom it is for ("carer:12"): two may have one address, and one may have had several.
    Raises `NotInTransaction`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"{key} is queued outside a transaction; queue it with what causes it.")
    subject, text, html = render(template, language, dict(context or {}))
    message = Message(key=key, to=to, template=template, language=language, reader=reader, reply_to=reply_to)
    message.subject, message.text, message.html, message.secrets = subject, text, html, list(secrets)
    message.stop_link, message.whose = stop_link, whose
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if Message.objects.filter(key=key).exists():
            return False
        raise
    if at_once:
        transaction.on_commit(lambda: hand_over(message.pk))
    return True


def take_back(*, whose: str, to: str = "") -> int:
    """What was promised to somebody, or to an address that is nobody else's, and has not gone does not go. How many.

    What a sender holds at this moment goes.
    """
    count, _kinds = _not_gone([whose], to).delete()
    return count


def take_back_about(about: str) -> int:
    """What was promised under keys that begin so and has not gone does not go. How many."""
    unsent = Message.objects.filter(key__startswith=about, sent_at__isnull=True)
    count, _kinds = unsent.exclude(claimed_now(timezone.now())).delete()
    return count


def shown(rows: QuerySet[Message], user: Any) -> QuerySet[Message]:
    """Those that ordinary readers may know of, and those that this person may read."""
    permissions = rows.order_by().values_list("reader", flat=True).distinct()
    readable = [code for code in permissions if user.has_perm(code)]
    return hiding.shown(rows.filter(reader__in=[*readable, ORDINARY]), user)


def forget_about(about: str) -> int:
    """Takes away messages under keys that begin so, because nothing is kept any more of what they were about."""
    return Message.objects.filter(key__startswith=about).delete()[0]


def restrict(about: str, *, reader: str) -> int:
    """Messages under keys that begin so are for this permission's holders from now on: nobody else sees that they are
    there. How many."""
    return Message.objects.filter(key__startswith=about).update(reader=reader)


def unsent(whose: Iterable[str], *, to: str = "") -> int:
    """How many `take_back` would take back."""
    return _not_gone(whose, to).count()


def _not_gone(whose: Iterable[str], to: str) -> QuerySet[Message]:
    theirs = Q(whose__in=list(whose))
    if to:
        theirs |= Q(to__iexact=to)
    return Message.objects.filter(theirs, sent_at__isnull=True).exclude(claimed_now(timezone.now()))


def has_reached(whose: str) -> bool:
    """Whether anything went to them, or is going at this moment."""
    went = Q(sent_at__isnull=False) | claimed_now(timezone.now())
    return Message.objects.filter(went, whose=whose).exists()


def hand_over(pk: int) -> None:
    """Asks a worker to send it. A broker that is down only means that the next sweep does."""
    from notifications.jobs import deliver_one  # noqa: PLC0415 (its task imports this module)

    try:
        deliver_one.delay(pk)
    except Exception:
        log.warning("The broker did not take message %s; the sweep will send it.", pk, exc_info=True)


def render(template: str, language: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML, in `languages_of` the reader."""
    languages = languages_of(language)
    parts = [render_in(one, template, context) for one in languages]
    subject = " / ".join(dict.fromkeys(part[0] for part in parts))
    text = SEPARATOR.join(part[1] for part in parts)
    bodies = [{"language": one, "html": part[2]} for one, part in zip(languages, parts, strict=True)]
    frame = {"bodies": bodies, "scheme": settings.SCHEME, "language": languages[0], "subject": subject}
    with translation.override(languages[0]):
        return subject[:300], text, render_to_string("notifications/mail.html", frame)


def languages_of(language: str) -> list[str]:
    """The reader's, or each of the scheme's where it is unknown, Welsh first."""
    return [language] if language in settings.SCHEME.languages else sorted(settings.SCHEME.languages)


def render_in(language: str, template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    with translation.override(language), readers_addresses():
        everything = {"scheme": settings.SCHEME, **settings.SCHEME.words, "language": language, **context}
        subject = one_line(render_to_string(f"{template}.subject.txt", everything))
        text = render_to_string(f"{template}.txt", everything).strip() + "\n"
        return subject, text, render_to_string(f"{template}.html", everything)


@contextmanager
def readers_addresses() -> Iterator[None]:
    """A mail leads where its reader goes, though the page that caused it stands elsewhere (`onboarding.desk`)."""
    before = get_script_prefix()
    set_script_prefix("/")
    try:
        yield
    finally:
        set_script_prefix(before)


def one_line(subject: str) -> str:
    """No subject brings a header of its own with it."""
    return " ".join(subject.split())


# --- sending ---------------------------------------------------------------------------------------------


def due(now: datetime) -> Q:
    unclaimed = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_RUNS_OUT)
    return unclaimed & Q(sent_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=now)


def claimed_now(now: datetime) -> Q:
    """A sender holds it, and may be speaking to the mail server at this moment."""
    return Q(claimed_at__gte=now - CLAIM_RUNS_OUT)


def sweep() -> int:
    """Sends whatever is due: what a broker lost, what failed earlier, what a dead worker left. How many went.

    It begins no message after the time until the next sweep is over: a mail server that hangs holds up each message
    for as long as it may, and the rest is the next sweep's. Whatever failed waits behind what has not been tried.
    """
    until = time.monotonic() + settings.OUTBOX_SWEEP_SECONDS
    waiting = Message.objects.filter(due(timezone.now())).order_by("next_try_at", "pk")
    went = 0
    with one_connection() as server:
        for pk in waiting.values_list("pk", flat=True)[:MOST_IN_A_SWEEP]:
            if time.monotonic() >= until:
                break
            went += attempt(pk, server)
    return went


def deliver(pk: int) -> bool:
    """Sends one message if nobody else has it. Whether it went."""
    with one_connection() as server:
        return attempt(pk, server)


@contextmanager
def one_connection() -> Iterator[Any]:
    """Opened by the first message that needs it. What the mail server says to our goodbye changes nothing: what it
    took is marked by then."""
    server = get_connection()
    try:
        yield server
    finally:
        close(server)


def close(server: Any) -> None:
    with suppress(Exception):
        server.close()


def attempt(pk: int, server: Any) -> bool:
    """Claims the message, sends it and notes what came of it. A failure is tried again later, over a new connection."""
    now = timezone.now()
    if not Message.objects.filter(due(now), pk=pk).update(claimed_at=now, attempts=F("attempts") + 1):
        return False
    message = Message.objects.get(pk=pk)
    try:
        server.open()
        as_mail(message, server).send()
    except Exception as error:  # whatever a mail server, its network or its library does, the message stays
        failed(message, error, claim=now)
        close(server)
        return False
    sent(message, claim=now)
    return True


def as_mail(message: Message, server: Any = None) -> EmailMultiAlternatives:
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if message.stop_link:
        headers |= {
            "List-Unsubscribe": f"<{message.stop_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMultiAlternatives(
        one_line(message.subject),
        message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers,
        connection=server,
    )
    mail.attach_alternative(message.html, "text/html")
    return mail


def message_id(message: Message) -> str:
    """The same for every try. What the team sends again is another, or mail programs would take it for the first."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    about = f"{settings.SECRET_KEY}{message.key}{message.queued_at.timestamp()}"
    return f"<{hashlib.sha256(about.encode()).hexdigest()[:32]}@{host}>"


def sent(message: Message, *, claim: datetime) -> None:
    hidden = {
        "text": masked(message.text, message),
        "html": masked(message.html, message),
        "stop_link": masked(message.stop_link, message),
        "secrets": [],
    }
    changes = hidden if message.secrets else {}
    mark(message, claim, sent_at=timezone.now(), error="", **changes)


def failed(message: Message, error: Exception, *, claim: datetime) -> None:
    now = timezone.now()
    pause = timedelta(minutes=PAUSES[min(message.attempts, len(PAUSES)) - 1])
    give_up = now + pause > message.queued_at + GIVE_UP_AFTER
    what = masked(in_words(error), message)[:500]
    mark(message, claim, error=what, next_try_at=now + pause, given_up_at=now if give_up else None)
    log.warning("Message %s was not sent (%s)", message.pk, type(error).__name__)


def mark(message: Message, claim: datetime, **changes: Any) -> None:
    """What came of it, under the sender's own claim alone: one that comes late undoes nothing of a newer one's."""
    if not Message.objects.filter(pk=message.pk, claimed_at=claim).update(claimed_at=None, **changes):
        log.warning("Message %s: this sender's claim ran out, and what came of it is not marked", message.pk)


def in_words(error: Exception) -> str:
    """What the mail server said, without the address it said it about; of any other failure, its kind."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {in_text(reply)}" for code, reply in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {in_text(error.smtp_error)}"
    else:
        return without_values(error)
    return ADDRESS.sub(MASK, one_line(said).replace("\x00", ""))


def in_text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply


def masked(text: str, message: Message) -> str:
    for secret in sorted(message.secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


# --- once more -------------------------------------------------------------------------------------------


def why_not_again(message: Message) -> str:
    """Why it cannot go once more now, for the team; empty where it can."""
    if not message.text:
        return "what it said is gone, 90 days after it was sent or given up"
    if MASK in message.text:
        return "it held a link that is used up: ask for a new one where it came from"
    if Message.objects.filter(claimed_now(timezone.now()), pk=message.pk).exists():
        return "it is being sent at this moment: look again in a few minutes"
    return ""


@transaction.atomic
def send_again(message: Message, *, by: Actor) -> None:
    """Once more from the start, for somebody of the team: a day of tries begins now.

    `message` is as they saw it; one that was sent again since is not sent a third time. Raises `CannotSendAgain`.
    """
    now, row = timezone.now(), Message.objects.select_for_update().get(pk=message.pk)
    why = "it was sent again a moment ago" if row.queued_at != message.queued_at else why_not_again(row)
    if why:
        raise CannotSendAgain(f"{row} does not go again: {why}.")
    Message.objects.filter(pk=row.pk).update(
        sent_at=None, given_up_at=None, claimed_at=None, attempts=0, queued_at=now, next_try_at=now, error=""
    )
    record("message.sent_again", by=by, target=row, template=row.template)
    transaction.on_commit(lambda: hand_over(row.pk))


# --- what goes on its date -------------------------------------------------------------------------------


def purge_bodies() -> int:
    """What was said goes 90 days after sending or giving up; that it was sent stays."""
    before = timezone.now() - KEEP_BODIES
    old = Message.objects.filter(Q(sent_at__lt=before) | Q(given_up_at__lt=before)).exclude(text="", html="")
    return old.update(text="", html="", stop_link="", secrets=[])


def forget_address(address: str) -> int:
    """Takes away every message to somebody of whom nothing is kept any more, sent or not. How many."""
    return Message.objects.filter(to__iexact=address).delete()[0] if address else 0


def forget_whose(whose: str) -> int:
    """Takes away every message to somebody, whatever their address was then, sent or not. How many."""
    return Message.objects.filter(whose=whose).delete()[0]


def forget(keys: Iterable[str]) -> int:
    """Takes away messages whose cause is past its date, because they hold the addresses of whoever wrote."""
    return Message.objects.filter(key__in=list(keys)).delete()[0]
