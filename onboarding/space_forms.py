"""What a carer says about space, and until when the listing is not to be shown."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from directory.forms import Whole
from directory.models import Listing
from directory.services import LONGEST_PAUSE, check_pause

CAPACITY = Listing.Capacity
SPACE_CHOICES = [
    (CAPACITY.SPACE, _("I have space now")),
    (CAPACITY.WAITING, _("I keep a waiting list")),
    (CAPACITY.FROM, _("I am full until a day that I know")),
    (CAPACITY.FULL, _("I am full")),
]
CHOOSE = _("Choose how much space you have")
# What belongs to which answer; anything typed for another is left out.
BELONGS = {CAPACITY.SPACE: "hours_free", CAPACITY.WAITING: "waiting_weeks", CAPACITY.FROM: "space_from"}


class UpkeepForm(forms.Form):
    """Drawn field by field, in a form of the template's own, which has another beside it.

    `typed` is what was sent by the other's button: it stands in the boxes, right or wrong, and is not checked.
    """

    def __init__(self, *args: Any, on: date, typed: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.on = on
        self.before, self.initial = self.initial, {**self.initial, **self._in_boxes(typed or {})}
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True

    def _in_boxes(self, data: Any) -> dict[str, Any]:
        widgets = {name: field.widget for name, field in self.fields.items()}
        return {
            name: widget.value_from_datadict(data, {}, name)
            for name, widget in widgets.items()
            if not widget.value_omitted_from_data(data, {}, name)
        }

    @property
    def is_unsent(self) -> bool:
        """Whether something else stands in the boxes than when the page was opened."""
        return any(
            field.has_changed(self.before.get(name), self.initial.get(name)) for name, field in self.fields.items()
        )


class SpaceForm(UpkeepForm):
    capacity = forms.ChoiceField(
        label=_("How much space do you have?"),
        choices=SPACE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
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
        label=_("If you keep a waiting list: about how many weeks do people wait? (optional)"),
    )
    space_from = DayField(
        wanted=_("the day from which you have space"),
        required=False,
        label=_("If you are full until a day: from when do you have space?"),
        help_text=_("For example, 27 3 2027"),
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("capacity") == CAPACITY.FROM and "space_from" not in self.errors:
            self._check_day(self.cleaned_data.get("space_from"))
        return self.cleaned_data

    def _check_day(self, day: date | None) -> None:
        if day is None:
            self.add_error("space_from", gettext("Enter the day from which you have space"))
        elif day <= self.on:
            self.add_error("space_from", gettext("Enter a day after today, or choose that you have space now"))
        elif day > self.on + LONGEST_PAUSE:
            self.add_error("space_from", gettext("Enter a day within a year, or choose that you are full"))

    @property
    def said(self) -> dict[str, Any]:
        """What `directory.services.confirm_capacity` takes."""
        capacity = self.cleaned_data["capacity"]
        own = BELONGS.get(capacity, "")
        return {"capacity": capacity, **({own: self.cleaned_data[own]} if own else {})}


class PauseForm(UpkeepForm):
    until = DayField(
        wanted=_("the day on which your page is shown again"),
        label=_("On which day should your page be shown again?"),
        help_text=_("For example, 27 3 2027"),
    )

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        try:
            check_pause(until, on=self.on)
        except ValidationError as error:
            raise ValidationError(error.message_dict["until"]) from error
        return until
