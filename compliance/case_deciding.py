"""From what was looked into to a decision, by somebody else: handing over, handing back, deciding.

Nobody decides what they looked into, nor a case of their own. What the carer was not heard about, or could not be, is
not held against their listing. One transaction: the decision, the listing, the case, its clocks, and every message.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.recording import record
from compliance import case_guests, case_outcomes, case_telling, case_words
from compliance.case_replies import NoCarer, carer_of, held_with_carer, was_heard
from compliance.models import Decision, Guest
from feedback import cases, clocks
from feedback.events import add
from feedback.models import Case, CaseEvent
from feedback.models.cases import ABOUT_LISTING, Kind, Outcome
from feedback.rules import DECIDED, rule_of
from feedback.states import NotAllowed
from feedback.working_days import calendar
from onboarding import letters
from onboarding.models import Carer

What, To = CaseEvent.What, CaseEvent.To
DECIDE = "compliance.decide_cases"
# Where it stands, said on every page on which an outcome is chosen.
ABOUT_THE_CODE = (
    "An outcome is about the Code of Practice and about being listed. It never says how one person’s care is carried "
    "out: whoever has an ongoing role in directing care may have to be registered"
)
SOURCES = {
    "england": (
        "CQC, Scope of registration",
        "https://www.cqc.org.uk/guidance-regulation/providers/scope-registration",
    ),
    "wales": (
        "Regulation and Inspection of Social Care (Wales) Act 2016; SI 2017/1264 regulation 3",
        "https://www.legislation.gov.uk/wsi/2017/1264",
    ),
}


class NotYours(NotAllowed):
    """Whoever looked into it does not decide it, and whoever decided it does not hear the appeal."""


class NotHeard(NotAllowed):
    """The carer was not heard, and could still be."""

    def __init__(self) -> None:
        super().__init__(
            "Put the allegation to the carer first. This outcome needs their reply, or the end of their time."
        )


def why_not(case: Case, user: User) -> str:
    """Why this person does not decide it; empty where they do."""
    if not (user.has_perm(DECIDE) or case_guests.is_guest(case, user, Guest.Task.DECIDE)):
        return "You do not decide cases."
    if user.pk in cases.handlers(case):
        return "You looked into it, so somebody else decides it."
    try:
        cases.not_own(case, user)
    except cases.OwnCase as error:
        return str(error)
    return ""


def decides(user: User, case: Case) -> bool:
    """Whether this person reads what the case holds, because they decide such cases, or this one."""
    may = user.has_perm(DECIDE) or case_guests.at_work(user).filter(case=case.pk).exists()
    return case.kind == Kind.CONCERN and bool(may)


@transaction.atomic
def hand_over(case: Case, *, by: User, summary: str, recommendation: str, on: date) -> Case:
    """What was found, and what whoever looked into it thinks: from now on somebody else decides.

    Raises `NotAllowed`, `OwnCase`, `NoCarer`, and `ValueError` for an outcome that is none of a concern.
    """
    if carer_of(case) is None:
        raise NoCarer
    case = cases.step(case, "hand_over", by)
    if case.handler_id is None:
        raise NotAllowed("Somebody has to look into it first: take it on.")
    if not summary.strip():
        raise NotAllowed("Write what you found.")
    if recommendation not in ABOUT_LISTING:
        raise ValueError(f"{recommendation} is no outcome of a concern.")
    case.save(update_fields=["state"])
    event = add(case, What.HANDED_OVER, by=by, words=summary.strip(), data={"recommends": str(recommendation)})
    record("case.handed_over", by=by, target=case, entry=event.pk, recommends=str(recommendation))
    return case


@transaction.atomic
def hand_back(case: Case, *, by: User, words: str) -> Case:
    """More is to be looked into before it can be decided. Raises `NotYours` as deciding does."""
    held = cases.held(case)
    if reason := why_not(held, by):
        raise NotYours(reason)
    if not words.strip():
        raise NotAllowed("Write what is to be looked into.")
    case = cases.step(case, "hand_back", by)
    case.save(update_fields=["state"])
    event = add(case, What.HANDED_BACK, by=by, words=words.strip())
    record("case.handed_back", by=by, target=case, entry=event.pk)
    return case


@transaction.atomic
def decide(
    case: Case,
    *,
    by: User,
    outcome: str,
    reasons: Mapping[str, str],
    on: date,
    until: date | None = None,
    put_back: bool = False,
    to_reporter: str = "",
) -> Decision:
    """The outcome, with all that follows from it.

    `reasons` are the carer's to read, in each language that they get; `to_reporter` is added to what whoever told us
    reads of the outcome. `until` is the plan's last day, or that of the look at a suspension. `put_back` ends a
    suspension of the meantime. Raises `NotYours`, `NotHeard`, `NotAllowed`, `NoListing`, and `ValueError`.
    """
    chosen = Outcome(outcome)
    if chosen not in ABOUT_LISTING:
        raise ValueError(f"{outcome} is no outcome of a concern.")
    carer = held_with_carer(case)
    said = case_words.of(carer, reasons)
    case = cases.step(case, "decide_plan" if chosen == Outcome.ACTION_PLAN else "decide", by)
    if reason := why_not(case, by):
        raise NotYours(reason)
    if chosen in case_outcomes.HEARD_FIRST and not was_heard(case):
        raise NotHeard
    case_outcomes.check_day(chosen, until, on)
    if put_back and chosen not in case_outcomes.PUBLIC:
        case_outcomes.put_back(carer, case, by=by, on=on)
    decision = case_outcomes.carry_out(carer, case, chosen, by=by, on=on, words=said.whole, until=until)
    close(case, chosen, until, on)
    tell(case, carer, decision, said, until, by=by, to_reporter=to_reporter.strip())
    record("case.decided", by=by, target=case, decision=decision.pk, outcome=chosen.value)
    return decision


def close(case: Case, outcome: Outcome, until: date | None, on: date) -> None:
    """An action plan stays open until its day."""
    plan = outcome == Outcome.ACTION_PLAN
    case.outcome, case.plan_until = outcome, until if plan else None
    case.closed_at = None if plan else timezone.now()
    case.save(update_fields=["state", "outcome", "plan_until", "closed_at"])
    clocks.meet(case, "decide", on=on)
    clocks.stop(case, on=on)
    if outcome != Outcome.NO_ACTION:
        clocks.begin(case, DECIDED, on=on)


def tell(
    case: Case, carer: Carer, decision: Decision, said: case_words.Words, until: date | None, *, by: User,
    to_reporter: str,
) -> None:  # fmt: skip
    outcome = Outcome(case.outcome)
    data: dict[str, Any] = {"decision": decision.pk, "outcome": outcome.value, "languages": list(said)}
    case_telling.entry(case, carer, What.DECIDED, by=by, words=said.whole, **data)
    days = {"until": until, "review_on": until}
    appeal_by = case_telling.due(case, "appeal")
    case_telling.tell_reasons(case, carer, decision, outcome.value, said, appeal_by=appeal_by, **days)
    words = case_telling.reporter_words(case, outcome, to_reporter)
    event = add(case, What.ANSWERED, by=by, words=words, to=To.REPORTER, data={"outcome": outcome.value})
    case_telling.tell_reporter(case, event, outcome, words=to_reporter)


def preview(
    case: Case, carer: Carer, *, outcome: str, reasons: case_words.Words, until: date | None, on: date
) -> list[letters.Said]:
    """What the carer would read if it were decided so today."""
    appeal = rule_of("appeal", case.kind, settings.SCHEME.nation)
    appeal_by = None if outcome == Outcome.NO_ACTION else appeal.due(on, calendar())
    days = {"until": until, "review_on": until}
    return case_telling.reasons_preview(case, carer, outcome, reasons, appeal_by=appeal_by, **days)
