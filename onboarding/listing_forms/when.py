"""The week as a grid: when a carer works, and where there is space."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.availability import BAND_HOURS, BAND_NAMES, DAY_NAMES
from directory.models import BANDS, DAYS, cell
from onboarding.listing_facts import Facts
from onboarding.listing_forms.frame import StepForm

WEEKDAYS = DAYS[:5]
SLOTS = [(f"{day}-{band}", f"{day}-{band}") for day in DAYS for band in BANDS]
# What many people work, as one button.
FILLS: dict[str, tuple[str | Promise, Iterable[str], Iterable[str]]] = {
    "weekday-mornings": (_("Every weekday morning"), WEEKDAYS, ("early", "morning")),
    "weekdays": (_("Weekdays from 8am to 6pm"), WEEKDAYS, ("morning", "lunchtime", "afternoon", "teatime")),
    "evenings": (_("Every evening"), DAYS, ("evening",)),
    "weekends": (_("Weekends from 8am to 6pm"), DAYS[5:], ("morning", "lunchtime", "afternoon", "teatime")),
}


class WhenForm(StepForm):
    """The 7×7 grid, as two boxes for each part of each day. A time with space is a time that is worked."""

    names = ("works", "space")
    template = "onboarding/listing/_when.html"

    works = forms.MultipleChoiceField(label=_("When do you work?"), choices=SLOTS, required=False)
    space = forms.MultipleChoiceField(label=_("Where do you have space?"), choices=SLOTS, required=False)

    def begun(self) -> dict[str, Any]:
        return {name: slots_of(self.now.get(name, 0)) for name in self.names}

    def filled(self, data: Any) -> dict[str, list[str]]:
        """What is ticked, and what a button adds to it."""
        _words, days, bands = FILLS.get(data.get("fill", ""), ("", (), ()))
        ticked = {name: data.getlist(name) for name in self.names}
        if data.get("fill") == "none":
            return {"works": [], "space": []}
        return {**ticked, "works": [*ticked["works"], *(f"{day}-{band}" for day in days for band in bands)]}

    @property
    def fills(self) -> list[tuple[str, str]]:
        return [(slug, str(words)) for slug, (words, _days, _bands) in FILLS.items()]

    @property
    def bands(self) -> list[tuple[str, str]]:
        return [(str(BAND_NAMES[band]), str(BAND_HOURS[band])) for band in BANDS]

    @property
    def days(self) -> list[dict[str, Any]]:
        """A row for each day, Monday first, with its seven parts."""
        works, space = ({str(slot) for slot in self[name].value() or ()} for name in self.names)
        return [
            {
                "name": str(DAY_NAMES[day]),
                "parts": [part(f"{day}-{band}", str(BAND_NAMES[band]), works | space, space) for band in BANDS],
            }
            for day in DAYS
        ]

    @property
    def facts(self) -> Facts:
        works, space = (bits_of(self.cleaned_data[name]) for name in self.names)
        return {"works": works | space, "space": space}


def part(slot: str, name: str, works: set[str], space: set[str]) -> dict[str, Any]:
    return {"slot": slot, "name": name, "works": slot in works, "space": slot in space}


def slots_of(bits: int) -> list[str]:
    return [
        f"{day}-{band}" for column, day in enumerate(DAYS) for row, band in enumerate(BANDS) if bits & cell(column, row)
    ]


def bits_of(slots: Iterable[str]) -> int:
    pairs = (slot.split("-") for slot in set(slots))
    return sum(cell(DAYS.index(day), BANDS.index(band)) for day, band in pairs)
