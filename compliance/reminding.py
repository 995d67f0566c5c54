"""The verbs that say what `compliance.due` chose: to each carer in one mail or letter a day, and to the team in one.

What is said and that it was said are written together (`Reminder`), carer by carer: a run that is killed, or runs
twice, says the rest and nothing again.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from audit.recording import Actor, record
from compliance.due import CAUGHT_UP, Due, Said, every_ending, for_carer, for_team, joins
from compliance.lapsing import waiting_of
from compliance.models import Reminder
from notifications import outbox
from notifications.runs import SomeFailed, without_values
from onboarding import letters
from onboarding.models import Carer, CodeOfPractice, Evidence
from onboarding.settling import held
from onboarding.standing import by_carer, facts_of_all, standing_of

TO_CARER = "compliance/mail/reminder"
TO_TEAM = "compliance/mail/team_reminder"
TEAM_READER = "compliance.view_reminder"

log = logging.getLogger(__name__)
Key = tuple[int, int, str, date, int, str]


class NotReminded(SomeFailed):
    """Some carers could not be reminded; the message has their numbers."""


@dataclass(frozen=True)
class OfCarer:
    """What is to be said of one carer that day, to whom, whether or not it was said before."""

    carer: Carer
    to_carer: tuple[Said, ...]
    to_team: tuple[Due, ...]


def reached() -> QuerySet[Carer]:
    """Those in the directory, shown today or not, and those on the way there; nobody who left, or died."""
    ended = Q(listing__isnull=False, listing__ended_at__isnull=False)
    there = Carer.objects.filter(left_at=None, silent_at=None).exclude(ended)
    return there.select_related("listing", "owner").order_by("pk")


def remind_all(*, on: date, by: Actor) -> int:
    """Everybody who is to be told something today and was not, then the team. How many carers were told.

    One who fails holds up nobody else; which ones did is raised at the end.
    """
    found = due_on(on)
    said, failed, told = said_already(on), [], 0
    for one in found:
        if not unsaid(one.carer, one.to_carer, Reminder.CARER, said):
            continue
        try:
            told += remind(one.carer, on=on, by=by)
        except Exception as error:  # whatever it is, the next carer is told
            log.error("Carer %s was not reminded (%s)", one.carer.pk, without_values(error))
            failed.append(one.carer.pk)
    tell_team(found, on=on, by=by)
    if failed:
        raise NotReminded(f"Of {told + len(failed)} to remind these failed: {', '.join(map(str, failed))}")
    return told


@transaction.atomic
def remind(carer: Carer, *, on: date, by: Actor) -> bool:
    """Tells one carer all that is due and was not said: in one mail or letter, one a day. Whether there was any."""
    held(carer)
    one = next(iter(due_on(on, reached().filter(pk=carer.pk))), None)
    new = unsaid(carer, one.to_carer, Reminder.CARER, said_already(on, carer)) if one else []
    if one is None or not new or not _mail(one.carer, new, on):
        return False
    _write(carer, new, Reminder.CARER)
    record("carer.reminded", by=by, target=carer, due=[f"{it.slug}:{it.last_day}:{it.threshold}" for it in new])
    return True


@transaction.atomic
def tell_team(found: Iterable[OfCarer], *, on: date, by: Actor) -> bool:
    """One mail of what has gone since the last, and what ends within a week. Whether there was any."""
    said = said_already(on)
    new = [(one, due) for one in found if (due := unsaid(one.carer, one.to_team, Reminder.TEAM, said))]
    if not new or not _mail_team(new, on):
        return False
    for one, due in new:
        _write(one.carer, due, Reminder.TEAM)
    record("team.reminded", by=by, target="team", carers=[one.carer.pk for one, _due in new])
    return True


# --- reading ---------------------------------------------------------------------------------------------


def due_on(on: date, carers: Iterable[Carer] | None = None) -> list[OfCarer]:
    """Of each of `carers`, or of everybody, in as many statements as of one. Who has nothing due is left out."""
    every = list(reached() if carers is None else carers)
    facts, sent, certificates = facts_of_all(every), waiting_of(every), certificates_of(every, on)
    published = CodeOfPractice.objects.published().values_list("sign_by", "published_at")
    told_on = {sign_by: timezone.localdate(at) for sign_by, at in published if sign_by}
    found = []
    for carer in every:
        now = standing_of(facts[carer.pk], on)
        endings = every_ending(carer, now, sent.get(carer.pk, ()))
        open_to = joins(certificates.get(carer.pk, ()), {person.pk for person in now.team}, on)
        to_carer: tuple[Said, ...] = (*for_carer(now, endings, code_told_on=told_on), *open_to)
        to_team = tuple(for_team(now, endings))
        if to_carer or to_team:
            found.append(OfCarer(carer, to_carer, to_team))
    return found


def certificates_of(carers: Iterable[Carer], on: date) -> dict[int, list[Evidence]]:
    """DBS checks of the last weeks that are accepted or with the team."""
    rows = Evidence.objects.filter(
        Q(outcome="") | Q(outcome=Evidence.Outcome.ACCEPTED), carer__in=[carer.pk for carer in carers],
        worker__isnull=False, worker__removed_at=None, dated__gte=on - CAUGHT_UP - CAUGHT_UP,
    )  # fmt: skip
    return by_carer(rows.select_related("worker"))


def said_already(on: date, carer: Carer | None = None) -> set[Key]:
    rows = Reminder.objects.filter(last_day__gte=on - CAUGHT_UP)
    rows = rows.filter(carer=carer) if carer else rows
    return set(rows.values_list("carer", "worker_id", "requirement", "last_day", "threshold", "to"))


def unsaid(carer: Carer, due: Iterable[Said], to: str, said: set[Key]) -> list[Any]:
    return [it for it in due if (carer.pk, it.worker_id, it.slug, it.last_day, it.threshold, to) not in said]


# --- saying ----------------------------------------------------------------------------------------------


def _write(carer: Carer, due: Iterable[Said], to: str) -> None:
    Reminder.objects.bulk_create(
        Reminder(carer=carer, worker_id=it.worker_id, requirement=it.slug, last_day=it.last_day,
                 threshold=it.threshold, to=to)
        for it in due
    )  # fmt: skip


def key_of(carer: Carer, on: date) -> str:
    return f"reminder:{carer.pk}:{on}"


def _mail(carer: Carer, new: list[Said], on: date) -> bool:
    lines = {(it.slug, it.worker_id): it for it in new}  # of two words about one thing the last, which says more
    listing, due = carer.listing, sorted(lines.values(), key=lambda it: (not it.is_gone, it.last_day, it.slug))
    open_page = bool(listing and not listing.suspended_at and not (listing.paused_until and listing.paused_until > on))
    return letters.tell(
        carer,
        key=key_of(carer, on),
        template=TO_CARER,
        context={
            "due": due,
            "first": due[0],
            "page_gone": open_page and any(it.took_the_page for it in due),
            "page_less": open_page and any(it.is_gone for it in due),
            "site": settings.SITE_URL,
        },
        at_once=False,
    )


def _mail_team(new: list[tuple[OfCarer, list[Due]]], on: date) -> bool:
    """In English, as its pages are."""
    with outbox.readers_addresses():
        pages = [reverse("admin:onboarding_carer_change", args=[one.carer.pk]) for one, _due in new]
    each = [(one.carer, settings.SITE_URL + page, due) for (one, due), page in zip(new, pages, strict=True)]
    gone = [(carer, link, over) for carer, link, due in each if (over := [it for it in due if it.threshold == 0])]
    soon = [(carer, link, left) for carer, link, due in each if (left := [it for it in due if it.threshold])]
    return outbox.queue(
        key=f"reminder:team:{on}",
        to=settings.SCHEME.contact.email,
        template=TO_TEAM,
        language="en",
        reader=TEAM_READER,
        context={"gone": gone, "soon": soon},
        at_once=False,
    )
