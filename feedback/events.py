"""What happened with a case: the one writer of its timeline."""

from typing import Any

from audit.recording import Actor, who
from feedback.models import Case, CaseEvent


def add(
    case: Case,
    what: CaseEvent.What,
    *,
    by: Actor,
    words: str = "",
    to: CaseEvent.To = CaseEvent.To.TEAM,
    data: dict[str, Any] | None = None,
) -> CaseEvent:
    """An entry, for the team alone unless `to` says for whom. Of a safeguarding matter nothing is for the carer.

    Raises `ValueError` where such an entry would be.
    """
    if case.is_safeguarding and to in {CaseEvent.To.CARER, CaseEvent.To.BOTH}:
        raise ValueError("Nothing about a safeguarding matter goes to the carer.")
    actor, actor_id = who(by)
    return CaseEvent.objects.create(
        case_id=case.pk,
        what=what,
        actor=actor,
        actor_id=actor_id,
        words=words,
        shown_to=to,
        secret=case.is_safeguarding,
        data=data or {},
    )
