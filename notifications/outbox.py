"""The outbox: a message is saved in the transaction of what caused it, and sent after that is committed.

Sending is claimed by `UPDATE … WHERE` and counting the rows, so one sender wins on any database. A sender that dies
between sending and marking leaves its claim to run out: the message is sent a second time rather than not at all, under
the same Message-ID, by which mail programs know it for the same.
"""

import hashlib
import logging
import smtplib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from notifications.models import Message

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=1)
CLAIM_RUNS_OUT = timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
# Minutes until the next try, after the first, second, … failure; then the last one again and again.
PAUSES = (1, 2, 5, 10, 20, 40, 60, 120)
KEEP_BODIES = timedelta(days=90)
MASK = "•••"
SEPARATOR = "\n\n— — —\n\n"


class NotInTransaction(Exception):
    """A message queued outside a transaction could be sent although its cause was undone."""


def queue(
    *,
    key: str,
    to: str,
    template: str,
    language: str,
    reader: str = "notifications.read_messages",
    reply_to: str = "",
    secrets: Iterable[str] = (),
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Promises one mail; whether it was new. The same `key` again changes nothing.

    `template` names three files: `<template>.subject.txt`, `.txt` and `.html`. `language` is the reader's; empty when
    it is unknown, and then the mail is in each of the scheme's. `secrets` are links in it that sign in or act.
    Raises `NotInTransaction`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"{key} is queued outside a transaction; queue it with what causes it.")
    subject, text, html = render(template, language, dict(context or {}))
    message = Message(key=key, to=to, template=template, language=language, reader=reader, reply_to=reply_to)
    message.subject, message.text, message.html, message.secrets = subject, text, html, list(secrets)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if Message.objects.filter(key=key).exists():
            return False
        raise
    transaction.on_commit(lambda: hand_over(message.pk))
    return True


def hand_over(pk: int) -> None:
    """Asks a worker to send it. A broker that is down only means that the next sweep does."""
    from notifications.jobs import deliver_one  # noqa: PLC0415 (its task imports this module)

    try:
        deliver_one.delay(pk)
    except Exception:
        log.warning("The broker did not take message %s; the sweep will send it.", pk, exc_info=True)


def render(template: str, language: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML, in the reader's language or in each of the scheme's, Welsh first."""
    languages = [language] if language in settings.SCHEME.languages else sorted(settings.SCHEME.languages)
    parts = [render_in(one, template, context) for one in languages]
    subject = " / ".join(dict.fromkeys(part[0] for part in parts))
    text = SEPARATOR.join(part[1] for part in parts)
    bodies = [{"language": one, "html": part[2]} for one, part in zip(languages, parts, strict=True)]
    frame = {"bodies": bodies, "scheme": settings.SCHEME, "language": languages[0], "subject": subject}
    with translation.override(languages[0]):
        return subject[:300], text, render_to_string("notifications/mail.html", frame)


def render_in(language: str, template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    with translation.override(language):
        everything = {"scheme": settings.SCHEME, **settings.SCHEME.words, "language": language, **context}
        subject = one_line(render_to_string(f"{template}.subject.txt", everything))
        text = render_to_string(f"{template}.txt", everything).strip() + "\n"
        return subject, text, render_to_string(f"{template}.html", everything)


def one_line(subject: str) -> str:
    """No subject brings a header of its own with it."""
    return " ".join(subject.split())


# --- sending ---------------------------------------------------------------------------------------------


def due(now: datetime) -> Q:
    unclaimed = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_RUNS_OUT)
    return unclaimed & Q(sent_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=now)


def sweep() -> int:
    """Sends whatever is due: what a broker lost, what failed earlier, what a dead worker left. How many went."""
    waiting = Message.objects.filter(due(timezone.now())).order_by("next_try_at", "pk")
    return sum(deliver(pk) for pk in waiting.values_list("pk", flat=True)[:500])


def deliver(pk: int) -> bool:
    """Sends one message if nobody else has it. Whether it went; a failure is noted and tried again later."""
    now = timezone.now()
    claimed = Message.objects.filter(due(now), pk=pk).update(claimed_at=now, attempts=F("attempts") + 1)
    if not claimed:
        return False
    message = Message.objects.get(pk=pk)
    try:
        as_mail(message).send()
    except Exception as error:  # whatever a mail server, its network or its library does, the message stays
        failed(message, error)
        return False
    sent(message)
    return True


def as_mail(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        one_line(message.subject),
        message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={"Message-ID": message_id(message.key), "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(message.html, "text/html")
    return mail


def message_id(key: str) -> str:
    """The same for every try of one message."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{hashlib.sha256(f'{settings.SECRET_KEY}{key}'.encode()).hexdigest()[:32]}@{host}>"


def sent(message: Message) -> None:
    hidden = {"text": masked(message.text, message), "html": masked(message.html, message), "secrets": []}
    changes = hidden if message.secrets else {}
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now(), claimed_at=None, error="", **changes)


def failed(message: Message, error: Exception) -> None:
    now = timezone.now()
    pause = timedelta(minutes=PAUSES[min(message.attempts, len(PAUSES)) - 1])
    give_up = now + pause > message.queued_at + GIVE_UP_AFTER
    Message.objects.filter(pk=message.pk).update(
        claimed_at=None, error=in_words(error)[:500], next_try_at=now + pause, given_up_at=now if give_up else None
    )
    log.warning("Message %s was not sent (%s)", message.pk, type(error).__name__)


def in_words(error: Exception) -> str:
    """What the mail server said, without the address it said it about."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {reply.decode(errors='replace')}" for code, reply in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"
    return f"{type(error).__name__}: {error}"


def masked(text: str, message: Message) -> str:
    for secret in sorted(message.secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def can_be_sent_again(message: Message) -> bool:
    """A mail whose link is gone would be of no use; what it was for must be asked for anew."""
    return bool(message.text) and MASK not in message.text


@transaction.atomic
def send_again(message: Message) -> None:
    """Once more from the start, for somebody of the team: a day of tries begins now."""
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        sent_at=None, given_up_at=None, claimed_at=None, attempts=0, queued_at=now, next_try_at=now, error=""
    )
    transaction.on_commit(lambda: hand_over(message.pk))


def purge_bodies() -> int:
    """What was said goes 90 days after sending or giving up; that it was sent stays."""
    before = timezone.now() - KEEP_BODIES
    old = Message.objects.filter(Q(sent_at__lt=before) | Q(given_up_at__lt=before)).exclude(text="", html="")
    return old.update(text="", html="", secrets=[])


def forget(keys: Iterable[str]) -> int:
    """Takes away messages whose cause is past its date, because they hold the addresses of whoever wrote."""
    return Message.objects.filter(key__in=list(keys)).delete()[0]
