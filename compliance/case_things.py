"""What of cases waits for whoever decides: cases to decide, appeals to hear, plans whose day has come."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from feedback import clocks
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State

What = CaseEvent.What


class Row(NamedTuple):
    """`since` it waits, `by` a day for a reason, and `not_for` those who may not do it: whose own it is, and who looked
    into it or decided it."""

    kind: str
    case: Case
    what: str
    since: datetime
    by: date | None
    why: str
    not_for: frozenset[int]


def rows(on: date) -> Iterator[Row]:
    waits = Q(state__in=[State.TO_DECIDE, State.APPEAL]) | Q(state=State.PLAN, plan_until__lte=on)
    found: QuerySet[Case] = Case.objects.filter(waits, kind=Kind.CONCERN).select_related("listing")
    cases = list(found.prefetch_related("clocks"))
    events: dict[int, list[CaseEvent]] = {case.pk: [] for case in cases}
    for event in CaseEvent.objects.filter(case_id__in=events).order_by("pk"):
        events[event.case_id].append(event)
    for case in cases:
        yield row(case, events[case.pk])


def row(case: Case, events: list[CaseEvent]) -> Row:
    due = clocks.next_due(case)
    by, why = (due.due_on, clocks.rule(due).what) if due else (None, "")
    owner = case.listing.owner_id if case.listing else None
    own = {number for number in (owner, case.about_user_id, case.reporter_user_id) if number}
    if case.state == State.PLAN:
        return Row("plan", case, "Action plan", latest(events, case), case.plan_until, "The plan ends", frozenset(own))
    part = own | investigated(events)
    if case.state == State.TO_DECIDE:
        return Row("decide", case, "To decide", latest(events, case), by, why, frozenset(part))
    decided = {event.actor_id for event in events if event.what in {What.DECIDED, What.HEARD} and event.actor_id}
    return Row("appeal", case, "Appeal", latest(events, case), by, why, frozenset(part | decided))


def investigated(events: list[CaseEvent]) -> set[int]:
    """As `cases.handlers`, of events that are here already."""
    took = {event.data["handler"] for event in events if event.what in {What.TAKEN_ON, What.HANDED}}
    looked = {event.actor_id for event in events if event.what in {What.ALLEGED, What.HANDED_OVER} and event.actor_id}
    return took | looked


def latest(events: list[CaseEvent], case: Case) -> datetime:
    """Since it came to where it is."""
    steps = {What.HANDED_OVER, What.DECIDED, What.APPEALED, What.HEARD}
    return max((event.at for event in events if event.what in steps), default=case.recorded_at or timezone.now())
