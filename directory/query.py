"""What somebody asks of the search: the address's parameters, read once and checked.

Repeated keys are OR inside a group and AND between groups. Whatever is not known is left out and named, never an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from unicodedata import normalize
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict

from directory import vocabulary
from directory.models import BANDS, DAYS, LONGEST_REACH_MILES
from directory.needs import Understood, understand
from directory.times import bands_in, days_in

LONGEST_TEXT = 200
SPACE = ("now", "waiting")
SORTS = ("best", "nearest", "confirmed")
WITHIN = (1, 3, 5, 10, 20)

NOTHING = Understood((), (), (), "")


def choices(key: str) -> Iterable[str]:
    """The values that a parameter of several may take."""
    known: dict[str, Iterable[str]] = {
        "need": vocabulary.SERVICES,
        "for": vocabulary.GROUPS,
        "language": vocabulary.LANGUAGES,
        "day": DAYS,
        "time": BANDS,
        "pay": settings.SCHEME.payments,
        "space": SPACE,
    }
    return known[key]


@dataclass(frozen=True)
class Query:
    q: str = ""
    place: str = ""
    need: tuple[str, ...] = ()
    for_: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    level: int = 1
    day: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()
    space: tuple[str, ...] = ()
    within: int | None = None
    sort: str = "best"
    page: int = 1
    understood: Understood = NOTHING
    said_day: tuple[str, ...] = ()
    said_time: tuple[str, ...] = ()
    unknown: tuple[str, ...] = field(default=(), compare=False)

    def address(self) -> str:
        """This query as a readable query string, with the question mark; empty when nothing is asked."""
        pairs: list[tuple[str, str]] = []
        for key, value in self._given():
            if isinstance(value, tuple):
                pairs += [(key, part) for part in value]
            else:
                pairs.append((key, str(value)))
        return f"?{urlencode(pairs)}" if pairs else ""

    def _given(self) -> list[tuple[str, object]]:
        """Every parameter that says something other than its default."""
        keys = [f for f in fields(self) if f.name not in ("understood", "said_day", "said_time", "unknown")]
        return [(f.name.rstrip("_"), getattr(self, f.name)) for f in keys if getattr(self, f.name) != f.default]

    def on_page(self, number: int) -> str:
        return replace(self, page=number).address()

    def sorted_by(self, sort: str) -> str:
        return replace(self, sort=sort, page=1).address()

    def at(self, place: str) -> "Query":
        """The same search around another place."""
        return replace(self, place=place, page=1)

    @property
    def cleared(self) -> "Query":
        """Only the place left."""
        return Query(place=self.place)

    def without(self, key: str, value: str = "") -> "Query":
        """The same search with one choice taken off, from its first page."""
        if key == "q":
            return replace(self, q="", understood=NOTHING, said_day=(), said_time=(), page=1)
        if key == "within":
            return replace(self, within=None, page=1) if self.within else self
        kept = tuple(part for part in self.values(key) if part != value)
        return replace(self, **{attribute(key): kept}, page=1)  # type: ignore[arg-type]

    def with_rest(self, rest: str) -> "Query":
        """The same search with only these left of the words that were not understood."""
        return replace(self, understood=replace(self.understood, rest=rest))

    def moved_to(self, place: str, rest: str) -> "Query":
        """The same search at a place that stood among its free words, of which `rest` are left."""
        moved = replace(self, place=place).with_rest(rest)
        return moved if moved.is_understood else replace(moved, q="")

    @property
    def is_understood(self) -> bool:
        """Whether the free words said anything at all."""
        return self.understood != NOTHING or bool(self.said_day or self.said_time)

    def values(self, key: str) -> tuple[str, ...]:
        chosen: tuple[str, ...] = getattr(self, attribute(key))
        return chosen

    @property
    def filters(self) -> list[tuple[str, str]]:
        """What is on, in the order of the page: (parameter, value)."""
        several = [(key, value) for key in MANY for value in self.values(key)]
        return several + ([("within", str(self.within))] if self.within else [])

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.place or self.filters)


MANY = ("need", "day", "time", "space", "pay", "language", "for")


def attribute(key: str) -> str:
    return "for_" if key == "for" else key


def parse(data: QueryDict) -> Query:
    """Reads a query string. Never raises: what is unknown is collected in `Query.unknown`."""
    unknown: list[str] = []
    many = {}
    for key in MANY:
        known = choices(key)
        asked = list(dict.fromkeys(value for value in data.getlist(key) if value))
        many[attribute(key)] = tuple(value for value in asked if value in known)
        unknown += [clean(value)[:40] for value in asked if value not in known]
    q = clean(data.get("q", ""))
    return Query(
        q=q,
        place=clean(data.get("place", "")),
        within=number(data.get("within", ""), LONGEST_REACH_MILES),
        level=number(data.get("level", ""), max(vocabulary.LEVELS)) or 1,
        sort=next((sort for sort in SORTS if sort == data.get("sort")), "best"),
        page=page_number(data.get("page", "")),
        understood=understand(q) if q else NOTHING,
        said_day=days_in(q),
        said_time=bands_in(q),
        unknown=tuple(unknown[:5]),
        **many,
    )


def clean(text: str) -> str:
    """One line of readable text, bounded; control characters and spare spaces gone."""
    composed = normalize("NFC", text[: LONGEST_TEXT * 4])
    readable = "".join(letter if letter.isprintable() else " " for letter in composed)
    return " ".join(readable.split())[:LONGEST_TEXT]


def page_number(text: str) -> int:
    """Which page of the results; any number of digits is a page, though perhaps one beyond the last."""
    return max(int(text[:9]), 1) if text.isascii() and text.isdigit() else 1


def number(text: str, most: int) -> int | None:
    """A whole number from 1 to `most`, else nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= most else None
