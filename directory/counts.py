"""How many carers there are on a day: in all, by kind of help, by town.

One statement, counted here: a condition for each town and kind of help costs the ORM more to write down than
Python needs to count a council's listings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any, NamedTuple

from django.conf import settings

from directory import vocabulary
from directory.models import METRES_PER_MILE
from directory.search import live_with_services


class Row(NamedTuple):
    easting: int
    northing: int
    miles: int
    whole_area: bool
    live_services: int


@dataclass(frozen=True)
class HeadingCount:
    service: vocabulary.Service
    count: int


@dataclass(frozen=True)
class TownCount:
    place: Any
    count: int


@dataclass(frozen=True)
class Counts:
    total: int
    headings: tuple[HeadingCount, ...]
    towns: tuple[TownCount, ...]


def counts(on: date) -> Counts:
    """Of those the public may see that day: who offers each heading or a detail of it, who comes to each town."""
    rows = [Row(*row) for row in live_with_services(on).order_by().values_list(*Row._fields)]
    towns = (place for place in settings.SCHEME.places if place.town and place.inside)
    return Counts(
        total=len(rows),
        headings=tuple(HeadingCount(heading, _offering(heading, rows)) for heading in vocabulary.HEADINGS),
        towns=tuple(TownCount(town, _coming_to(town, rows)) for town in towns),
    )


def _offering(heading: vocabulary.Service, rows: Iterable[Row]) -> int:
    bits = vocabulary.bits(heading.slug)
    return sum(1 for row in rows if row.live_services & bits)


def _coming_to(town: Any, rows: Iterable[Row]) -> int:
    """`search.covers` for a town of the area."""
    return sum(
        1
        for row in rows
        if row.whole_area
        or hypot(row.easting - town.easting, row.northing - town.northing) <= row.miles * METRES_PER_MILE
    )
