"""A listing's facts in words, for a look at the answers and for what changed: both the carer and the team read them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from directory import vocabulary
from directory.availability import BAND_NAMES, days_in_words
from directory.models import BANDS, DAYS, Listing, cell
from directory.money import duration, money
from directory.phones import spaced
from files.models import Photo
from onboarding.listing_facts import SERVICES, Facts
from onboarding.listing_forms import PAID

LABELS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "intro_en": gettext_lazy("First sentence in English"),
    "intro_cy": gettext_lazy("First sentence in Welsh"),
    "about_en": gettext_lazy("Long text in English"),
    "about_cy": gettext_lazy("Long text in Welsh"),
    "photo": gettext_lazy("Photo"),
    "base_name_en": gettext_lazy("Starts from"),
    "miles": gettext_lazy("How far"),
    "whole_area": gettext_lazy("The whole area"),
    SERVICES: gettext_lazy("Kinds of help"),
    "groups": gettext_lazy("Who is supported"),
    "languages": gettext_lazy("Languages"),
    "works": gettext_lazy("Times of work"),
    "space": gettext_lazy("Times with space"),
    "capacity": gettext_lazy("Space for new people"),
    "hours_free": gettext_lazy("Free hours a week"),
    "waiting_weeks": gettext_lazy("Weeks to wait"),
    "space_from": gettext_lazy("Space from"),
    "price_hour": gettext_lazy("An hour"),
    "price_half_hour": gettext_lazy("Half an hour"),
    "price_visit": gettext_lazy("A visit, however long"),
    "price_night": gettext_lazy("A night"),
    "price_evening_hour": gettext_lazy("An hour in the evening"),
    "price_weekend_hour": gettext_lazy("An hour on a Saturday or Sunday"),
    "price_bank_holiday_hour": gettext_lazy("An hour on a bank holiday"),
    "price_mile": gettext_lazy("A mile of travel"),
    "minimum_minutes": gettext_lazy("Shortest visit"),
    "price_note_en": gettext_lazy("About the prices, in English"),
    "price_note_cy": gettext_lazy("About the prices, in Welsh"),
    "payments": gettext_lazy("Ways to pay"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Email"),
    "website": gettext_lazy("Website"),
    "contact_hours_en": gettext_lazy("When to get in touch, in English"),
    "contact_hours_cy": gettext_lazy("When to get in touch, in Welsh"),
}
CAPACITIES: dict[str, str | Promise] = {
    Listing.Capacity.SPACE: gettext_lazy("Space now"),
    Listing.Capacity.WAITING: gettext_lazy("Waiting list"),
    Listing.Capacity.FULL: gettext_lazy("Full"),
    Listing.Capacity.FROM: pgettext_lazy("capacity", "Space from a date"),
}


class Row(NamedTuple):
    """A fact with its words; `lang` where a carer wrote it in one language, `photo` where it is one."""

    fact: str
    label: str
    words: str
    lang: str = ""
    photo: Photo | None = None


def rows(facts: Facts, names: Iterable[str]) -> list[Row]:
    """Those of the facts that people read; a base's place on the grid and its second name stand for one with it."""
    return [row(facts, name) for name in LABELS if name in names and _is_asked(name)]


def row(facts: Facts, name: str) -> Row:
    value = facts.get(name)
    lang = name[-2:] if name.endswith(("_en", "_cy")) and name != "base_name_en" else ""
    photo = Photo.objects.filter(pk=value).first() if name == "photo" and value else None
    return Row(name, str(LABELS[name]), words(facts, name), lang, photo)


def words(facts: Facts, name: str) -> str:
    """Empty where nothing is said."""
    value = facts.get(name)
    if value is None or value in ("", [], {}):
        return ""
    return WORDS.get(name, lambda value, _facts: str(value))(value, facts)


def changed(before: Facts, after: Facts, names: Iterable[str]) -> list[tuple[Row, Row]]:
    """What people read differently, as it was and as it is to be."""
    pairs = zip(rows(before, list(names)), rows(after, list(names)), strict=True)
    return [(was, is_) for was, is_ in pairs if (was.words, was.photo) != (is_.words, is_.photo)]


def labels(names: Iterable[str]) -> list[str]:
    return [str(LABELS[name]) for name in LABELS if name in set(names) and _is_asked(name)]


def cells_in_words(bits: int) -> str:
    """“Morning: Monday to Friday”, a line for each part of the day."""
    lines = []
    for number, band in enumerate(BANDS):
        if days := {day for day in range(len(DAYS)) if bits & cell(day, number)}:
            lines.append(f"{BAND_NAMES[band]}: {days_in_words(days)}")
    return "\n".join(lines)


def _is_asked(name: str) -> bool:
    return settings.SCHEME.is_welsh or not name.endswith("_cy")


def _named(terms: Mapping[str, Any]) -> Callable[[list[str], Facts], str]:
    return lambda slugs, _facts: ", ".join(str(words) for slug, words in terms.items() if slug in slugs)


def _languages(levels: dict[str, int], _facts: Facts) -> str:
    spoken = [(words, levels[slug]) for slug, words in vocabulary.LANGUAGES.items() if slug in levels]
    return "\n".join(f"{words}: {vocabulary.LEVELS[level]}" for words, level in spoken)


def _base(name: str, facts: Facts) -> str:
    return (facts.get("base_name_cy") if get_language() == "cy" else "") or name


def _miles(miles: int, _facts: Facts) -> str:
    return ngettext("%(miles)s mile", "%(miles)s miles", miles) % {"miles": miles}


def _price(pence: int, _facts: Facts) -> str:
    return money(pence) if pence else _("No charge")


WORDS: dict[str, Callable[[Any, Facts], str]] = {
    "photo": lambda _photo, _facts: _("A photo"),
    "base_name_en": _base,
    "miles": _miles,
    "whole_area": lambda whole, _facts: _("Yes") if whole else "",
    SERVICES: _named(vocabulary.SERVICES),
    "groups": _named(vocabulary.GROUPS),
    "payments": _named(PAID),
    "languages": _languages,
    "works": lambda bits, _facts: cells_in_words(bits),
    "space": lambda bits, _facts: cells_in_words(bits),
    "capacity": lambda said, _facts: str(CAPACITIES[said]),
    "space_from": lambda day, _facts: formats.date_format(date.fromisoformat(day), "DATE_FORMAT"),
    "minimum_minutes": lambda minutes, _facts: duration(minutes),
    "phone": lambda number, _facts: spaced(number),
    **dict.fromkeys((*Listing.PRICES, "price_mile"), _price),
}
