"""An action plan on its day: it was kept, and the case is closed; or it was not, and it is looked into again."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.recording import record
from compliance import case_telling
from compliance.case_replies import held_with_carer
from feedback import cases, clocks
from feedback.models import Case, CaseEvent
from feedback.models.cases import State
from feedback.states import NotAllowed

What = CaseEvent.What


def due(on: date) -> QuerySet[Case]:
    """Those whose day has come."""
    return Case.objects.filter(state=State.PLAN, plan_until__lte=on)


@transaction.atomic
def kept(case: Case, *, by: User, words: str, on: date) -> Case:
    """The case is closed, and the carer is told. Raises `NotAllowed`."""
    return _ended(case, "plan_kept", by=by, words=words, on=on)


@transaction.atomic
def broken(case: Case, *, by: User, words: str, on: date) -> Case:
    """It is looked into again: the carer is told, and heard anew before anything is decided. Raises `NotAllowed`."""
    return _ended(case, "plan_broken", by=by, words=words, on=on)


def _ended(case: Case, step: str, *, by: User, words: str, on: date) -> Case:
    carer = held_with_carer(case)
    case = cases.step(case, step, by)
    if not words.strip():
        raise NotAllowed("Write what you saw.")
    was_kept = step == "plan_kept"
    case.plan_until, case.closed_at = None, timezone.now() if was_kept else None
    case.outcome = case.outcome if was_kept else ""
    case.save(update_fields=["state", "plan_until", "closed_at", "outcome"])
    if not was_kept:  # what was decided is decided anew: that can be appealed against then
        clocks.stop(case, on=on)
    event = case_telling.entry(case, carer, What.PLAN, by=by, words=words.strip(), kept=was_kept)
    case_telling.tell(case, carer, f"plan:{event.pk}", case_telling.PLAN, kept=was_kept, words=words.strip())
    record("case.plan_ended", by=by, target=case, entry=event.pk, kept=was_kept)
    return case
