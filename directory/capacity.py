"""What the public reads about a carer's space: what the carer said, and only while it is fresh."""

from datetime import date
from typing import NamedTuple, Protocol

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import DAYS_UNTIL_UNCONFIRMED, Listing

# From this far away a day and a month alone could be taken for this year's.
DAYS_WITHOUT_A_YEAR = 300


class Said(Protocol):
    """A listing, or a row of one, with what the carer said and when."""

    @property
    def capacity(self) -> str: ...
    @property
    def space_from(self) -> date | None: ...
    @property
    def capacity_confirmed_on(self) -> date | None: ...


class Shown(NamedTuple):
    """`state` picks the icon, `label` is the tag's word, `detail` stands beside it."""

    state: str
    label: str
    detail: str


def state(said: Said, on: date) -> str:
    """space, waiting, full, from (a day still to come) or unconfirmed (never, or too long ago)."""
    if not said.capacity_confirmed_on or (on - said.capacity_confirmed_on).days > DAYS_UNTIL_UNCONFIRMED:
        return "unconfirmed"
    if said.capacity == Listing.Capacity.FROM and said.space_from and said.space_from <= on:
        return "space"
    return said.capacity


def is_full_for(asked: int, *, offered: int, no_space_for: int) -> bool:
    """Whether none of the offered services that are asked for (of all, where none is) has space. All are bits."""
    wanted = offered & (asked or offered)
    return bool(wanted) and not wanted & ~no_space_for


def shown(listing: Listing, on: date) -> Shown:
    said, confirmed_on = state(listing, on), listing.capacity_confirmed_on
    day = short_day(confirmed_on, on) if confirmed_on else ""
    confirmed = _("Confirmed %(day)s") % {"day": day}
    match said:
        case "space":
            return Shown(said, _("Space now"), confirmed)
        case "waiting":
            return Shown(said, _("Waiting list"), _waiting(listing, confirmed))
        case "from" if listing.space_from:
            return Shown(said, _("Full until %(day)s") % {"day": short_day(listing.space_from, on)}, confirmed)
        case "unconfirmed":
            return Shown(said, _("Not confirmed"), _("Last confirmed %(day)s") % {"day": day} if day else "")
    return Shown(said, _("Full"), confirmed)


def told(listing: Listing, on: date) -> str:
    """A sentence or two for the profile: how much space, and the day on which the carer said so."""
    said, day = state(listing, on), listing.capacity_confirmed_on
    if day is None:
        return _("%(name)s has not told us yet. Ask.") % {"name": listing.first_name}
    facts = {"name": listing.first_name, "day": whole(formats.date_format(day, "DATE_FORMAT"))}
    if said == "unconfirmed":
        return _("%(name)s last told us on %(day)s. Ask.") % facts
    return " ".join([*_how_much(listing, said), _("%(name)s told us on %(day)s.") % facts])


def _how_much(listing: Listing, said: str) -> list[str]:
    if said == "space" and listing.hours_free:
        hours = ngettext("%(hours)s hour a week.", "%(hours)s hours a week.", listing.hours_free)
        return [hours % {"hours": listing.hours_free}]
    if said == "waiting" and listing.waiting_weeks:
        return [f"{_weeks(listing.waiting_weeks)}."]
    return []


def short_day(day: date, on: date) -> str:
    """18 November, with the year where that could be mistaken; never broken over two lines."""
    near = abs((day - on).days) < DAYS_WITHOUT_A_YEAR
    return whole(formats.date_format(day, "MONTH_DAY_FORMAT" if near else "DATE_FORMAT"))


def whole(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _waiting(listing: Listing, confirmed: str) -> str:
    return f"{_weeks(listing.waiting_weeks)}. {confirmed}" if listing.waiting_weeks else confirmed


def _weeks(weeks: int) -> str:
    return ngettext("About %(weeks)s week", "About %(weeks)s weeks", weeks) % {"weeks": weeks}
