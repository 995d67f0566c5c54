"""The town or village that a carer starts from, and how far they go. Never an address."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import Whole
from directory.models import LONGEST_REACH_MILES
from directory.wording import alphabetical
from onboarding.listing_facts import BASE, Facts
from onboarding.listing_forms.frame import StepForm

USUAL_MILES = 5
AS_NOW = "as-now"  # a base that is none of the scheme's places


class WhereForm(StepForm):
    names = (*BASE, "miles", "whole_area")
    show = _("Show on the map")

    place = forms.ChoiceField(
        label=_("Which town or village do you start from?"),
        help_text=_("The nearest one in the list. Never your address: people see only this name."),
        error_messages={"required": _("Choose a town or village"), "invalid_choice": _("Choose a town or village")},
    )
    miles = Whole(
        low=1,
        high=LONGEST_REACH_MILES,
        wanted=_("Enter a whole number of miles from 1 to 40"),
        required=False,
        label=_("How many miles do you travel from there?"),
        help_text=_("From 1 to 40, as the crow flies."),
    )
    whole_area = forms.BooleanField(required=False)

    def fill_in(self) -> None:
        self.fields["place"].choices = self._places()  # type: ignore[attr-defined]
        self.fields["whole_area"].label = gettext("I cover all of %(area)s") % {"area": settings.SCHEME.area}

    def begun(self) -> dict[str, Any]:
        place = self._place_now()
        base = place.slug if place else AS_NOW if self._elsewhere() else ""
        return {
            "place": base,
            "miles": self.now.get("miles", USUAL_MILES),
            "whole_area": self.now.get("whole_area", False),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "miles" in cleaned and cleaned["miles"] is None and not cleaned.get("whole_area"):
            self.add_error("miles", str(self.fields["miles"].wanted))  # type: ignore[attr-defined]
        return cleaned

    @property
    def facts(self) -> Facts:
        cleaned = self.cleaned_data
        reach = {
            "miles": cleaned["miles"] or self.now.get("miles") or USUAL_MILES,
            "whole_area": cleaned["whole_area"],
        }
        if cleaned["place"] == AS_NOW:
            return {name: self.now[name] for name in BASE} | reach
        place = next(place for place in settings.SCHEME.places if place.slug == cleaned["place"])
        return {
            "base_name_en": place.name.en,
            "base_name_cy": place.name.cy,
            "easting": place.easting,
            "northing": place.northing,
            **reach,
        }

    def _place_now(self) -> Any:
        position = self.now.get("easting"), self.now.get("northing")
        return next((it for it in settings.SCHEME.places if (it.easting, it.northing) == position), None)

    def _elsewhere(self) -> bool:
        return bool(self.now.get("base_name_en")) and self._place_now() is None

    def _places(self) -> list[Any]:
        """Those of the area, then those around it, which the team looks at first."""
        inside = [(it.slug, str(it.name)) for it in settings.SCHEME.places if it.inside]
        around = [(it.slug, str(it.name)) for it in settings.SCHEME.places if not it.inside]
        own = [(AS_NOW, self.now["base_name_en"])] if self._elsewhere() else []
        outside = gettext("Outside the area: the team looks at it first")
        groups = [(outside, in_order(around))] if around else []
        return [("", gettext("Choose one")), *own, *in_order(inside), *groups]


def in_order(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: alphabetical(choice[1]))
