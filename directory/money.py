"""Prices as people read them: £22, £20.50, 45p. Kept in pence."""

from typing import NamedTuple

from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Listing


class Price(NamedTuple):
    what: str
    amount: str


def money(pence: int) -> str:
    if pence < 100:
        return _("%(pence)sp") % {"pence": pence}
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"


def headline(listing: Listing) -> SafeString:
    """The one price a card shows: by the hour where there is one, else the next thing the carer charges by."""
    messages = (
        (
            listing.price_hour,
            _("<b>From %(amount)s</b> an hour") if _dearer(listing) else _("<b>%(amount)s</b> an hour"),
        ),
        (listing.price_half_hour, _("<b>%(amount)s</b> for half an hour")),
        (listing.price_visit, _("<b>%(amount)s</b> a visit")),
        (listing.price_night, _("<b>%(amount)s</b> a night")),
    )
    for pence, message in messages:
        if pence is not None:
            return format_html(message % {"amount": "{}"}, money(pence))
    return format_html("<b>{}</b>", _("Ask for a price"))


def headline_words(listing: Listing) -> str:
    return strip_tags(headline(listing))


def prices(listing: Listing) -> list[Price]:
    """The rows of the profile's table, only those the carer charges."""
    hour, whole = _("%s an hour"), "%s"
    rows = (
        (_weekdays(listing), listing.price_hour, hour),
        (_("Half an hour"), listing.price_half_hour, whole),
        (_("A visit"), listing.price_visit, whole),
        (_("Evenings"), listing.price_evening_hour, hour),
        (_("Saturday and Sunday"), listing.price_weekend_hour, hour),
        (_("Bank holidays"), listing.price_bank_holiday_hour, hour),
        (_("A night"), listing.price_night, whole),
        (_("Travel"), listing.price_mile, _("%s a mile")),
    )
    return [
        Price(what, unit % money(pence) if pence else _("No charge")) for what, pence, unit in rows if pence is not None
    ]


def minimum(listing: Listing) -> str:
    """The shortest visit; empty where the carer sets none."""
    return duration(listing.minimum_minutes or 0)


def example_week(listing: Listing) -> str:
    """What three visits on weekdays and one on a Sunday cost, none shorter than an hour and the carer's shortest;
    empty where there is no price by the hour or the visit."""
    if listing.price_hour:
        minutes = max(60, listing.minimum_minutes or 0)
        pence = round((3 * listing.price_hour + (listing.price_weekend_hour or listing.price_hour)) * minutes / 60)
        message = _("3 visits of %(length)s on weekdays and one on Sunday cost %(amount)s.")
        return message % {"length": duration(minutes), "amount": money(pence)}
    if listing.price_visit:
        return _("3 visits on weekdays and one on Sunday cost %(amount)s.") % {"amount": money(4 * listing.price_visit)}
    return ""


def duration(length: int) -> str:
    """“45 minutes”, “1 hour”, “2 hours 30 minutes”, of minutes; empty for none."""
    hours, minutes = divmod(length, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours})
    if minutes:
        parts.append(ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes})
    return " ".join(parts)


def _dearer(listing: Listing) -> bool:
    """Whether some hours cost more than the plain one, so that it is only where prices start."""
    others = (listing.price_evening_hour, listing.price_weekend_hour, listing.price_bank_holiday_hour)
    return any(price and listing.price_hour and price > listing.price_hour for price in others)


def _weekdays(listing: Listing) -> str:
    if listing.price_weekend_hour:
        return _("Monday to Friday")
    return _("By the hour")
