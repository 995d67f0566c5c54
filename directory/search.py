"""Which carers come to a point, and in what order they are shown (ADR 6).

One statement asks the database who covers the point today. Everything else (filters, the count beside each
option, what taking one off would give, order, pages) is plain Python over those few rows, so it is the same
on SQLite and PostgreSQL, and a test can say what it should be.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import reduce
from hashlib import blake2b
from operator import or_
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from directory import vocabulary
from directory.capacity import is_full_for, state
from directory.models import BANDS, DAYS, LONGEST_REACH_MILES, METRES_PER_MILE, Listing, ListingService, cell
from directory.places import Spot
from directory.query import MANY, Query
from directory.wording import fold

# Beyond this many around one point, the nearest bases are looked at and the page says "more than".
MOST_CANDIDATES = 2_000
# Counts beside options are shown only while counting them costs little.
MOST_COUNTED = 300
# In the best match, carers whose bases are within the same stretch of this many miles are equals.
EQUAL_MILES = 5


class Row(NamedTuple):
    """What the search needs to know of one listing. `live_services` is a sum of bits; squares are metres²."""

    pk: int
    miles: int
    whole_area: bool
    groups: list[str]
    languages: dict[str, int]
    payments: list[str]
    works: int
    space: int
    capacity: str
    space_from: date | None
    capacity_confirmed_on: date | None
    no_space_for: int
    live_services: int
    square_distance: float
    words: str = ""

    @property
    def distance(self) -> float:
        return float(self.square_distance**0.5)


FIELDS = Row._fields[:-1]
TEXTS = ("name", "intro_en", "intro_cy", "about_en", "about_cy", "base_name_en", "base_name_cy")


def live_with_services(on: date) -> QuerySet[Listing]:
    """Public listings with `live_services`: those of their services whose own dates hold that day."""
    live = ListingService.objects.filter(listing=OuterRef("pk"), checked_from__lte=on, checked_until__gte=on)
    total = live.order_by().values("listing").annotate(total=Sum("bit")).values("total")
    bits = Cast(Coalesce(Subquery(total), Value(0), output_field=BigIntegerField()), BigIntegerField())
    return Listing.objects.live(on=on).annotate(live_services=bits)


def square_distance(spot: Spot) -> Any:
    """Pythagoras on the National Grid. In floats, for the square of metres overflows 32 bits."""
    east = Cast(F("easting"), FloatField()) - Value(float(spot.easting))
    north = Cast(F("northing"), FloatField()) - Value(float(spot.northing))
    return east * east + north * north


def covers(spot: Spot) -> Q:
    """Is the point inside the carer's own coverage? Needs `square_distance` annotated.

    "Whole area" means that the point lies in the scheme's own area; outside it, miles never apply to such a carer.
    """
    miles = Cast(F("miles"), FloatField())
    reach = Q(whole_area=False, square_distance__lte=miles * miles * METRES_PER_MILE**2)
    return reach | Q(whole_area=True) if spot.inside else reach


def candidates(spot: Spot | None, *, on: date, words: bool = False) -> list[Row]:
    """Everybody public that day who comes to the point, nearest base first (everybody, without one). One statement."""
    listings = live_with_services(on)
    if spot is None:
        listings = listings.annotate(square_distance=Value(0.0))
    else:
        listings = listings.annotate(square_distance=square_distance(spot)).filter(covers(spot))
    return rows(listings.order_by("square_distance", "pk")[: MOST_CANDIDATES + 1], words=words)


def elsewhere(spot: Spot, *, on: date) -> list[Row]:
    """The nearest who do not say they come to the point. One statement."""
    near = LONGEST_REACH_MILES * METRES_PER_MILE
    listings = live_with_services(on).annotate(square_distance=square_distance(spot))
    listings = listings.filter(~covers(spot), square_distance__lte=near**2)
    return rows(listings.order_by("square_distance", "pk")[:MOST_CANDIDATES])


def rows(listings: QuerySet[Listing], *, words: bool = False) -> list[Row]:
    known = len(FIELDS)
    found = listings.values_list(*FIELDS, *(TEXTS if words else ()))
    return [Row._make((*row[:known], as_words(" ".join(row[known:])))) for row in found]


def as_words(text: str) -> str:
    """The text's words in plain form, each with a space before it."""
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", fold(text)))


# --- filters ---------------------------------------------------------------------------------------------

Test = Callable[[Row], bool]


def mask(days: Iterable[str], bands: Iterable[str]) -> int:
    """Those cells of the availability grid; every day where none is named, every band likewise."""
    return reduce(or_, (cell(DAYS.index(day), BANDS.index(band)) for day in days or DAYS for band in bands or BANDS), 0)


def option(key: str, value: str, query: Query, *, on: date) -> Test:
    """The test of one choice of one group, within what else the query says of it."""
    match key:
        case "need":
            bits = vocabulary.bits(value)
            return lambda row: bool(row.live_services & bits)
        case "for":
            return lambda row: value in row.groups
        case "language":
            return lambda row: row.languages.get(value, 0) >= query.level
        case "pay":
            return lambda row: value in row.payments
        case "day" | "time":
            cells = mask([value], query.time) if key == "day" else mask(query.day, [value])
            return lambda row: bool(row.works & cells)
        case "space":
            return space(value, query, on=on)
    raise KeyError(key)


def space(value: str, query: Query, *, on: date) -> Test:
    """Space as it is shown: what is not confirmed is not space. With a time, it must be in that time."""
    if value == "waiting":
        return lambda row: state(row, on) == "waiting"
    cells, needs = mask(query.day, query.time) if query.day or query.time else 0, needed(query)
    return lambda row: state_for(row, needs, on) == "space" and (not cells or bool(row.space & cells))


def needed(query: Query) -> int:
    """The bits of all services that are asked for."""
    return reduce(or_, (vocabulary.bits(slug) for slug in query.need + query.understood.services), 0)


def state_for(row: Row, needs: int, on: date) -> str:
    """As `capacity.state`, of the services that are needed."""
    said = state(row, on)
    full = said == "space" and is_full_for(needs, offered=row.live_services, no_space_for=row.no_space_for)
    return "full" if full else said


def tests(query: Query, *, on: date) -> dict[str, Test]:
    """One test for each group that is on: OR inside it. Day and time are one: Monday mornings, not both apart."""
    found: dict[str, Test] = {}
    for key in MANY:
        if key not in ("day", "time") and (chosen := query.values(key)):
            found[key] = any_of([option(key, value, query, on=on) for value in chosen])
    if query.day or query.time:
        cells = mask(query.day, query.time)
        found["when"] = lambda row: bool(row.works & cells)
    if query.within:
        near = (query.within * METRES_PER_MILE) ** 2
        found["within"] = lambda row: row.square_distance <= near
    if query.q:
        found["q"] = in_words(query, on=on)
    return found


def any_of(group: list[Test]) -> Test:
    return lambda row: any(test(row) for test in group)


def in_words(query: Query, *, on: date) -> Test:
    """What was understood of the free words; what was not must stand in the carer's own name or text."""
    said = query.understood
    understood = [
        any_of([option(key, value, query, on=on) for value in values])
        for key, values in (("need", said.services), ("for", said.groups), ("language", said.languages))
        if values
    ]
    if query.said_day or query.said_time:
        cells = mask(query.said_day, query.said_time)
        understood.append(lambda row: bool(row.works & cells))
    return lambda row: all(test(row) for test in understood) and holds(row, said.rest)


def holds(row: Row, rest: str) -> bool:
    """Whether each of the words begins a word of the carer's own name or text."""
    return all(f" {word}" in row.words for word in fold(rest).split())


def matching(found: list[Row], query: Query, *, on: date) -> list[Row]:
    every = list(tests(query, on=on).values())
    return [row for row in found if all(test(row) for test in every)]


def counts(
    found: list[Row], query: Query, *, on: date, options: Mapping[str, Iterable[str]]
) -> dict[tuple[str, str], int]:
    """How many each option would give if it were the only one of its group, the other groups as they are.

    Empty when there are too many rows to count quickly.
    """
    if len(found) > MOST_COUNTED:
        return {}
    groups = tests(query, on=on)
    counted = {}
    for key, values in options.items():
        own = "when" if key in ("day", "time") else key
        others = [test for group, test in groups.items() if group != own]
        left = [row for row in found if all(test(row) for test in others)]
        for value in values:
            test = option(key, value, query, on=on)
            counted[key, value] = sum(map(test, left))
    return counted


# --- order -----------------------------------------------------------------------------------------------

SPACE_ORDER = {"space": 0, "waiting": 1, "from": 2, "full": 3, "unconfirmed": 4}


def turn(row: Row, on: date) -> int:
    """A carer's place among equals: another one every day, the same for everybody that day.

    A cryptographic hash, because a checksum such as CRC orders neighbouring numbers alike on most days.
    """
    return int.from_bytes(blake2b(f"{on.isoformat()} {row.pk}".encode(), digest_size=8).digest())


def ordered(found: list[Row], query: Query, *, on: date) -> list[Row]:
    """The three orders. The council recommends nobody: equals take turns by the day."""
    by = {"best": best_match, "nearest": nearest, "confirmed": recently_confirmed}[query.sort]
    return sorted(found, key=lambda row: (*by(row, query, on), turn(row, on)))


def best_match(row: Row, query: Query, on: date) -> tuple[Any, ...]:
    """Who has said there is space (in the asked time first), offers most of what was asked, and is about as near."""
    cells = mask(query.day, query.time) if query.day or query.time else 0
    asked = query.need + query.understood.services
    offered = sum(1 for slug in asked if row.live_services & vocabulary.bits(slug))
    miles = row.distance / METRES_PER_MILE
    return (
        SPACE_ORDER[state_for(row, needed(query), on)],
        not row.space & cells if cells else 0,
        -offered,
        miles // EQUAL_MILES,
    )


def nearest(row: Row, query: Query, on: date) -> tuple[Any, ...]:
    """By base place. Carers from the same town are equals."""
    return (round(row.distance, -2),)


def recently_confirmed(row: Row, query: Query, on: date) -> tuple[Any, ...]:
    return (-(row.capacity_confirmed_on or date.min).toordinal(),)
