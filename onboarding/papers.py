"""The verbs of evidence: sent by the carer, decided by the team. Each settles the carer's standing before it ends.

`by` is whoever does it: the carer, a member of the team for them, or a job by its name.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import team
from audit.recording import Actor, record, who
from directory import vocabulary
from onboarding import letters, pages
from onboarding.dates import last_day
from onboarding.models import Carer, Draft, Evidence, Worker
from onboarding.requirements import Requirement
from onboarding.settling import came_back, held, on_show, settle
from onboarding.signals import counted

SENT = "onboarding/mail/sent"
SENT_BACK = "onboarding/mail/sent_back"
ACCEPTED = "onboarding/mail/accepted"
DECIDE = "onboarding.decide_evidence"
WITHDRAWN = "onboarding/mail/withdrawn"


class NotNow(Exception):
    """It cannot be done as things stand; the message says why, in the active language."""

    words: Promise | str = ""

    def __str__(self) -> str:
        return super().__str__() or str(self.words)


class WithTheTeam(NotNow):
    """The same thing was sent before and is not decided yet."""

    words = _("It is with the team already.")


class Decided(NotNow):
    """Somebody decided it meanwhile."""

    words = _("Somebody decided it meanwhile.")


class OwnPaper(NotNow):
    """Nobody decides about themselves (architecture, rule 4)."""

    words = _("Nobody decides about themselves.")


class OwnEntry(NotNow):
    """Who entered something for a carer does not decide it, where somebody else of the team may."""

    def __str__(self) -> str:
        return "You entered this for the carer, so somebody else of the team decides it."


class WrongDays(NotNow):
    """It cannot hold on these days; `field` is the argument of `accept` that is wrong."""

    def __init__(self, field: str, words: str):
        super().__init__(words)
        self.field = field


def validity(
    requirement: Requirement, *, seen_on: date, dated: date | None = None, ends_on: date | None = None
) -> tuple[date, date | None]:
    """The first and the last day of an accepted paper; no last day where it is shown once.

    A paper that names its end never holds longer than that.
    """
    first = dated or seen_on
    if requirement.own_end or not requirement.months:
        return first, ends_on
    last = last_day(first, requirement.months)
    return first, min(last, ends_on) if ends_on else last


def check_days(
    paper: Evidence,
    *,
    seen_on: date,
    valid_from: date | None = None,
    valid_until: date | None = None,
    because: str = "",
) -> None:
    """Nothing holds before its paper does, or after its end; longer than such papers do only `because` of something.

    Raises `WrongDays`.
    """
    first, last = validity(paper.asked, seen_on=seen_on, dated=paper.dated, ends_on=paper.ends_on)
    if paper.dated and valid_from and valid_from < first:
        raise WrongDays("valid_from", f"The paper’s own first day is {in_words(first)}. It cannot hold before.")
    if last is None or valid_until is None or valid_until <= last:
        return
    if paper.ends_on and valid_until > paper.ends_on:
        words = (
            f"The paper’s own last day is {in_words(paper.ends_on)}, as the carer wrote. If it says another day, send"
        )
        raise WrongDays("valid_until", f"{words} it back.")
    if not because.strip():
        words = f"Such a paper holds until {in_words(last)}. Say why this one holds longer."
        raise WrongDays("because", words)


def in_words(day: date) -> str:
    return f"{day:%-d %B %Y}"


# --- the carer's -----------------------------------------------------------------------------------------


@transaction.atomic
def save_draft(
    carer: Carer, requirement: Requirement, worker: Worker | None, facts: Mapping[str, Any], *, by: Actor | None = None
) -> Draft:
    """Keeps what was typed so far, whatever it is, so that the carer can come back to it on any device.

    What nobody is known to have typed (`by`) is the carer's.
    """
    said = {"facts": dict(facts), "typed_by": user_of(by) if by else None}
    draft, _new = Draft.objects.update_or_create(
        carer=held(carer), requirement=requirement.slug, worker=worker, defaults=said
    )
    return draft


@transaction.atomic
def send(
    carer: Carer,
    requirement: Requirement,
    *,
    by: Actor,
    how: str,
    facts: Mapping[str, Any],
    worker: Worker | None = None,
    dated: date | None = None,
    ends_on: date | None = None,
    form_key: str = "",
    at: datetime | None = None,
) -> Evidence:
    """One submission, with the team from now on (or since `at`); a declaration holds at once.

    Raises `WithTheTeam` while an earlier one is not decided. The same `form_key` again gives the same row.
    """
    carer = held(carer)
    if form_key and (same := carer.evidence.filter(form_key=form_key).first()):
        return same
    mine = carer.evidence.filter(requirement=requirement.slug, worker=worker)
    if mine.undecided().exists():
        raise WithTheTeam
    evidence = Evidence.objects.create(
        carer=carer, requirement=requirement.slug, worker=worker, how=how, facts=dict(facts),
        dated=dated, ends_on=ends_on, sent_by=user_of(by), form_key=form_key, sent_at=at or timezone.now(),
    )  # fmt: skip
    if draft := carer.drafts.filter(requirement=requirement.slug, worker=worker).first():
        pages.send_with(evidence, draft, by=by)
        draft.delete()
    record("evidence.sent", by=by, target=evidence, carer=carer, requirement=requirement.slug, how=how)
    if how == Evidence.How.DECLARED:
        _take(evidence, by=by, decided_by=None, seen_on=timezone.localdate())
    else:
        _tell(evidence, SENT)
    return evidence


@transaction.atomic
def take_back(evidence: Evidence, *, by: Actor) -> Evidence:
    """The carer takes back what is not decided yet: it is a draft again, with its files. Raises `Decided`."""
    carer, row = _undecided(evidence)
    row.outcome, row.decided_at = Evidence.Outcome.TAKEN_BACK, timezone.now()
    row.save(update_fields=["outcome", "decided_at"])
    draft, _new = carer.drafts.get_or_create(
        requirement=row.requirement, worker=row.worker, defaults={"facts": row.typed, "typed_by": row.sent_by}
    )
    pages.give_back(row, draft, by=by)
    record("evidence.taken_back", by=by, target=row, carer=carer)
    return row


# --- the team's ------------------------------------------------------------------------------------------


class Original(NamedTuple):
    """What the team read on a paper that was shown to it."""

    facts: Mapping[str, Any] = {}
    dated: date | None = None
    ends_on: date | None = None


@transaction.atomic
def accept(
    evidence: Evidence,
    *,
    by: Actor,
    seen_on: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    because: str = "",
    original: Original | None = None,
    checked: Iterable[str] = (),
    words: str = "",
    tell: bool = True,
) -> Evidence:
    """It holds from `valid_from` to `valid_until`, which are worked out where they are not given.

    `because` says why it holds longer than such papers do, for the team; `original` is what was shown, where it says
    otherwise than they did; `checked` the points of the checklist that were looked at; `words` are the officer's own,
    in what the carer reads. Raises `Decided`, `OwnPaper` for one's own, `OwnEntry`, and `WrongDays`.
    """
    carer, row = _undecided(evidence)
    not_own(carer, by)
    alone = decides_alone(row.sent_by, by, DECIDE)
    if original:
        row.facts, row.dated, row.ends_on = {**row.facts, **original.facts}, original.dated, original.ends_on
    day = seen_on or timezone.localdate()
    check_days(row, seen_on=day, valid_from=valid_from, valid_until=valid_until, because=because)
    row.because = because.strip()
    before = on_show(carer, timezone.localdate())
    _take(row, by=by, decided_by=user_of(by), alone=alone, seen_on=day, valid_from=valid_from,
          valid_until=valid_until, checked=tuple(checked))  # fmt: skip
    if tell:
        _tell_accepted(row, before, words)
    return row


@transaction.atomic
def send_back(evidence: Evidence, *, by: Actor, reason: str) -> Evidence:
    """The carer is told what to mend. Raises `Decided`, `OwnPaper` for one's own, and `OwnEntry`."""
    carer, row = _undecided(evidence)
    not_own(carer, by)
    alone = decides_alone(row.sent_by, by, DECIDE)
    _close(row, Evidence.Outcome.SENT_BACK, by, reason)
    pages.decided(row, on=timezone.localdate(), by=by)
    record("evidence.sent_back", by=by, target=row, carer=carer, alone=alone)
    _tell(row, SENT_BACK)
    return row


@transaction.atomic
def withdraw(evidence: Evidence, *, by: Actor, reason: str) -> Evidence:
    """An acceptance that turned out wrong (forged, cancelled) counts for nothing from now on, nor do checks of it.

    Raises `Decided` for what is not accepted, `OwnPaper` for one's own, and `OwnEntry`.
    """
    carer = held(evidence.carer)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.outcome != Evidence.Outcome.ACCEPTED:
        raise Decided
    not_own(carer, by)
    alone = not row.is_team_record and decides_alone(row.sent_by, by, DECIDE)
    _close(row, Evidence.Outcome.WITHDRAWN, by, reason)
    record("evidence.withdrawn", by=by, target=row, carer=carer, alone=alone)
    for check in Evidence.objects.accepted().filter(rests_on=row):
        _close(check, Evidence.Outcome.WITHDRAWN, by, reason)
        record("evidence.withdrawn", by=by, target=check, carer=carer, rests_on=row)
    counted.send(Evidence, evidence=row, by=by)
    settle(carer, by=by)
    _tell(row, WITHDRAWN)
    return row


class Shown(NamedTuple):
    """What the team saw, or saw somebody attend; its days are worked out where they are not given."""

    requirement: Requirement
    how: str
    worker: Worker | None = None
    facts: Mapping[str, Any] = {}
    dated: date | None = None
    ends_on: date | None = None
    seen_on: date | None = None
    valid_until: date | None = None
    rests_on: Evidence | None = None


@transaction.atomic
def record_seen(
    carer: Carer, requirement: Requirement, *, by: Actor, how: str, tell: bool = False, **facts: Any
) -> Evidence:
    """Accepted evidence in one step, beside anything not decided yet. `facts` are those of `Shown`."""
    before = on_show(carer, timezone.localdate())
    row = record_all(carer, [Shown(requirement, how, **facts)], by=by)[0]
    if tell:
        _tell_accepted(row, before)
    return row


@transaction.atomic
def record_all(carer: Carer, shown: Iterable[Shown], *, by: Actor) -> list[Evidence]:
    """Several papers at once, as of somebody whose file the team has had for years. Raises `OwnPaper`."""
    carer = held(carer)
    not_own(carer, by)
    rows = [_record(carer, paper, by) for paper in shown]
    settle(carer, by=by)
    return rows


def _record(carer: Carer, shown: Shown, by: Actor) -> Evidence:
    now, day = timezone.now(), shown.seen_on or timezone.localdate()
    first, last = validity(shown.requirement, seen_on=day, dated=shown.dated, ends_on=shown.ends_on)
    slug = shown.requirement.slug
    evidence = Evidence.objects.create(
        carer=carer, requirement=slug, worker=shown.worker, how=shown.how, facts=dict(shown.facts),
        dated=shown.dated, ends_on=shown.ends_on, sent_by=user_of(by), sent_at=now,
        outcome=Evidence.Outcome.ACCEPTED, decided_at=now, decided_by=user_of(by),
        seen_on=day, valid_from=first, valid_until=shown.valid_until or last, rests_on=shown.rests_on,
    )  # fmt: skip
    record("evidence.recorded", by=by, target=evidence, carer=carer, requirement=slug, how=shown.how)
    counted.send(Evidence, evidence=evidence, by=by)
    return evidence


def user_of(by: Actor) -> Any:
    """The user who does it; none for a job. Raises `NoActor`."""
    who(by)
    return by if isinstance(by, AbstractBaseUser) else None


def _undecided(evidence: Evidence) -> tuple[Carer, Evidence]:
    carer = held(evidence.carer)
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if not row.is_undecided:
        raise Decided
    return carer, row


def not_own(carer: Carer, by: Actor) -> None:
    if carer.owner_id and getattr(user_of(by), "pk", None) == carer.owner_id:
        raise OwnPaper


def entering(carer: Carer, by: Actor) -> Any:
    """The member of the team who enters something for the carer; none where the carer does it, or a job."""
    user = user_of(by)
    return user if user and user.pk != carer.owner_id else None


def decides_alone(entered_by: Any, by: Actor, permission: str) -> bool:
    """Whether who decides it entered it too, because nobody else may decide. Raises `OwnEntry` where somebody may."""
    user = user_of(by)
    if user is None or entered_by != user:
        return False
    if team.others_may(user, permission):
        raise OwnEntry
    return True


def _take(
    row: Evidence,
    *,
    by: Actor,
    decided_by: Any,
    alone: bool = False,
    seen_on: date | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    checked: tuple[str, ...] = (),
) -> None:
    day = seen_on or timezone.localdate()
    first, last = validity(row.asked, seen_on=day, dated=row.dated, ends_on=row.ends_on)
    row.outcome, row.decided_at, row.decided_by = Evidence.Outcome.ACCEPTED, timezone.now(), decided_by
    row.seen_on, row.valid_from, row.valid_until = day, valid_from or first, valid_until or last
    row.save()
    pages.decided(row, on=timezone.localdate(), by=by)
    facts = {"requirement": row.requirement, "alone": alone, "longer": bool(row.because)}
    more = {"checked": checked} if checked else {}
    record("evidence.accepted", by=by, target=row, carer=row.carer_id, **facts, **more)
    counted.send(Evidence, evidence=row, by=by)
    settle(row.carer, by=by)


def _close(row: Evidence, outcome: str, by: Actor, reason: str) -> None:
    if not reason.strip():
        raise ValueError("What the carer is told is empty; say what to mend.")
    row.outcome, row.reason, row.decided_at, row.decided_by = outcome, reason.strip(), timezone.now(), user_of(by)
    row.save()


def would_say(
    evidence: Evidence, template: str, *, words: str = "", shown: frozenset[str] | None = None, **then: Any
) -> list[letters.Said]:
    """What the carer would read of a decision that is not made yet, after which the paper says what is in `then` and,
    of one that is accepted, their page shows the services in `shown`."""
    row = copy(evidence)
    for name, value in then.items():
        setattr(row, name, value)
    more = _back(on_show(row.carer, timezone.localdate()), shown) if template == ACCEPTED else {}
    return letters.preview(row.carer, template, {**_mailed(row), "words": words.strip(), **more})


def _tell_accepted(row: Evidence, before: frozenset[str] | None, words: str = "") -> None:
    """With what their page shows again, if it does."""
    _tell(row, ACCEPTED, words=words.strip(), **_back(before, on_show(row.carer, timezone.localdate())))


def _back(before: frozenset[str] | None, now: frozenset[str] | None) -> dict[str, Any]:
    back = came_back(before, now)
    return {**back, "services_in_words": [str(vocabulary.SERVICES[slug]) for slug in back["services_back"]]}


def _tell(row: Evidence, template: str, **more: Any) -> None:
    key = f"evidence:{row.pk}:{row.outcome or 'sent'}"
    letters.tell(row.carer, key=key, template=template, context={**_mailed(row), **more})


def _mailed(row: Evidence) -> dict[str, Any]:
    return {"evidence": row, "requirement": row.asked, "site": settings.SITE_URL}
