"""An appeal against a decision: the carer's, within 28 days, heard by somebody who had no part in it before."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.recording import record
from compliance import case_guests, case_outcomes, case_telling, case_texts, case_words
from compliance.case_deciding import DECIDE, NotYours
from compliance.case_replies import held_with_carer, keep_files
from compliance.models import CarerDraft, Decision, Guest
from feedback import cases, clocks, telling
from feedback.events import add
from feedback.models import Case, CaseEvent
from feedback.models.cases import ABOUT_LISTING, How, Outcome, State
from feedback.rules import APPEALED, rule_of
from feedback.states import NotAllowed, may
from feedback.working_days import calendar
from files.models import StoredFile
from onboarding import letters
from onboarding.models import Carer

What, To = CaseEvent.What, CaseEvent.To
APPEAL = "appeal"
LATE = "compliance.take_late_appeals"
UPHELD, VARIED, DISMISSED = case_texts.UPHELD, case_texts.VARIED, case_texts.DISMISSED
RESULTS = (UPHELD, VARIED, DISMISSED)


class TooLate(NotAllowed):
    """The time to appeal is over."""


def until(case: Case) -> date | None:
    """The last day on which the carer can appeal; none where nothing is there to appeal against."""
    clock = case.clocks.running().filter(rule=APPEAL).first()
    return clock.due_on if clock else None


def may_appeal(case: Case, on: date) -> bool:
    last = until(case)
    return last is not None and on <= last and may("appeal", case.kind, case.state)


@transaction.atomic
def appeal(
    case: Case,
    *,
    by: User,
    words: str,
    on: date,
    how: str = How.WEB,
    late_because: str = "",
    files: Iterable[StoredFile] = (),
    draft: CarerDraft | None = None,
) -> Case:
    """The carer's, or written down by the team from a call or letter that came on that day.

    What was decided stands until it is heard. After the last day it takes a reason, by who may (`LATE`); one against
    “no action” is none. Raises `TooLate`, and `NotAllowed`.
    """
    carer = held_with_carer(case)
    theirs = by.pk == carer.owner_id
    case = cases.step(case, "appeal", by, own=not theirs)
    if case.outcome not in ABOUT_LISTING or case.outcome == Outcome.NO_ACTION:
        raise NotAllowed("There is no decision here to appeal against.")
    last = until(case)
    in_time = last is not None and on <= last
    if not in_time and not (late_because.strip() and not theirs and by.has_perm(LATE)):
        raise TooLate("The time to appeal is over. A manager can still take it, with a reason.")
    if not words.strip():
        raise NotAllowed("Write why.")
    case.closed_at = None
    case.save(update_fields=["state", "closed_at"])
    event = case_telling.entry(case, carer, What.APPEALED, by=by, words=words.strip(), how=How(how).value)
    if not in_time:
        add(case, What.NOTE, by=by, words=late_because.strip())
    keep_files(case, files, draft, by=by)
    clocks.meet(case, APPEAL, on=on)
    clocks.begin(case, APPEALED, on=on)
    hear_by = case_telling.due(case, "hear")
    case_telling.tell(case, carer, f"appealed:{event.pk}", case_telling.APPEALED, until=hear_by)
    telling.tell_handler(case, event)
    record("case.appealed", by=by, target=case, entry=event.pk, how=how, late=not in_time)
    return case


def last_appeal(case: Case) -> CaseEvent | None:
    return CaseEvent.objects.of(case).filter(what=What.APPEALED).last() if case.state == State.APPEAL else None


def last_decision(case: Case) -> CaseEvent | None:
    """What an appeal is about."""
    made = CaseEvent.objects.of(case).filter(what__in=[What.DECIDED, What.HEARD])
    return made.last() if case.state == State.APPEAL else None


def stays(case: Case) -> list[str]:
    """What dismissing it leaves as it is."""
    if case.outcome == Outcome.REMOVE:
        return ["With the next night they have left for good."]
    return ["The plan goes on to its day."] if case.outcome == Outcome.ACTION_PLAN else []


def deciders(case: Case) -> set[int]:
    """The numbers of everybody who decided it, or heard an appeal in it."""
    decided = CaseEvent.objects.of(case).filter(what__in=[What.DECIDED, What.HEARD])
    return {event.actor_id for event in decided if event.actor_id}


def why_not(case: Case, user: User) -> str:
    """Why this person does not hear it; empty where they do."""
    if not (user.has_perm(DECIDE) or case_guests.is_guest(case, user, Guest.Task.HEAR)):
        return "You do not hear appeals."
    if user.pk in cases.handlers(case):
        return "You looked into it, so somebody else hears the appeal."
    if user.pk in deciders(case):
        return "You decided it, so somebody else hears the appeal."
    try:
        cases.not_own(case, user)
    except cases.OwnCase as error:
        return str(error)
    return ""


def milder(outcome: str) -> list[Outcome]:
    """What an appeal may make of it, beside upholding it: something milder that is still something."""
    order = case_outcomes.MILDEST_FIRST
    return list(order[1 : order.index(Outcome(outcome))]) if outcome in ABOUT_LISTING else []


def outcome_of(case: Case, result: str, varied_to: str) -> Outcome:
    """What the case comes to. Raises `ValueError`."""
    if result not in RESULTS:
        raise ValueError(f"{result} is no result of an appeal.")
    if result == UPHELD:
        return Outcome.NO_ACTION
    if result == DISMISSED:
        return Outcome(case.outcome)
    if varied_to not in milder(case.outcome):
        raise ValueError("Choose an outcome that is milder than the one before.")
    return Outcome(varied_to)


@transaction.atomic
def hear(
    case: Case,
    *,
    by: User,
    result: str,
    reasons: Mapping[str, str],
    on: date,
    varied_to: str = "",
    until: date | None = None,
    to_reporter: str = "",
) -> Decision:
    """Upheld, another outcome, or dismissed; with all that follows from it, in one transaction.

    Raises `NotYours`, `NotAllowed`, and `ValueError`.
    """
    carer = held_with_carer(case)
    said = case_words.of(carer, reasons)
    now = cases.held(case)
    before, outcome = Outcome(now.outcome), outcome_of(now, result, varied_to)
    plan = outcome == Outcome.ACTION_PLAN
    case = cases.step(case, "hear_plan" if plan else "hear", by)
    if reason := why_not(case, by):
        raise NotYours(reason)
    until = until or (case.plan_until if plan and result == DISMISSED else None)
    if plan or result == VARIED:
        case_outcomes.check_day(outcome, until, on)
    decision = case_outcomes.after_appeal(
        carer, case, before, outcome, by=by, on=on, words=said.whole, until=until
    )  # fmt: skip
    case.outcome, case.plan_until = outcome, until if plan else None
    case.closed_at = None if plan else timezone.now()
    case.save(update_fields=["state", "outcome", "plan_until", "closed_at"])
    clocks.meet(case, "hear", on=on)
    clocks.stop(case, on=on)
    to_reporter = to_reporter.strip()
    tell(case, carer, decision, said, result=result, until=until, by=by, on=on, to_reporter=to_reporter)
    record("case.appeal_heard", by=by, target=case, decision=decision.pk, result=result, outcome=outcome.value)
    return decision


def tell(
    case: Case, carer: Carer, decision: Decision, said: case_words.Words, *, result: str,
    until: date | None, by: User, on: date, to_reporter: str,
) -> None:  # fmt: skip
    outcome = Outcome(case.outcome)
    data = {"decision": decision.pk, "outcome": outcome.value, "result": result, "languages": list(said)}
    case_telling.entry(case, carer, What.HEARD, by=by, words=said.whole, **data)
    case_telling.tell_reasons(case, carer, decision, result, said, **facts(carer, outcome, decision.kind, until, on))
    if result == DISMISSED:
        return
    words = case_telling.reporter_words(case, outcome, to_reporter, after_appeal=True)
    event = add(case, What.ANSWERED, by=by, words=words, to=To.REPORTER, data={"outcome": outcome.value})
    case_telling.tell_reporter(case, event, outcome, words=to_reporter, after_appeal=True)


def facts(carer: Carer, outcome: Outcome, kind: str, until: date | None, on: date) -> dict[str, Any]:
    """What the letter says beside the reasons: a milder outcome by its name, and whether the page is there again."""
    back = kind == Decision.Kind.REINSTATED
    public = back and case_outcomes.is_public(carer, on)
    return {**named(outcome, until), "came_back": public, "back_later": back and not public}


def named(outcome: Outcome, until: date | None) -> dict[str, Any]:
    plan, suspended = outcome == Outcome.ACTION_PLAN, outcome == Outcome.SUSPEND
    return {
        "outcome": outcome.label,
        "plan_until": until if plan else None,
        "suspended_until": until if suspended else None,
    }


def preview(
    case: Case, carer: Carer, *, result: str, varied_to: str, reasons: case_words.Words, until: date | None, on: date
) -> list[letters.Said]:
    """What the carer would read; whether their page is public at once is known when it is done."""
    outcome = outcome_of(case, result, varied_to)
    until = until or case.plan_until
    return case_telling.reasons_preview(case, carer, result, reasons, **named(outcome, until))


def time_to_appeal(case: Case, decided_on: date) -> date:
    """The last day by the rule, of a decision of that day."""
    return rule_of(APPEAL, case.kind, settings.SCHEME.nation).due(decided_on, calendar())
