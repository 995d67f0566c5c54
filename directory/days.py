"""A date that somebody types, in three boxes: day, month, year (the design system's date input)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

PARTS = ("day", "month", "year")
LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
SHORTEST_NAME = 3  # of a month: “Mar”


class DateInput(forms.Widget):
    """Its value is what stands in the three boxes."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [str(data.get(f"{name}-{part}", "")).strip() for part in PARTS]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in PARTS)

    def format_value(self, value: Any) -> list[str]:
        if isinstance(value, date):
            return [str(getattr(value, part)) for part in PARTS]
        return [str(part) for part in value] if value else ["", "", ""]

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        return f"{id_}-{PARTS[0]}" if id_ else ""


class WrongDay(ValidationError):
    """Not a day; `parts` are the boxes to mend."""

    def __init__(self, message: str, parts: Sequence[str] = PARTS):
        super().__init__(message)
        self.parts = tuple(parts)


class DayField(forms.Field):
    """A day. `wanted` ends the sentence “Enter …”: “the day it ends”."""

    widget = DateInput

    def __init__(self, *, wanted: str | Promise, **kwargs: Any):
        super().__init__(**kwargs)
        self.wanted = wanted
        self.wrong_parts: tuple[str, ...] = ()

    def clean(self, value: Any) -> date | None:
        self.wrong_parts = ()
        try:
            return self._day(value or ["", "", ""])
        except WrongDay as error:
            self.wrong_parts = error.parts
            raise

    def _day(self, typed: Sequence[str]) -> date | None:
        if not any(typed):
            if self.required:
                raise WrongDay(gettext("Enter %(what)s") % {"what": self.wanted})
            return None
        if empty := [part for part, value in zip(PARTS, typed, strict=True) if not value]:
            raise WrongDay(_missing(empty), empty)
        return _real(typed)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return DateInput().format_value(initial) != DateInput().format_value(data)


def as_typed(name: str, day: date | None) -> dict[str, str]:
    """The day as the three boxes send it."""
    values = DateInput().format_value(day)
    return {f"{name}-{part}": value for part, value in zip(PARTS, values, strict=True)}


def _missing(parts: Sequence[str]) -> str:
    return {
        ("day",): gettext("The date must have a day"),
        ("month",): gettext("The date must have a month"),
        ("year",): gettext("The date must have a year"),
        ("day", "month"): gettext("The date must have a day and a month"),
        ("day", "year"): gettext("The date must have a day and a year"),
        ("month", "year"): gettext("The date must have a month and a year"),
    }[tuple(parts)]


def _real(typed: Sequence[str]) -> date:
    day, month, year = (_number(typed[0]), _month(typed[1]), _number(typed[2]))
    if not year or len(typed[2]) != len("2026"):
        raise WrongDay(gettext("The year must have 4 numbers, like 2026"), ["year"])
    try:
        return date(year, month or 0, day or 0)
    except ValueError as error:
        raise WrongDay(gettext("There is no such date. Enter it like 27 3 2026")) from error


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len("2026") else None


def _month(typed: str) -> int | None:
    """Its number, also where it was written as a word, in English or Welsh."""
    if (number := _number(typed)) is not None:
        return number
    found = set()
    for language in ("en", "cy"):
        with override(language):
            found |= {number for number, name in MONTHS.items() if _begins(str(name), typed)}
    return found.pop() if len(found) == 1 else None


def _begins(name: str, typed: str) -> bool:
    return len(typed) >= SHORTEST_NAME and name.lower().startswith(typed.lower().rstrip("."))
