"""Dates, money, phone numbers and facts of a listing as templates show them."""

from datetime import date, datetime

from django import template
from django.conf import settings
from django.utils import formats, timezone

from directory import capacity as capacity_rules
from directory import money as prices
from directory import phones, spam
from directory.capacity import Shown, whole
from directory.models import Listing
from directory.payments import payments_in_words
from directory.wording import lowfirst

register = template.Library()

register.filter("money", prices.money)
register.filter("price", prices.headline)
register.filter("price_words", prices.headline_words)
register.filter("payments_words", payments_in_words)
register.filter("lowfirst", lowfirst)
register.filter("unlinked", spam.unlinked)


@register.filter
def carer_after(number: int) -> str:
    """The scheme's word in the form it has after this number."""
    return settings.SCHEME.words_after(number)["carer"]


@register.filter
def capacity(listing: Listing, on: date) -> Shown:
    return capacity_rules.shown(listing, on)


@register.filter
def day(value: date | None) -> str:
    """21 November 2026, never broken over two lines."""
    return whole(formats.date_format(value, "DATE_FORMAT")) if value else ""


@register.filter
def local_day(value: datetime | None) -> str:
    """The day of a moment, as it was here."""
    return day(timezone.localdate(value)) if value else ""


@register.filter
def phone(number: str) -> str:
    """Spaced as people read it, never broken over two lines."""
    return whole(phones.spaced(number))


@register.filter
def tel(number: str) -> str:
    """The address of a link that rings the number."""
    return f"tel:{phones.dialled(number)}"
