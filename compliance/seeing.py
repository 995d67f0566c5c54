"""Who sees why something was decided: of a safeguarding matter only who may, and nobody about themselves.

Everybody else reads the same words for each reason that a safeguarding matter could be taken for. Were it the only one
that is not shown, not showing it would say it.
"""

from typing import Any

from compliance.models import Decision
from feedback.models.cases import SEE_SAFEGUARDING
from onboarding.models import Carer
from onboarding.reasons import Reason

CLOSE = frozenset({Reason.CONCERN, Reason.SAFEGUARDING, Reason.OTHER})
PAUSED, DECIDED = "Paused by the team", "Decided by the team"
# Where why is not said, neither is who: what a safeguarding lead paused could be nothing else.
UNSAID, TEAM = frozenset({PAUSED, DECIDED}), "the team"


def sees(user: Any, carer: Carer | None = None) -> bool:
    """Whether they see safeguarding matters, of this carer where one is said."""
    own = carer is not None and carer.owner_id is not None and carer.owner_id == user.pk
    return bool(user.has_perm(SEE_SAFEGUARDING)) and not own


def is_kept_from(user: Any, carer: Carer, decision: Decision | None) -> bool:
    """Whether this decision about the carer has a reason that this reader is not shown."""
    return decision is not None and decision.reason in CLOSE and not sees(user, carer)


def why(decision: Decision, *, seen: bool) -> str:
    """The reason in words, as far as it is to be `seen`."""
    if decision.reason in CLOSE and not seen:
        return PAUSED if decision.kind == Decision.Kind.SUSPENDED else DECIDED
    return decision.get_reason_display()
