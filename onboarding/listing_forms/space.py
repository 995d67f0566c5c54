"""Space for somebody new, which goes stale and is asked again every month."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from directory.forms import Whole
from directory.models import Listing
from onboarding.listing_facts import CAPACITY, Facts
from onboarding.listing_forms.frame import StepForm


class SpaceForm(StepForm):
    names = CAPACITY

    capacity = forms.ChoiceField(
        label=_("Do you have space for somebody new?"),
        choices=[
            (Listing.Capacity.SPACE.value, _("Yes, I have space now")),
            (Listing.Capacity.WAITING.value, _("No, but there is a waiting list")),
            (Listing.Capacity.FULL.value, _("No, I am full")),
            (Listing.Capacity.FROM.value, _("Not yet, but from a date")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether you have space for somebody new"),
            "invalid_choice": _("Choose whether you have space for somebody new"),
        },
    )
    hours_free = Whole(
        low=0,
        high=168,
        wanted=_("Enter a whole number of hours from 0 to 168"),
        required=False,
        label=_("If you have space: how many hours a week? (optional)"),
    )
    waiting_weeks = Whole(
        low=0,
        high=104,
        wanted=_("Enter a whole number of weeks from 0 to 104"),
        required=False,
        label=_("If there is a waiting list: about how many weeks? (optional)"),
    )
    space_from = DayField(
        wanted=_("the date from which you have space"),
        required=False,
        label=_("If you have space from a date: from when?"),
        help_text=_("For example, 27 3 2027"),
    )

    def begun(self) -> dict[str, Any]:
        day = self.now.get("space_from")
        return {**super().begun(), "space_from": date.fromisoformat(day) if day else None}

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("capacity") == Listing.Capacity.FROM and "space_from" in cleaned:
            if not cleaned["space_from"]:
                self.add_error("space_from", gettext("Enter the date from which you have space"))
            elif cleaned["space_from"] <= self.today:
                self.add_error("space_from", gettext("The date must be after today"))
        return cleaned

    @property
    def facts(self) -> Facts:
        """Only what goes with the answer: hours are of space, weeks of a waiting list, a date of the space to come."""
        said = self.cleaned_data
        keeps = {Listing.Capacity.SPACE: "hours_free", Listing.Capacity.WAITING: "waiting_weeks"}
        kept = {keeps.get(said["capacity"], ""), "space_from" if said["capacity"] == Listing.Capacity.FROM else ""}
        return {"capacity": said["capacity"]} | {name: said[name] if name in kept else None for name in CAPACITY[1:]}
