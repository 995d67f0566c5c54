"""The 7×7 grid of when a carer works, drawn and in words.

A cell has one of three states: does not work, works, has space. A cell has space only while the carer says,
lately enough, that there is space now (`capacity.state`): a grid never promises more than the tag above it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from directory.capacity import state as said
from directory.models import BANDS, DAYS, Listing, cell
from directory.wording import all_of, any_of

DAY_NAMES = {
    "mon": pgettext_lazy("day", "Monday"),
    "tue": pgettext_lazy("day", "Tuesday"),
    "wed": pgettext_lazy("day", "Wednesday"),
    "thu": pgettext_lazy("day", "Thursday"),
    "fri": pgettext_lazy("day", "Friday"),
    "sat": pgettext_lazy("day", "Saturday"),
    "sun": pgettext_lazy("day", "Sunday"),
}
SHORT = (
    pgettext_lazy("day, short", "Mon"),
    pgettext_lazy("day, short", "Tue"),
    pgettext_lazy("day, short", "Wed"),
    pgettext_lazy("day, short", "Thu"),
    pgettext_lazy("day, short", "Fri"),
    pgettext_lazy("day, short", "Sat"),
    pgettext_lazy("day, short", "Sun"),
)
LETTERS = (
    pgettext_lazy("letter of Monday", "M"),
    pgettext_lazy("letter of Tuesday", "T"),
    pgettext_lazy("letter of Wednesday", "W"),
    pgettext_lazy("letter of Thursday", "T"),
    pgettext_lazy("letter of Friday", "F"),
    pgettext_lazy("letter of Saturday", "S"),
    pgettext_lazy("letter of Sunday", "S"),
)
# Welsh changes the first letter of some days after "i" (Llun i Wener), so each day stands here twice.
FROM_DAY = (
    pgettext_lazy("from this day", "Monday"),
    pgettext_lazy("from this day", "Tuesday"),
    pgettext_lazy("from this day", "Wednesday"),
    pgettext_lazy("from this day", "Thursday"),
    pgettext_lazy("from this day", "Friday"),
    pgettext_lazy("from this day", "Saturday"),
    pgettext_lazy("from this day", "Sunday"),
)
TO_DAY = (
    pgettext_lazy("to this day", "Monday"),
    pgettext_lazy("to this day", "Tuesday"),
    pgettext_lazy("to this day", "Wednesday"),
    pgettext_lazy("to this day", "Thursday"),
    pgettext_lazy("to this day", "Friday"),
    pgettext_lazy("to this day", "Saturday"),
    pgettext_lazy("to this day", "Sunday"),
)
EVERY = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)
BAND_NAMES = {
    "early": pgettext_lazy("part of the day", "Early"),
    "morning": pgettext_lazy("part of the day", "Morning"),
    "lunchtime": pgettext_lazy("part of the day", "Lunchtime"),
    "afternoon": pgettext_lazy("part of the day", "Afternoon"),
    "teatime": pgettext_lazy("part of the day", "Teatime"),
    "evening": pgettext_lazy("part of the day", "Evening"),
    "night": pgettext_lazy("part of the day", "Night"),
}
BAND_HOURS = {
    "early": gettext_lazy("6am to 8am"),
    "morning": gettext_lazy("8am to 11am"),
    "lunchtime": gettext_lazy("11am to 2pm"),
    "afternoon": gettext_lazy("2pm to 4pm"),
    "teatime": gettext_lazy("4pm to 6pm"),
    "evening": gettext_lazy("6pm to 10pm"),
    "night": gettext_lazy("10pm to 6am"),
}
BAND_PLURALS = {
    "early": gettext_lazy("early mornings"),
    "morning": gettext_lazy("mornings"),
    "lunchtime": gettext_lazy("lunchtimes"),
    "afternoon": gettext_lazy("afternoons"),
    "teatime": gettext_lazy("teatimes"),
    "evening": gettext_lazy("evenings"),
    "night": gettext_lazy("nights"),
}
# A sentence names this many parts of the day; of more it gives the days alone.
MOST_BANDS_NAMED = 2
WEEKEND = {5, 6}


class Day(NamedTuple):
    letter: str
    name: str
    works: bool
    has_space: bool


class Week(NamedTuple):
    """Seven days for the strip, Monday first, and the same in words."""

    days: tuple[Day, ...]
    words: str


class Cell(NamedTuple):
    state: str
    words: str


class DayName(NamedTuple):
    letter: str
    short: str
    name: str


class Row(NamedTuple):
    name: str
    hours: str
    cells: tuple[Cell, ...]


def week(listing: Listing, bands: Iterable[str] | None = None, *, on: date) -> Week:
    """The days on which the carer works in any of `bands`; without bands, at any time of the day."""
    asked = _asked(bands)
    works, space = _days(listing.works, asked), _days(open_cells(listing, on), asked)
    days = tuple(
        Day(str(LETTERS[day]), str(DAY_NAMES[slug]), day in works, day in space) for day, slug in enumerate(DAYS)
    )
    return Week(days, in_words(listing.works, bands))


def grid(listing: Listing, on: date) -> list[Row]:
    """Seven rows of the profile's table, early to night, each with seven cells, Monday to Sunday."""
    words, space = dict(legend(listing, on)), open_cells(listing, on)
    rows = []
    for number, band in enumerate(BANDS):
        states = [_state(listing.works, space, cell(day, number)) for day in range(len(DAYS))]
        cells = tuple(Cell(state, words[state]) for state in states)
        rows.append(Row(str(BAND_NAMES[band]), str(BAND_HOURS[band]), cells))
    return rows


def legend(listing: Listing, on: date) -> list[Cell]:
    """The states in words. “Full” is said of a time only while the carer says which times have space."""
    no = Cell("no", _("does not work"))
    if open_cells(listing, on):
        return [Cell("space", _("has space")), Cell("works", _("works, but full")), no]
    return [Cell("works", _("works")), no]


def day_names() -> list[DayName]:
    days = zip(LETTERS, SHORT, DAY_NAMES.values(), strict=True)
    return [DayName(str(letter), str(short), str(name)) for letter, short, name in days]


def open_cells(listing: Listing, on: date) -> int:
    return listing.space if said(listing, on) == "space" else 0


def in_words(cells: int, bands: Iterable[str] | None = None) -> str:
    """“Mornings, Monday to Saturday”: the days with any of `cells` in `bands`, said shortly."""
    asked = _asked(bands)
    used = [band for band in asked if _days(cells, [band])]
    days = _days(cells, asked)
    if not days:
        return _("Does not work then") if bands else _("Ask for days and times")
    if len(used) > MOST_BANDS_NAMED:
        return capfirst(days_in_words(days, alone=True))
    same_days = all(_days(cells, [band]) == days for band in used)
    names = [str(BAND_PLURALS[band]) for band in used]
    times = all_of(names) if same_days else any_of(names)
    return capfirst(_("%(times)s, %(days)s") % {"times": times, "days": days_in_words(days)})


def days_in_words(days: set[int], *, alone: bool = False) -> str:
    """“every day”, “weekends”, “Monday to Friday”, “not Tuesdays”, “Mondays and Thursdays”."""
    inside, outside = sorted(days), sorted(set(range(len(DAYS))) - days)
    if not outside:
        return _("every day")
    if days == WEEKEND:
        return _("weekends")
    if len(inside) > 2 and inside[-1] - inside[0] == len(inside) - 1:
        return _("%(first)s to %(last)s") % {"first": FROM_DAY[inside[0]], "last": TO_DAY[inside[-1]]}
    if len(outside) <= 2:
        message = _("every day but %(days)s") if alone else _("not %(days)s")
        return message % {"days": any_of([str(EVERY[day]) for day in outside])}
    return all_of([str(EVERY[day]) for day in inside])


def _asked(bands: Iterable[str] | None) -> Sequence[str]:
    wanted = set(bands or BANDS)
    return [band for band in BANDS if band in wanted]


def _days(cells: int, bands: Sequence[str]) -> set[int]:
    return {day for day in range(len(DAYS)) for band in bands if cells & cell(day, BANDS.index(band))}


def _state(works: int, space: int, one: int) -> str:
    return "space" if space & one else "works" if works & one else "no"
