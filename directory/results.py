"""One search from question to page: who, in what order, what is on, and what else could be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory import availability, search, vocabulary
from directory.cards import Card, cards
from directory.models import BANDS, DAYS
from directory.places import Spot
from directory.query import SPACE, Query
from directory.search import Row

PER_PAGE = 20
OPTIONS_SHOWN = 5
FOLDED = ("for", "day")
NEAR_SHOWN = 5


@dataclass(frozen=True)
class Option:
    key: str
    value: str
    label: str
    chosen: bool
    count: int | None

    @property
    def of_use(self) -> bool:
        """Whether choosing it finds anybody; what is on can always be taken off, and each kind of help is told."""
        return self.chosen or self.count != 0 or self.key == "need"


class Group(NamedTuple):
    """One heading of the filters. A long one shows its first options and keeps the rest behind a summary."""

    key: str
    title: str
    shown: list[Option]
    more: list[Option]

    @property
    def more_open(self) -> bool:
        return any(option.chosen for option in self.more)

    @property
    def folded(self) -> bool:
        """Whether the whole group stands behind its title: what few people ask for, until they have."""
        return self.key in FOLDED and not any(option.chosen for option in self.shown + self.more)


@dataclass(frozen=True)
class Chip:
    """One thing that is on, the address of the search without it, and how many that would give."""

    label: str
    address: str
    count: int


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

    @cached_property
    def paginator(self) -> Paginator:
        return Paginator(self.rows, PER_PAGE)

    @cached_property
    def page(self) -> Page:
        """Raises `EmptyPage` beyond the last page."""
        return self.paginator.page(self.query.page)

    @cached_property
    def cards(self) -> list[Card]:
        first = self.page.start_index() if self.rows else 1
        return cards(self.page.object_list, self.query, self.spot, on=self.on, first=first)

    @cached_property
    def near(self) -> list[Card]:
        """Nobody comes here: the nearest of those who match the rest of the question."""
        if self.spot is None or self.rows:
            return []
        found = search.matching(search.elsewhere(self.spot, on=self.on), self.query, on=self.on)
        return cards(found[:NEAR_SHOWN], self.query, self.spot, on=self.on)

    @property
    def understood(self) -> str:
        """What the free words were taken to mean, where that is not plain from the words themselves."""
        said = self.query.understood
        meant = [("need", slug) for slug in said.services]
        meant += [("for", slug) for slug in said.groups] + [("language", slug) for slug in said.languages]
        meant += [("day", day) for day in self.query.said_day] + [("time", band) for band in self.query.said_time]
        names = [label(key, slug) for key, slug in meant]
        plain = len(names) == 1 and names[0].casefold() == self.query.q.casefold()
        return "" if plain else ", ".join(names)

    @cached_property
    def chips(self) -> list[Chip]:
        """What is on, in the page's order. The counts come from the same rows: no further statement."""
        on = [("q", self.query.q)] if self.query.q else []
        return [self._chip(key, value) for key, value in on + self.query.filters]

    @property
    def wider(self) -> list[Chip]:
        """What taking one thing off would add; with nobody found, everything that is on is named."""
        return [chip for chip in self.chips if chip.count > self.count or not self.rows]

    def _chip(self, key: str, value: str) -> Chip:
        without = self.query.without(key, value)
        left = search.matching(self.candidates, without, on=self.on)
        return Chip(self._tag(key, value), without.address(), len(left))

    def _tag(self, key: str, value: str) -> str:
        if key == "q":
            return value
        if key == "language" and self.query.level > 1:
            level = str(vocabulary.LEVELS[self.query.level])
            return _("%(language)s: %(level)s or better") % {"language": label(key, value), "level": level}
        return label(key, value)

    @cached_property
    def groups(self) -> list[Group]:
        options = self._options()
        counted = search.counts(self.candidates, self.query, on=self.on, options=options)
        groups = []
        for key, values in options.items():
            every = [
                Option(key, value, label(key, value), value in self.query.values(key), counted.get((key, value)))
                for value in values
            ]
            every = [option for option in every if option.of_use]
            if not every:
                continue
            shown = every if len(every) <= OPTIONS_SHOWN + 2 else every[:OPTIONS_SHOWN]
            groups.append(Group(key, TITLES[key](), shown, every[len(shown) :]))
        return groups

    def _options(self) -> dict[str, list[str]]:
        """What each group offers. Of languages, those that somebody here speaks."""
        spoken = {slug for row in self.candidates for slug in row.languages} - {"en"}
        details = [slug for slug in self.query.need if vocabulary.SERVICES[slug].parent]
        return {
            "need": [service.slug for service in vocabulary.HEADINGS] + details,
            "time": list(BANDS),
            "space": list(SPACE),
            "pay": list(settings.SCHEME.payments),
            "language": [slug for slug in vocabulary.LANGUAGES if slug in spoken or slug in self.query.language],
            "for": list(vocabulary.GROUPS),
            "day": list(DAYS),
        }

    @cached_property
    def heading(self) -> str:
        values = {
            **settings.SCHEME.words_after(self.count),
            "count": self._count_in_words(),
            "in_area": str(settings.SCHEME.in_area),
        }
        if self.spot is None:
            if not self.rows:
                return _("No %(carers)s found %(in_area)s") % values
            message = ngettext("%(count)s %(carer)s %(in_area)s", "%(count)s %(carers)s %(in_area)s", self.count)
            return message % values
        values["place"] = self.spot.label
        if not self.rows:
            return _("No %(carers)s found who cover %(place)s") % values
        message = ngettext(
            "%(count)s %(carer)s who covers %(place)s", "%(count)s %(carers)s who cover %(place)s", self.count
        )
        return message % values

    def _count_in_words(self) -> str:
        if len(self.candidates) > search.MOST_CANDIDATES:
            return _("At least %(count)s") % {"count": f"{min(self.count, search.MOST_CANDIDATES):,}"}
        return f"{self.count:,}"


def find(query: Query, spot: Spot | None, *, on: date) -> Results:
    """Everything the results page needs. Free words that nobody's page holds are left out and said."""
    if spot is None:
        query = query.without("within")  # there is nothing to be within
    rest = query.understood.rest
    candidates = search.candidates(spot, on=on, words=bool(rest))
    if rest and not any(search.holds(row, rest) for row in candidates):
        return Results(query.with_rest(""), on, spot, candidates, ignored=rest)
    return Results(query, on, spot, candidates, ignored="" if query.is_understood else query.q)


TITLES = {
    "need": lambda: _("Help with"),
    "time": lambda: _("Time of day"),
    "day": lambda: _("Day"),
    "space": lambda: _("Space"),
    "pay": lambda: _("Paying with"),
    "language": lambda: _("Care in"),
    "for": lambda: _("Used to supporting"),
}


def miles_in_words(value: str) -> str:
    miles = int(value)
    return ngettext("Based within %(miles)s mile", "Based within %(miles)s miles", miles) % {"miles": miles}


LABELS: dict[str, Callable[[str], str]] = {
    "need": lambda value: str(vocabulary.SERVICES[value]),
    "for": lambda value: str(vocabulary.GROUPS[value]),
    "language": lambda value: str(vocabulary.LANGUAGES[value]),
    "pay": lambda value: str(vocabulary.PAYMENTS[value]),
    "day": lambda value: str(availability.DAY_NAMES[value]),
    "time": lambda value: str(capfirst(availability.BAND_PLURALS[value])),
    "space": lambda value: str(_("Space now") if value == "now" else _("Waiting list")),
    "within": miles_in_words,
}


def label(key: str, value: str) -> str:
    """What one choice is called on its checkbox and its tag."""
    return LABELS[key](value)
