"""When each paper of the demonstration's cast was seen, and until when it holds.

The days stand in relation to the day, so that what has lapsed, or soon will, stays so on a later one.
"""

from datetime import date, timedelta
from typing import NamedTuple

from directory.demo.cast import Person
from onboarding.dates import add_months, last_day
from onboarding.requirements import Requirement
from onboarding.stretches import DAY

# Days until the last one that are set by a person's edge, by the paper.
EDGES = {"public-liability": "insurance_due", "hmrc": "tax_due"}
LAPSED = -12
# How many days ago, at the most, a paper was seen that holds for so many months; at the least `NEWEST`.
LONGEST_AGO = {None: 900, 12: 320, 36: 1000}
NEWEST = 15


class Days(NamedTuple):
    """The day it was seen, its first and its last. `is_edge`: this very last day is what the person shows."""

    seen_on: date
    first: date
    last: date | None
    is_edge: bool = False


def days_of(person: Person, requirement: Requirement, worker: str, on: date) -> Days:
    months = 12 if requirement.own_end else requirement.months
    due_in = person.edge.get(EDGES.get(requirement.slug, ""))
    if requirement.slug == person.lapsed_paper:
        due_in = LAPSED
    if due_in is not None:
        return _ending(on + timedelta(days=due_in), months or 12)
    if requirement.slug == "public-liability" and "starts_in" in person.edge:
        starts = on + timedelta(days=person.edge["starts_in"])
        return Days(on, starts, last_day(starts, 12), is_edge=True)
    chance = person.chance(f"{requirement.slug} {worker}")
    day = on - timedelta(days=chance.randrange(NEWEST, LONGEST_AGO[months]))
    return Days(day, day, last_day(day, months) if months else None)


def _ending(last: date, months: int) -> Days:
    first = add_months(last + DAY, -months)
    return Days(first, first, last, is_edge=True)
