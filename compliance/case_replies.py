"""Hearing the carer: the allegation in writing, their reply, more time for it, and what happens when the time is over.

None of it is ever said of a safeguarding matter: the table of states has no such step for one.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from accounts.models import User
from audit.recording import Actor, record
from compliance import case_telling, case_words
from compliance.case_drafts import send_with
from compliance.models import CarerDraft
from feedback import cases, clocks, states, telling
from feedback.events import add
from feedback.models import Case, CaseEvent, CaseFile, Clock
from feedback.models.cases import HANDLE, How, Kind, State
from feedback.rules import ALLEGED
from feedback.states import NotAllowed
from files.models import StoredFile
from onboarding.models import Carer
from onboarding.settling import held

What = CaseEvent.What
REPLY = "reply"
MAY_REPLY = (State.REPLY, State.OPEN, State.TO_DECIDE)  # what comes late is heard too, until it is decided


class NoCarer(NotAllowed):
    """It is about nobody who is in the directory, or was."""

    def __init__(self) -> None:
        super().__init__("It is about nobody who can be written to: say first which listing it is about.")


def carer_of(case: Case) -> Carer | None:
    """The business that it is about."""
    if case.listing_id is None:
        return None
    return Carer.objects.select_related("owner", "listing").filter(listing=case.listing_id).first()


def held_with_carer(case: Case) -> Carer:
    """The carer first, as everywhere: then the case can be held too. Raises `NoCarer`."""
    if (carer := carer_of(case)) is None:
        raise NoCarer
    return held(carer)


# --- what was said, in this round ------------------------------------------------------------------------------


def this_round(case: Case) -> list[CaseEvent]:
    """What happened since it came, was opened again, or a plan was not kept: before that it was another matter."""
    events = list(CaseEvent.objects.of(case))
    for number in range(len(events) - 1, -1, -1):
        event = events[number]
        broken = event.what == What.PLAN and event.data.get("kept") is False
        if event.what == What.REOPENED or broken:
            return events[number:]
    return events


def allegation(case: Case) -> CaseEvent | None:
    """The last one that was put to the carer."""
    return next((event for event in reversed(this_round(case)) if event.what == What.ALLEGED), None)


def replies(case: Case) -> list[CaseEvent]:
    return [event for event in this_round(case) if event.what == What.REPLIED]


def was_heard(case: Case) -> bool:
    """Whether it was put to the carer, and they replied since, or their time is over."""
    if (put := allegation(case)) is None:
        return False
    answers = {What.REPLIED, What.NO_REPLY}
    return any(event.what in answers and event.pk > put.pk for event in this_round(case))


def found(case: Case) -> CaseEvent | None:
    """What whoever looked into it last handed over."""
    return next((event for event in reversed(this_round(case)) if event.what == What.HANDED_OVER), None)


# --- verbs -----------------------------------------------------------------------------------------------------


@transaction.atomic
def put_to_carer(case: Case, *, words: Mapping[str, str], by: User, on: date) -> Case:
    """The allegation in writing, by mail or letter, in each language that they get; their time to reply begins.

    Whoever does it has looked into it, and does not decide it. Raises `NotAllowed`, `OwnCase`, `NoCarer`, and
    `ValueError` where a language is missing.
    """
    carer = held_with_carer(case)
    said = case_words.of(carer, words)
    case = cases.step(case, "put_to_carer", by)
    if case.handler_id is None:
        raise NotAllowed("Somebody has to look into it first: take it on.")
    event = case_telling.entry(case, carer, What.ALLEGED, by=by, words=said.whole, languages=list(said))
    case.save(update_fields=["state"])
    clocks.begin(case, ALLEGED, on=on)
    until = case_telling.due(case, REPLY)
    case_telling.tell(case, carer, f"alleged:{event.pk}", case_telling.ALLEGED, words=said, until=until)
    record("case.put_to_carer", by=by, target=case, entry=event.pk, carer=carer)
    return case


@transaction.atomic
def reply(
    case: Case,
    *,
    by: User,
    words: str,
    on: date,
    how: str = How.WEB,
    files: Iterable[StoredFile] = (),
    draft: CarerDraft | None = None,
) -> CaseEvent:
    """The carer's answer: theirs, or written down by the team from a call or letter that came on that day.

    Raises `NotAllowed` where nothing was put to them, it is decided, or it says nothing.
    """
    carer = held_with_carer(case)
    case = cases.held(case)
    if by.pk != carer.owner_id:
        cases.not_own(case, by)
    if case.kind != Kind.CONCERN or case.state not in MAY_REPLY or allegation(case) is None:
        raise NotAllowed("There is nothing to reply to now: it was decided, or nothing was put to the carer.")
    if not words.strip():
        raise NotAllowed("Write the reply.")
    event = case_telling.entry(case, carer, What.REPLIED, by=by, words=words.strip(), how=How(how).value)
    keep_files(case, files, draft, by=by)
    clocks.meet(case, REPLY, on=on)
    if case.state == State.REPLY:
        case.state = states.after("replied", case.kind, case.state)
        case.save(update_fields=["state"])
    case_telling.tell(case, carer, f"replied:{event.pk}", case_telling.REPLIED)
    telling.tell_handler(case, event)
    record("case.replied", by=by, target=case, entry=event.pk, how=how)
    return event


def keep_files(case: Case, files: Iterable[StoredFile], draft: CarerDraft | None, *, by: Actor) -> None:
    """They are the case's now, and go with it."""
    for file in [*files, *(send_with(draft, by=by) if draft else [])]:
        CaseFile.objects.create(case=case, file=file, from_carer=True)


@transaction.atomic
def ask_more_time(case: Case, *, by: User, words: str) -> CaseEvent:
    """Whoever handles it hears that the carer asks. Raises `NotAllowed` where no time runs, or nothing is said."""
    carer = held_with_carer(case)
    case = cases.held(case)
    if by.pk != carer.owner_id:
        cases.not_own(case, by)
    if case.kind != Kind.CONCERN or case.state != State.REPLY or case_telling.due(case, REPLY) is None:
        raise NotAllowed("There is no time running to reply in.")
    if not words.strip():
        raise NotAllowed("Say why, and how long it takes.")
    said = {"clock": REPLY, "how": "asked", "due": case_telling.due(case, REPLY).isoformat()}
    event = case_telling.entry(case, carer, What.CLOCK, by=by, words=words.strip(), **said)
    telling.tell_handler(case, event)
    record("case.time_asked", by=by, target=case, entry=event.pk)
    return event


@transaction.atomic
def give_more_time(case: Case, *, until: date, reason: str, by: User, on: date) -> Clock:
    """Until that day, and the carer is told. Raises what `clocks.extend` does, and `NotAllowed` where none runs."""
    carer = held_with_carer(case)
    case = cases.held(case)
    cases.not_own(case, by)
    clock = case.clocks.running().filter(rule=REPLY).first()
    if clock is None:
        raise NotAllowed("There is no time running to reply in.")
    clocks.extend(clock, by=by, until=until, reason=reason, on=on)
    clock.refresh_from_db()
    case_telling.tell(case, carer, f"more-time:{until}", case_telling.MORE_TIME, until=until)
    return clock


def end_reply_times(*, on: date, by: Actor) -> int:
    """Cases whose carer did not reply in time go on without it. How many."""
    over = Clock.objects.late(on).filter(rule=REPLY, case__state=State.REPLY, case__kind=Kind.CONCERN)
    return sum(end_reply_time(clock.case, on=on, by=by) for clock in over.select_related("case").order_by("pk"))


@transaction.atomic
def end_reply_time(case: Case, *, on: date, by: Actor) -> bool:
    """Whether it was over; somebody may have replied, or been given more time, a moment ago."""
    case = cases.held(case)
    if case.state != State.REPLY or not case.clocks.late(on).filter(rule=REPLY).exists():
        return False
    case = cases.step(case, "replied", by, own=False)
    case.save(update_fields=["state"])
    clocks.stop(case, REPLY, on=on)
    event = add(case, What.NO_REPLY, by=by)
    telling.tell_handler(case, event)
    record("case.reply_time_over", by=by, target=case, entry=event.pk)
    return True


def may_investigate(user: User, case: Case) -> bool:
    return user.has_perm(HANDLE) and not case.is_safeguarding
