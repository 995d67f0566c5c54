"""Whoever was removed has left for good once the time to appeal is over: until then their account and papers stay."""

from datetime import date

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from audit.recording import Actor
from compliance import deciding
from compliance.case_appeals import APPEAL, time_to_appeal
from compliance.models import Decision
from feedback import clocks
from feedback.models import Case, Clock
from feedback.models.cases import Kind, State
from onboarding.models import Carer
from onboarding.settling import held


def removed() -> QuerySet[Carer]:
    """Those who were removed, and are still here."""
    last = Decision.objects.filter(carer_id=OuterRef("pk")).order_by("-at", "-pk").values("kind")[:1]
    rows = Carer.objects.filter(listing__ended_at__isnull=False, left_at__isnull=True)
    return rows.annotate(decided=Subquery(last)).filter(decided__in=[Decision.Kind.REMOVED, Decision.Kind.UPHELD])


def finish(*, on: date, by: Actor) -> int:
    """Whose time to appeal is over, and who has no appeal that waits to be heard. How many. A time that is over runs no
    more, after removals and after anything else."""
    done = sum(_finish(carer, on=on, by=by) for carer in removed().order_by("pk"))
    for clock in Clock.objects.late(on).filter(rule=APPEAL).select_related("case"):
        clocks.stop(clock.case, APPEAL, on=on)
    return done


@transaction.atomic
def _finish(carer: Carer, *, on: date, by: Actor) -> bool:
    carer = held(carer)
    decision = deciding.decisions_about(carer).filter(kind=Decision.Kind.REMOVED).first()
    if decision is None or carer.left_at or not (carer.listing and carer.listing.ended_at):
        return False
    case = Case.objects.filter(pk=decision.case_id or 0).first()
    if case and not is_over(case, timezone.localdate(decision.at), on):
        return False
    deciding.end_removed(carer, by=by, on=on, case_id=decision.case_id)
    return True


def is_over(case: Case, decided_on: date, on: date) -> bool:
    """A case that became another kind is not appealed in any more; its time runs to the same end."""
    if case.state == State.APPEAL:
        return False
    heard = case.kind == Kind.CONCERN and case.clocks.filter(rule=APPEAL, met_on__gte=decided_on).exists()
    if heard:
        return True
    clock = case.clocks.running().filter(rule=APPEAL).first()
    return on > (clock.due_on if clock else time_to_appeal(case, decided_on))
