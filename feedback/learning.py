"""What is learnt of many cases: what they were about, what came of them, how long it took. For the annual report.

Small numbers are hidden, so that nobody is found in them: what is under five, and, where that is a single number of a
table, the next smallest too, which keeps it from being worked out of the sum.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import date_format

from directory import vocabulary
from directory.enquiries import months_before
from feedback import rules
from feedback.models import Case, Clock
from feedback.models.cases import How, Kind, Outcome, State, Theme
from feedback.rules import OTHERS

FEWEST = 5
HIDDEN = f"fewer than {FEWEST}"
SECOND = "hidden"  # that the first may not be worked out
MONTHS = 12


class Period(NamedTuple):
    """Whole months, the last of which may not be over."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{date_format(self.first, 'F Y')} to {date_format(self.last, 'F Y')}"


class Table(NamedTuple):
    title: str
    rows: list[tuple[str, str]]


def period(on: date, months: int = MONTHS) -> Period:
    """So many months, this one included."""
    first = months_before(on.replace(day=1), months - 1)
    next_month = months_before(on.replace(day=1), -1)
    return Period(first, next_month - timedelta(days=1))


def received(mine: QuerySet[Case], when: Period) -> QuerySet[Case]:
    """Without spam and doubles."""
    rows = mine.filter(received_on__range=when)
    return rows.exclude(state__in=[State.ASIDE, State.MERGED])


def tables(mine: QuerySet[Case], when: Period) -> list[Table]:
    """Of those that the reader may see."""
    rows = list(received(mine, when).only("kind", "outcome", "themes", "service", "received_how", "received_on"))
    services = {slug: service.en for slug, service in vocabulary.SERVICES.items()}
    return [
        table("By month", Counter(date_format(row.received_on, "F Y") for row in by_day(rows))),
        table("What they were", Counter(str(Kind(row.kind).label) for row in rows)),
        table("How they came", Counter(str(How(row.received_how).label) for row in rows)),
        table("Themes", Counter(str(Theme(slug).label) for row in rows for slug in row.themes)),
        table("Kind of help", Counter(services.get(row.service, "Not said") for row in rows)),
        table("What came of them", Counter(outcome(row) for row in rows)),
        *in_time(received(mine, when)),
    ]


def by_day(rows: Iterable[Case]) -> list[Case]:
    return sorted(rows, key=lambda row: row.received_on)


def outcome(row: Case) -> str:
    return str(Outcome(row.outcome).label) if row.outcome else "Under way"


def in_time(cases: QuerySet[Case]) -> list[Table]:
    """Of each clock of the team: how often it was met in time, and how often late."""
    found = []
    for slug, what in clock_names().items():
        met = Clock.objects.filter(case__in=cases, rule=slug, met_on__isnull=False)
        counted = Counter("In time" if clock.was_in_time else "Late" for clock in met)
        found.append(table(what, counted))
    return [one for one in found if one.rows]


def clock_names() -> dict[str, str]:
    here = (one for kind in Kind for one in rules.rules(kind, settings.SCHEME.nation))
    return {one.slug: one.what for one in here if one.slug not in OTHERS}


def table(title: str, counted: Mapping[str, int]) -> Table:
    return Table(title, list(safe(counted).items()))


def safe(counted: Mapping[str, int]) -> dict[str, str]:
    """The numbers as they may be told."""
    small = [name for name, number in counted.items() if 0 < number < FEWEST]
    said = {name: HIDDEN if name in small else str(number) for name, number in counted.items()}
    if len(small) == 1:
        others = [name for name, number in counted.items() if number >= FEWEST]
        if others:
            said[min(others, key=lambda name: counted[name])] = SECOND
    return said


def total(mine: QuerySet[Case], when: Period) -> str:
    return safe({"all": received(mine, when).count()})["all"]


def as_rows(found: Iterable[Table]) -> list[list[Any]]:
    return [[one.title, name, number] for one in found for name, number in one.rows]
