"""What a carer charges, and how people can pay."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory import vocabulary
from directory.forms import Line, Whole
from directory.models import Listing
from onboarding.listing_forms.frame import StepForm

PENCE = re.compile(r"(-?\d{1,9})p")
POUNDS = re.compile(r"-?£?-?\d{1,9}(\.\d{1,2})?")
BETWEEN = _("The price must be between £1 and £1,000")
A_MILE = _("The price of a mile must be between 0 and £5")
# As the carer says it: `vocabulary.PAYMENTS` speaks to whoever pays.
PAID: dict[str, str | Promise] = {**vocabulary.PAYMENTS, "private": _("Their own money")}


class Pounds(forms.CharField):
    """A price as people type it: 22, £22.50, 45p. In pence."""

    def __init__(self, *, least: int, most: int, between: str | Promise, **kwargs: Any):
        self.least, self.most, self.between = least, most, between
        attrs = {"inputmode": "decimal", "class": "govuk-input--width-5", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        pounds, pence = divmod(value, 100)
        return f"{pounds}.{pence:02}" if pence else str(pounds)

    def clean(self, value: Any) -> int | None:
        typed = str(value or "").replace(",", "").replace(" ", "")
        if not typed:
            return None
        pence = _pence(typed)
        if pence is None:
            raise forms.ValidationError(gettext("Enter a price in pounds, like 22 or 22.50"))
        if not self.least <= pence <= self.most:
            raise forms.ValidationError(str(self.between))
        return pence


def _pence(typed: str) -> int | None:
    if found := PENCE.fullmatch(typed):
        return int(found[1])
    if not POUNDS.fullmatch(typed):
        return None
    sign = -1 if "-" in typed else 1
    pounds, _dot, pence = typed.strip("-£").partition(".")
    return sign * (int(pounds) * 100 + int(pence.ljust(2, "0") or 0))


def price(label: str | Promise, help_text: str | Promise = "") -> Pounds:
    return Pounds(least=100, most=100_000, between=BETWEEN, label=label, help_text=help_text)


class PricesForm(StepForm):
    """In pounds on the page, in pence in the facts."""

    names = (*Listing.PRICES, "price_mile", "minimum_minutes", "price_note_en", "price_note_cy", "payments")
    both = ("price_note",)
    show = _("Show an example week")

    price_hour = price(_("An hour"), _("In pounds, like 22 or 22.50. Leave empty what you do not charge by."))
    price_half_hour = price(_("Half an hour"))
    price_visit = price(_("A visit, however long"))
    price_night = price(_("A night"))
    price_evening_hour = price(_("An hour in the evening"), _("Only if it costs something else."))
    price_weekend_hour = price(_("An hour on a Saturday or Sunday"), _("Only if it costs something else."))
    price_bank_holiday_hour = price(_("An hour on a bank holiday"), _("Only if it costs something else."))
    price_mile = Pounds(
        least=0,
        most=500,
        between=A_MILE,
        label=_("A mile of travel"),
        help_text=_("Like 45p or 0.45. 0 if travel is free."),
    )
    minimum_minutes = Whole(
        low=5,
        high=1440,
        wanted=_("Enter a whole number of minutes from 5 to 1,440"),
        required=False,
        label=_("Your shortest visit, in minutes"),
        help_text=_("Leave it empty if any length will do."),
    )
    price_note_en = Line(
        longest=200,
        required=False,
        label=_("Anything else about your prices, in English"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    price_note_cy = Line(
        longest=200,
        required=False,
        label=_("Anything else about your prices, in Welsh"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    payments = forms.MultipleChoiceField(
        label=_("How can people pay you?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def fill_in(self) -> None:
        ways = [(way, str(PAID[way])) for way in settings.SCHEME.payments]
        self.fields["payments"].choices = ways  # type: ignore[attr-defined]
