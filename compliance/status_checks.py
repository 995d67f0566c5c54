"""Asking the DBS whether a certificate is still current: when somebody asks for it, and each year by a job.

No new information moves the date on. Anything else waits for the team, and the carer is asked to ring: a machine takes
nothing down. Each try is claimed before the DBS is asked and closed after it, so that no lock is held meanwhile, two
never ask at once, and what a killed worker had begun is asked again after its pause.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import team
from accounts.models import User
from accounts.second_factor import Unreadable
from audit.recording import Actor, record
from compliance import consents, dbs_register, dbs_service, entitlement
from compliance.dbs_register import Row
from compliance.dbs_service import Asker, NotAnswered
from compliance.models import Consent, StatusCheck
from onboarding import letters, papers
from onboarding.dates import add_months, last_day
from onboarding.models import Evidence, Worker
from onboarding.papers import NotNow, not_own
from onboarding.settling import held

State, Result, Problem = StatusCheck.State, StatusCheck.Result, StatusCheck.Problem
SEE_AGAIN = "compliance/mail/see_dbs"
A_RUN = 5  # how many are asked about in one run of the job
# How long after each try that failed the next comes; after the last the check is given up until somebody looks.
PAUSES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
CLAIM = timedelta(minutes=2)
# Asking again mends none of these.
FINAL = {Problem.REFUSED, Problem.MOVED, Problem.SEALED}
# The service itself is in trouble: nobody else is asked about in this run.
DOWN = {Problem.SERVER, Problem.SLOW, Problem.HUNG_UP, Problem.UNREACHABLE, Problem.INSECURE, Problem.MOVED}
# What the audit says of an answer. It is kept for years, and what a certificate says is not.
FOLDED = {Result.CURRENT: "no-new-information", Result.NEW: "to-look-at", Result.NO_MATCH: "to-look-at"}


class Off(NotNow):
    """No check can be made here."""

    words = "Status checks are off: the address of the DBS’s service is not set (DBS_STATUS_URL)."


class CannotCheck(NotNow):
    """The DBS may not be asked about this certificate; the message says why."""


class UnderWay(NotNow):
    """Somebody, or the job, asks this very moment."""

    words = "It is being asked already. Look again in two minutes."


# --- asking ----------------------------------------------------------------------------------------------


def ask_now(worker: Worker, *, by: User, on: date) -> StatusCheck:
    """Raises `Off`, `NoEntitlement`, `NoFullName`, `CannotCheck`, `UnderWay`, and `OwnPaper` about oneself."""
    return _ask(begin(worker, by=by, on=on), by, on)


def ask_due(*, on: date) -> int:
    """A few of those that were asked for and not answered, in the name of who asked; then of those whose yearly day has
    come, in the name of the officer who scheduled it. How many were answered."""
    if not entitlement.is_on():
        return 0
    asked: list[StatusCheck] = []
    for worker, by, due_on in questions(on):
        try:
            check = begin(worker, by=by, on=on, due_on=due_on)
        except NotNow:  # it changed since the register was read
            continue
        asked.append(_ask(check, by, on))
        if len(asked) == A_RUN or asked[-1].problem in DOWN:
            break
    return sum(check.state == State.ANSWERED for check in asked)


def questions(on: date) -> list[tuple[Worker, User, date | None]]:
    """About whom, in whose name and for which yearly day. Raises `NoFullName` of the officer: the run fails, and says
    so."""
    officer = entitlement.officer()
    if officer:
        entitlement.full_name(officer)
    again = to_try_again(yearly=officer is None)
    theirs = {check.worker_id for check in again}
    rows = due(on, officer) if officer else []
    return [
        *((check.worker, check.by, check.due_on) for check in again if check.by),
        *((row.worker, officer, row.check_due) for row in rows if officer and row.worker.pk not in theirs),
    ]


def to_try_again(*, yearly: bool) -> list[StatusCheck]:
    """Open ones whose pause is over and whose asker may still ask; those for a yearly day too where nobody has it
    scheduled any more."""
    rows = StatusCheck.objects.filter(state=State.OPEN, try_again_at__lte=timezone.now()).order_by("try_again_at")
    rows = rows if yearly else rows.filter(due_on=None)
    every = rows.select_related("worker__carer", "by")
    return [row for row in every if row.by and team.may(row.by, entitlement.CHECK)]


def due(on: date, officer: User) -> list[Row]:
    """Whose day is near or past, the oldest first, and was neither asked about for that day nor tried just now."""
    rows = [row for row in dbs_register.register(on) if row.check_due and row.check_due - dbs_register.AHEAD <= on]
    wanted = [row for row in rows if row.carer.owner_id != officer.pk and not _had(row)]
    return sorted(wanted, key=lambda row: (row.check_due, row.worker.pk))


def _had(row: Row) -> bool:
    now = timezone.now()
    for check in row.checks:
        if check.state == State.OPEN and check.try_again_at and check.try_again_at > now:
            return True
        if check.state in {State.ANSWERED, State.GIVEN_UP} and (check.due_on == row.check_due or check.needs_somebody):
            return True
    return False


@transaction.atomic
def begin(worker: Worker, *, by: User, on: date, due_on: date | None = None) -> StatusCheck:
    """Claims the question: an open one is gone on with. Raises as `ask_now` does."""
    if not settings.DBS_STATUS_URL:
        raise Off
    if entitlement.current() is None:
        raise entitlement.NoEntitlement
    entitlement.full_name(by)
    carer = held(worker.carer)
    not_own(carer, by)
    row = dbs_register.row_of(worker, on)
    if row is None or row.why_not or row.consent is None or row.consent.original is None:
        raise CannotCheck(f"{row.why_not if row else 'No DBS check is asked of them'}.")
    now = timezone.now()
    check = StatusCheck.objects.filter(worker=worker, state__in=[State.OPEN, State.GIVEN_UP], looked_at=None).first()
    if check and check.tried_at and check.tried_at > now - CLAIM and check.state == State.OPEN and not check.problem:
        raise UnderWay
    if check is None:
        check = StatusCheck(worker=worker, due_on=due_on)
    if check.state == State.GIVEN_UP:
        check.tries = 0
    check.consent, check.original, check.by, check.state = row.consent, row.consent.original, by, State.OPEN
    check.tries, check.tried_at, check.problem = check.tries + 1, now, ""
    check.try_again_at = now + PAUSES[min(check.tries, len(PAUSES)) - 1]
    check.save()
    return check


def _ask(check: StatusCheck, by: User, on: date) -> StatusCheck:
    try:
        result = dbs_service.ask(consents.holder(check.consent), _asker(by))
    except Unreadable:
        return not_answered(check, by=by, problem=Problem.SEALED)
    except NotAnswered as error:
        return not_answered(check, by=by, problem=error.problem)
    return answered(check, by=by, result=result, on=on)


def _asker(user: User) -> Asker:
    row = entitlement.current()
    if row is None:
        raise entitlement.NoEntitlement
    return Asker(row.organisation, *entitlement.full_name(user))


# --- what was answered -----------------------------------------------------------------------------------


@transaction.atomic
def answered(check: StatusCheck, *, by: User, result: str, on: date) -> StatusCheck:
    carer = held(check.worker.carer)
    row = _open(check, sent=True)
    if row is None:
        return _again(check)
    row.state, row.result, row.answered_at, row.try_again_at = State.ANSWERED, result, timezone.now(), None
    row.problem = ""
    if result == Result.CURRENT:
        row.evidence = _move_on(row, by, on)
        row.looked_at = row.answered_at
    row.save()
    facts = {"check": row, "result": FOLDED[Result(result)], "yearly": row.due_on is not None}
    record("dbs.status_checked", by=by, target=row.worker, carer=carer, **facts)
    if result != Result.CURRENT:
        context = {"carer": carer, "site": settings.SITE_URL}
        letters.tell(carer, key=f"dbs-status:{row.pk}", template=SEE_AGAIN, context=context)
    return row


def _move_on(row: StatusCheck, by: User, on: date) -> Evidence:
    """A year from today the certificate counts as it was seen: no new level, no new workforce."""
    original = row.original
    facts = {name: original.facts[name] for name in ("level", "workforce") if name in original.facts}
    return papers.record_seen(
        row.worker.carer,
        original.asked,
        by=by,
        how=Evidence.How.CHECKED,
        worker=row.worker,
        facts=facts,
        seen_on=on,
        valid_until=last_day(on, dbs_register.YEARLY),
        rests_on=original,
    )


@transaction.atomic
def not_answered(check: StatusCheck, *, by: User, problem: str) -> StatusCheck:
    """Tried again later, or given up until somebody looks."""
    held(check.worker.carer)
    row = _open(check, sent=problem not in StatusCheck.NOT_SENT)
    if row is None:
        return _again(check)
    row.problem = problem
    if problem in FINAL or row.tries > len(PAUSES):
        row.state, row.try_again_at = State.GIVEN_UP, None
    row.save()
    facts = {"check": row, "problem": str(problem), "tries": row.tries, "given_up": row.state == State.GIVEN_UP}
    record("dbs.status_not_answered", by=by, target=row.worker, carer=row.worker.carer_id, **facts)
    return row


def _open(check: StatusCheck, *, sent: bool) -> StatusCheck | None:
    """Where the consent ended, the certificate was withdrawn or they left meanwhile, nothing of the answer is kept but
    that it was asked for."""
    row = StatusCheck.objects.select_for_update().get(pk=check.pk)
    if sent and row.tries == check.tries:
        row.sent_at = row.tried_at
        row.save(update_fields=["sent_at"])
    if row.state != State.OPEN or row.tries != check.tries:
        return None
    named = row.consent.original_id == row.original_id
    if row.consent.ended_at is None and named and row.original.outcome == Evidence.Outcome.ACCEPTED:
        return row
    row.state, row.due_on, row.try_again_at = State.STOPPED, None, None
    row.save()
    return None


def _again(check: StatusCheck) -> StatusCheck:
    return StatusCheck.objects.get(pk=check.pk)


# --- what the team does about it -------------------------------------------------------------------------


@transaction.atomic
def looked_at(check: StatusCheck, *, by: Actor) -> StatusCheck:
    """Somebody dealt with it: saw the certificate, suspended the listing, mended the details. Raises `Decided`."""
    carer = held(check.worker.carer)
    not_own(carer, by)
    row = StatusCheck.objects.select_for_update().get(pk=check.pk)
    if not row.needs_somebody:
        raise papers.Decided
    row.looked_at, row.looked_by = timezone.now(), papers.user_of(by)
    if row.state == State.GIVEN_UP:
        row.due_on = None  # it was never answered, so the day is asked for again
    row.save(update_fields=["looked_at", "looked_by", "due_on"])
    record("dbs.looked_at", by=by, target=row.worker, carer=carer, check=row)
    return row


def purge(*, on: date, by: Actor) -> int:
    """That a certificate was not current, or not found, is kept as long as what it said itself. How many went."""
    before = add_months(on, -settings.EVIDENCE_MONTHS)
    old = StatusCheck.objects.filter(result__in=StatusCheck.LOOK, looked_at__date__lte=before)
    with transaction.atomic():
        count = old.update(result=Result.GONE)
        if count:
            record("dbs.results_purged", by=by, target="compliance.statuscheck", count=count)
    return count


def consented(worker: Worker) -> Consent | None:
    return Consent.objects.standing().filter(worker=worker).first()
