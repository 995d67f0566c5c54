"""What the outcome of a case does to the listing, and the decision that says so. Called inside a verb's transaction."""

from datetime import date
from typing import Any

from django.utils.formats import date_format

from compliance import deciding
from compliance.models import Decision
from directory import services
from directory.models import Listing
from feedback.models import Case
from feedback.models.cases import Outcome
from onboarding import listings
from onboarding.models import Carer
from onboarding.reasons import Reason
from onboarding.settling import settle

Kind = Decision.Kind
KINDS = {
    Outcome.NO_ACTION: Kind.UNCHANGED,
    Outcome.ADVICE: Kind.ADVISED,
    Outcome.ACTION_PLAN: Kind.PLANNED,
    Outcome.SUSPEND: Kind.SUSPENDED,
    Outcome.REMOVE: Kind.REMOVED,
}
# From the mildest on: an appeal makes it milder, never worse.
MILDEST_FIRST = tuple(KINDS)
HEARD_FIRST = (Outcome.ACTION_PLAN, Outcome.SUSPEND, Outcome.REMOVE)
PUBLIC = (Outcome.SUSPEND, Outcome.REMOVE)
WITH_A_DAY = (Outcome.ACTION_PLAN, Outcome.SUSPEND)


def check_day(outcome: Outcome, until: date | None, on: date) -> None:
    """An action plan ends, and a suspension is looked at again, on a day that is to come. Raises `ValueError`."""
    if outcome not in WITH_A_DAY:
        return
    if until is None or not on < until <= on + deciding.LONGEST:
        raise ValueError("Choose a day that is to come, within a year.")


def carry_out(
    carer: Carer, case: Case, outcome: Outcome, *, by: Any, on: date, words: str, until: date | None
) -> Decision:
    """Raises `deciding.NoListing` where the outcome needs one that is public."""
    if outcome in PUBLIC and not listings.is_approved(carer):
        raise deciding.NoListing
    if outcome == Outcome.SUSPEND:
        services.suspend(carer.listing, by=by)  # type: ignore[arg-type]
    if outcome == Outcome.REMOVE:
        services.remove(carer.listing, by=by)  # type: ignore[arg-type]
    reason = Reason.IN_ORDER if outcome == Outcome.NO_ACTION else Reason.CODE
    return written(carer, case, KINDS[outcome], by=by, reason=reason, words=words, outcome=outcome, until=until)


def suspended_for_this(carer: Carer, case: Case) -> bool:
    """Whether they are suspended, and for nothing else than this case: what another matter shut stays shut."""
    if not (carer.listing and carer.listing.suspended_at):
        return False
    rows = deciding.decisions_about(carer)
    if last := rows.filter(kind=Kind.REINSTATED).first():
        rows = rows.filter(pk__gt=last.pk)
    numbers = set(rows.filter(kind=Kind.SUSPENDED).values_list("case_id", flat=True))
    return numbers == {case.pk}


def put_back(carer: Carer, case: Case, *, by: Any, on: date) -> Decision | None:
    """It was suspended meanwhile, and what was looked into gives no reason for it. None where it was not, or for
    something else too."""
    if not suspended_for_this(carer, case):
        return None
    services.reinstate(carer.listing, by=by)  # type: ignore[arg-type]
    settle(carer, by=by, on=on)
    return written(carer, case, Kind.REINSTATED, by=by, reason=Reason.SETTLED, words="")


def after_appeal(
    carer: Carer, case: Case, before: Outcome, outcome: Outcome, *, by: Any, on: date, words: str, until: date | None
) -> Decision:
    """From one outcome to a milder one, or the same. What was removed comes back, if they have not left meanwhile."""
    if outcome == before:
        return written(carer, case, Kind.UPHELD, by=by, reason=Reason.APPEAL, words=words)
    came_back = lift(carer, case, before, outcome, by=by, on=on)
    if outcome == Outcome.SUSPEND and carer.listing and not carer.left_at:
        services.suspend(carer.listing, by=by)
    kind = Kind.REINSTATED if came_back and outcome != Outcome.SUSPEND else KINDS[outcome]
    return written(carer, case, kind, by=by, reason=Reason.APPEAL, words=words, outcome=outcome, until=until)


def lift(carer: Carer, case: Case, before: Outcome, outcome: Outcome, *, by: Any, on: date) -> bool:
    """Takes back what the outcome before did to the listing; whether it did anything."""
    listing = carer.listing
    if before not in PUBLIC or listing is None or carer.left_at:
        return False
    if before == Outcome.REMOVE:
        services.bring_back(listing, by=by)
    if outcome != Outcome.SUSPEND and suspended_for_this(carer, case):
        services.reinstate(listing, by=by)
    settle(carer, by=by, on=on)
    return True


def is_public(carer: Carer, on: date) -> bool:
    return bool(carer.listing and carer.listing.state(on) == Listing.State.LIVE)


def written(
    carer: Carer, case: Case, kind: Kind, *, by: Any, reason: Reason, words: str, outcome: str = "",
    until: date | None = None,
) -> Decision:  # fmt: skip
    review_on = until if outcome == Outcome.SUSPEND else None
    return deciding.write_decision(
        carer, kind, by, reason, words=words, review_on=review_on, case_id=case.pk
    )  # fmt: skip


def effects(carer: Carer, outcome: Outcome, until: date | None) -> list[str]:
    """What it comes to, a sentence each, for the page before the button."""
    day = date_format(until) if until else "the day that you choose"
    return {
        Outcome.NO_ACTION: ["Their page in the directory stays as it is.", "The case is closed."],
        Outcome.ADVICE: ["Their page in the directory stays as it is.", "The case is closed."],
        Outcome.ACTION_PLAN: [
            "Their page in the directory stays as it is.",
            f"On {day} it waits to be looked at whether the plan was kept.",
        ],
        Outcome.SUSPEND: [
            "Within a minute their page says “This listing is paused”. Nobody finds it.",
            f"It stays so until somebody reinstates it. On {day} it waits to be looked at again.",
            "The case is closed.",
        ],
        Outcome.REMOVE: [
            "Within a minute their page says “This listing has gone”. Nobody finds it.",
            "Their account and all that they sent stay until the time to appeal is over. Then they have left for good.",
            "The case is closed.",
        ],
    }[outcome]
