"""What the admin's home page says of the team's own work: what needs me now, what waits, what runs out."""

from datetime import date, datetime
from typing import Any

from compliance import lapsing, queue

WITHIN = (30, 60, 90)  # days
MOST_NOW, MOST_ENDINGS = 4, 8
SEES_LAPSES = "onboarding.view_carer"
SEES_QUEUE = "compliance.view_claim"


def within_of(typed: str | None) -> int:
    """30 days unless another of the three is asked for."""
    return next((days for days in WITHIN if str(days) == typed), WITHIN[0])


def said(user: Any, *, on: date, now: datetime, within: int) -> dict[str, Any]:
    """For whoever may see it; of the queue only what this person may decide, or reads."""
    found: dict[str, Any] = {"on": on, "now": now}
    if user.has_perm(SEES_QUEUE):
        every = queue.things(user, on=on, now=now)
        found |= {
            "first": [thing for thing in every if thing.is_free(user)][:MOST_NOW],
            "lines": queue.lines(user, every),
            "waits": len(every),
            "target": queue.LONG_DAYS,
        }
    if user.has_perm(SEES_LAPSES):
        endings = [one for one in lapsing.ends(on, within) if one.effect != lapsing.TELLS]
        found |= {
            "endings": endings[:MOST_ENDINGS],
            "endings_count": len(endings),
            "ending_carers": len({one.carer.pk for one in endings}),
            "within": within,
            "every_within": WITHIN,
        }
    return found
