"""One search from question to page: who, in what order, what is on, and what else could be asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Min, OuterRef, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory import availability, search, vocabulary
from directory.models import BANDS, DAYS, METRES_PER_MILE, CheckRow, Listing
from directory.places import Spot
from directory.query import SPACE, Query
from directory.search import Row
from directory.wording import all_of

PER_PAGE = 20
OPTIONS_SHOWN = 5
NEAR_SHOWN = 5


class Option(NamedTuple):
    key: str
    value: str
    label: str
    chosen: bool
    count: int | None


class Group(NamedTuple):
    """One heading of the filters. A long one shows its first options and keeps the rest behind a summary."""

    key: str
    title: str
    shown: list[Option]
    more: list[Option]

    @property
    def more_open(self) -> bool:
        return any(option.chosen for option in self.more)


class Chip(NamedTuple):
    """One thing that is on, the address of the search without it, and how many that would give."""

    label: str
    address: str
    count: int


class Card(NamedTuple):
    """One carer in the results, numbered as on the map. `miles` is from their base to the searched point."""

    number: int
    listing: Listing
    services: list[vocabulary.Service]
    week: availability.Week
    languages: str
    miles: float | None


@dataclass(frozen=True)
class Results:
    """The answer to one query on one day."""

    query: Query
    on: date
    spot: Spot | None
    candidates: list[Row]
    ignored: str = ""

    @cached_property
    def rows(self) -> list[Row]:
        found = search.matching(self.candidates, self.query, on=self.on)
        return search.ordered(found, self.query, on=self.on)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def more_than_counted(self) -> bool:
        return len(self.candidates) > search.MOST_CANDIDATES

    @cached_property
    def paginator(self) -> Paginator:
        return Paginator(self.rows, PER_PAGE)

    @cached_property
    def page(self) -> Page:
        """Raises `EmptyPage` beyond the last page."""
        return self.paginator.page(self.query.page)

    @cached_property
    def cards(rows: Iterable[Row], query: Query, spot: Spot | None, *, on: date, first: int = 1) -> list[Card]:
    """The listings of these rows, in their order. One statement, photos and next checks included."""
    by_pk = {row.pk: row for row in rows}
    due = CheckRow.objects.filter(listing=OuterRef("pk"), next_due__gte=on).order_by().values("listing")
    listings = Listing.objects.filter(pk__in=by_pk).select_related("photo")
    found = listings.annotate(next_due=Subquery(due.annotate(day=Min("next_due")).values("day"))).in_bulk()
    return [
        Card(
            number,
            listing := found[pk],
            offered(row),
            availability.week(listing, query.time, on=on),
            spoken(listing),
            row.distance / METRES_PER_MILE if spot else None,
        )
        for number, (pk, row) in enumerate(by_pk.items(), first)
        if pk in found
    ]


def spoken(listing: Listing) -> str:
    """The languages other than English that the carer can hold a conversation in, best first."""
    levels = sorted(listing.languages.items(), key=lambda pair: -pair[1])
    known = [slug for slug, level in levels if slug != "en" and level > 1 and slug in vocabulary.LANGUAGES]
    return all_of([str(vocabulary.LANGUAGES[slug]) for slug in known])


def offered(row: Row) -> list[vocabulary.Service]:
    return [heading for heading in vocabulary.HEADINGS if row.live_services & vocabulary.bits(heading.slug)]


TITLES = {
    "need": lambda: _("Help with"),
    "time": lambda: _("Time of day"),
    "day": lambda: _("Day"),
    "space": lambda: _("Space"),
    "pay": lambda: _("Paying with"),
    "language": lambda: _("Care in"),
    "for": lambda: _("Used to supporting"),
}


def label(key: str, value: str) -> str:
    """What one choice is called on its checkbox and its tag."""
    match key:
        case "need":
            return str(vocabulary.SERVICES[value])
        case "for":
            return str(vocabulary.GROUPS[value])
        case "language":
            return str(vocabulary.LANGUAGES[value])
        case "pay":
            return str(vocabulary.PAYMENTS[value])
        case "day":
            return str(availability.NAMES[DAYS.index(value)])
        case "time":
            return capfirst(availability.BAND_PLURALS[value])
        case "space":
            return _("Space now") if value == "now" else _("Waiting list")
        case "within":
            miles = int(value)
            return ngettext("Based within %(miles)s mile", "Based within %(miles)s miles", miles) % {"miles": miles}
    raise KeyError(key)
