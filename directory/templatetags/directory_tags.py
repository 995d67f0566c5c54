"""Dates, money, phone numbers and facts of a listing as templates show them."""

from datetime import date, datetime

import phonenumbers
from django import template
from django.conf import settings
from django.utils import formats, timezone

from directory import capacity as capacity_rules
from directory import money as prices
from directory.capacity import Shown, whole
from directory.models import Listing
from directory.payments import payments_in_words
from directory.wording import lowfirst

register = template.Library()
UK = "GB"

register.filter("money", prices.money)
register.filter("price", prices.headline)
register.filter("price_words", prices.headline_words)
register.filter("payments_words", payments_in_words)
register.filter("lowfirst", lowfirst)


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
    """07700 900142, spaced as people read it; as it was typed where it is not a British number."""
    parsed = _parsed(number)
    return whole(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)) if parsed else number


@register.filter
def tel(number: str) -> str:
    """The address of a link that rings the number."""
    parsed = _parsed(number)
    if not parsed:
        return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return "tel:" + phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    if any(sign.isalpha() for sign in number):
        return None
    try:
        parsed = phonenumbers.parse(number, UK)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None
