"""What the public reads about a carer's space: what the carer said, and only while it is fresh."""

from datetime import date
from typing import NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Listing

NOT_CONFIRMED = "unconfirmed"
# From this far away a day and a month alone could be taken for this year's.
DAYS_WITHOUT_A_YEAR = 300


class Shown(NamedTuple):
    """`state` is space, waiting, full or unconfirmed: the icon. `label` goes in the tag, `detail` beside."""

    state: str
    label: str
    detail: str


def shown(listing: Listing, on: date) -> Shown:
    confirmed_on = listing.capacity_confirmed_on
    if not listing.capacity_confirmed(on):
        last = _("Last confirmed %(day)s") % {"day": short_day(confirmed_on, on)} if confirmed_on else ""
        return Shown(NOT_CONFIRMED, _("Not confirmed"), last)
    confirmed = _("Confirmed %(day)s") % {"day": short_day(confirmed_on, on)}
    if space_now(listing, on):
        return Shown("space", _("Space now"), confirmed)
    if listing.capacity == Listing.Capacity.WAITING:
        return Shown("waiting", _("Waiting list"), _waiting(listing, confirmed))
    if listing.capacity == Listing.Capacity.FROM:
        return Shown("full", _("Full until %(day)s") % {"day": short_day(listing.space_from, on)}, confirmed)
    return Shown("full", _("Full"), confirmed)


def space_now(listing: Listing, on: date) -> bool:
    """Whether the carer said, lately enough, that there is space on that day."""
    if not listing.capacity_confirmed(on):
        return False
    if listing.capacity == Listing.Capacity.FROM:
        return listing.space_from is not None and listing.space_from <= on
    return listing.capacity == Listing.Capacity.SPACE


def short_day(day: date, on: date) -> str:
    """18 November, with the year where that could be mistaken; never broken over two lines."""
    near = abs((day - on).days) < DAYS_WITHOUT_A_YEAR
    return whole(formats.date_format(day, "MONTH_DAY_FORMAT" if near else "DATE_FORMAT"))


def whole(words: str) -> str:
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def _waiting(listing: Listing, confirmed: str) -> str:
    if not listing.waiting_weeks:
        return confirmed
    weeks = ngettext("About %(weeks)s week", "About %(weeks)s weeks", listing.waiting_weeks)
    return f"{weeks % {'weeks': listing.waiting_weeks}}. {confirmed}"
