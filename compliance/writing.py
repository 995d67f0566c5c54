"""The team writes to carers: drafted, looked at with the people it goes to, sent once, and into the outbox in pieces.

Sending writes down whom it goes to; each of them is then done in a transaction of their own, so that whatever breaks
off in the middle goes on where it stopped, and nobody gets it twice.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.recording import Actor, record
from compliance.groups import Group, Readers, readers, why_not
from compliance.models import Mailing, Recipient
from notifications import outbox
from notifications.models import Message
from notifications.runs import SomeFailed, without_values
from onboarding import letters, news
from onboarding.models import Carer, Letter
from onboarding.papers import NotNow

log = logging.getLogger(__name__)

PERMISSION = "compliance.write_to_carers"
SERVICE, NEWS = "compliance/mail/service", "compliance/mail/news"
TEXTS = ("subject_en", "subject_cy", "text_en", "text_cy")
MOST_AT_ONCE = 200


class Sent(NotNow):
    """Somebody sent it meanwhile."""

    def __init__(self, mailing: Mailing):
        who, when = mailing.sent_by or "somebody", timezone.localtime(mailing.began_at)
        super().__init__(f"It was sent already, by {who} at {when:%H:%M} on {when:%-d %B %Y}.")


class Changed(NotNow):
    words = "Somebody changed it since you opened it."


class Moved(NotNow):
    """The group, the text, or how somebody is reached, is not what was shown before the button."""

    words = "Who gets it, or what it says, changed since you looked. Nothing was sent. Look again."


class NotWritten(NotNow):
    """A language that somebody reads is missing, or nobody would get it."""


class NotQueued(SomeFailed):
    """Some carers could not be promised it, and are tried again the next time; `told` were."""

    def __init__(self, failed: list[int], told: int):
        numbers = ", ".join(map(str, failed))
        super().__init__(f"{len(failed)} of {told + len(failed)} to queue failed, carers {numbers}")
        self.failed, self.told = failed, told


@transaction.atomic
def draft(*, by: Actor, kind: str, group: Group, **texts: str) -> Mailing:
    facts = _facts(kind, group, texts)
    mailing = Mailing.objects.create(written_by=by if isinstance(by, User) else None, **facts)
    record("mailing.drafted", by=by, target=mailing, kind=kind)
    return mailing


@transaction.atomic
def change(mailing: Mailing, *, by: Actor, seen: datetime | None, kind: str, group: Group, **texts: str) -> Mailing:
    """`seen` is when the draft was last changed as whoever changes it now saw it. Raises `Sent` and `Changed`."""
    row = _unsent(mailing)
    if row.changed_at != seen:
        raise Changed
    facts = _facts(kind, group, texts)
    if all(getattr(row, name) == value for name, value in facts.items()):
        return row
    for name, value in {**facts, "changed_at": timezone.now()}.items():
        setattr(row, name, value)
    row.save()
    record("mailing.changed", by=by, target=row, kind=kind)
    return row


@transaction.atomic
def throw_away(mailing: Mailing, *, by: Actor) -> None:
    """Raises `Sent`."""
    row = _unsent(mailing)
    record("mailing.thrown_away", by=by, target=row)
    row.delete()


@transaction.atomic
def test(mailing: Mailing, *, by: User) -> bool:
    """A copy to whoever asks, in each language that is written. Whether they had not had this very text.

    Raises `Sent` and `NotWritten`.
    """
    row = _unsent(mailing)
    written = [language for language in settings.SCHEME.languages if row.is_written_in(language)]
    if not written:
        raise NotWritten("Write a subject and a text first.")
    whole = len(written) == len(settings.SCHEME.languages)
    new = outbox.queue(
        key=f"mailing-test:{row.pk}:{by.pk}:{row.changed_at.isoformat()}",
        to=by.email,
        template=template_of(row),
        language="" if whole else written[0],
        context={**said(row, news.TEST), "test": True},
        stop_link=news.link(news.TEST, written[0]) if row.is_news else "",
    )
    if new:
        record("mailing.tested", by=by, target=row)
    return new


@transaction.atomic
def send(mailing: Mailing, *, by: Actor, seal: str, on: date) -> Readers:
    """Writes down who gets it, worked out now, and begins. `seal` is that of the `Readers` who were shown.

    Raises `Sent`, `Moved` and `NotWritten`.
    """
    row = _unsent(mailing)
    who = readers(row, on=on)
    if who.seal(row.changed_at) != seal:
        raise Moved
    check(row, who)
    row.began_at, row.sent_by = timezone.now(), by if isinstance(by, User) else None
    row.save(update_fields=["began_at", "sent_by"])
    Recipient.objects.bulk_create([Recipient(mailing=row, carer=one.carer) for one in who.going])
    left_out = [f"{why}:{len(carers)}" for why, carers in who.left_out.items()]
    record("mailing.sent", by=by, target=row, kind=row.kind, people=len(who), letters=who.letters, left_out=left_out)
    transaction.on_commit(_hand_over)
    return who


def check(mailing: Mailing, who: Readers) -> None:
    """Raises `NotWritten`."""
    if not who.going:
        raise NotWritten("Nobody is in this group who would get it.")
    if missing := who.missing(mailing):
        raise NotWritten(f"It is not sent before it is written {lacking(missing)}.")


def lacking(missing: list[tuple[str, int]]) -> str:
    """“in Welsh, which 1 carer reads”."""
    parts = [f"in {name}, which {number} {'carer reads' if number == 1 else 'carers read'}" for name, number in missing]
    return " and ".join(parts)


# --- into the outbox -------------------------------------------------------------------------------------


def go_on(mailing: Mailing, *, by: Actor, at_most: int = MOST_AT_ONCE) -> int:
    """Promises it to those who are not done yet. How many got it; one who fails holds up nobody else.

    Raises `NotQueued` at the end.
    """
    told, failed = _tell_each(mailing, at_most, by=by)
    if failed:
        raise NotQueued(failed, told)
    return told


def go_on_with_all(*, by: Actor) -> int:
    """Whatever was begun, the oldest first. How many got it. Raises `NotQueued` as `go_on` does."""
    told, failed = 0, list[int]()
    for mailing in Mailing.objects.being_queued().order_by("began_at", "pk"):
        if told < MOST_AT_ONCE:
            more, wrong = _tell_each(mailing, MOST_AT_ONCE - told, by=by)
            told, failed = told + more, [*failed, *wrong]
    if failed:
        raise NotQueued(failed, told)
    return told


def _tell_each(mailing: Mailing, at_most: int, *, by: Actor) -> tuple[int, list[int]]:
    """How many got it, and the numbers of the carers who failed, who are none of the `at_most`."""
    told, failed = 0, []
    for pk, carer in list(mailing.recipients.filter(done_at=None).values_list("pk", "carer")):
        if told == at_most:
            break
        try:
            told += _tell(mailing, pk, carer)
        except Exception as error:  # whatever it is, the next carer gets it
            log.error("Carer %s was not promised message %s (%s)", carer, mailing.pk, without_values(error))
            failed.append(carer)
    _finish(mailing, by=by)
    return told, failed


@transaction.atomic
def _tell(mailing: Mailing, pk: int, carer_pk: int) -> bool:
    """The carer is held first, as whoever ends or forgets them does; who died meanwhile is told nothing."""
    carer = Carer.objects.select_for_update().filter(pk=carer_pk).first()
    if carer is None or not Recipient.objects.filter(pk=pk, done_at=None).update(done_at=timezone.now()):
        return False
    if why := why_not(carer, mailing):
        Recipient.objects.filter(pk=pk).update(left_out=why)
        return False
    key, token = f"mailing:{mailing.pk}:{carer.pk}", news.token(carer)
    letters.tell(
        carer,
        key=key,
        template=template_of(mailing),
        context=said(mailing, token),
        secrets=[token] if mailing.is_news else [],
        at_once=False,
        stop_link=news.link(token, carer.mail_language) if mailing.is_news else "",
    )
    message, letter = Message.objects.filter(key=key).first(), Letter.objects.filter(key=key).first()
    Recipient.objects.filter(pk=pk).update(message=message, letter=letter)
    return True


@transaction.atomic
def _finish(mailing: Mailing, *, by: Actor) -> None:
    row = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if row.finished_at or row.recipients.filter(done_at=None).exists():
        return
    row.finished_at = timezone.now()
    row.save(update_fields=["finished_at"])
    record("mailing.queued", by=by, target=row, people=row.recipients.filter(left_out="").count())


def _hand_over() -> None:
    """A broker that is down only means that the scheduled job begins with it."""
    from compliance.jobs import send_to_carers  # noqa: PLC0415 (its task imports this module)

    try:
        send_to_carers.delay()
    except Exception:
        log.warning("The broker did not take send-to-carers; its next run does it.", exc_info=True)


def template_of(mailing: Mailing) -> str:
    return NEWS if mailing.is_news else SERVICE


def said(mailing: Mailing, token: str) -> dict[str, Any]:
    return {"mailing": mailing, "token": token, "site": settings.SITE_URL}


# --- what goes on its date -------------------------------------------------------------------------------


def purge(*, now: datetime) -> int:
    """What was said goes as long after sending as of mails; that it was sent, to whom, and its subject stay."""
    old = Mailing.objects.filter(finished_at__lt=now - outbox.KEEP_BODIES).exclude(text_en="", text_cy="")
    return old.update(text_en="", text_cy="")


@transaction.atomic
def purge_drafts(*, now: datetime, by: Actor) -> int:
    """Drafts that nobody changed for as long go whole. How many."""
    left = Mailing.objects.filter(began_at=None, changed_at__lt=now - outbox.KEEP_BODIES).select_for_update()
    for row in left:
        record("mailing.draft_purged", by=by, target=row)
        row.delete()
    return len(left)


# --- within ----------------------------------------------------------------------------------------------


def _unsent(mailing: Mailing) -> Mailing:
    row = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if row.began_at:
        raise Sent(row)
    return row


def _facts(kind: str, group: Group, texts: Mapping[str, str]) -> dict[str, Any]:
    if unknown := texts.keys() - set(TEXTS):
        raise ValueError(f"Not a text of a message: {', '.join(sorted(unknown))}")
    clean = {name: text.replace("\r\n", "\n").strip() for name, text in texts.items()}
    return {"kind": Mailing.Kind(kind).value, "group": group.kept(), **clean}
