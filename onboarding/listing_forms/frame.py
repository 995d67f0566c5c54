"""What every step of a carer's own listing has: it takes the facts as they are and gives those it asks about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.utils.functional import Promise

from onboarding.listing_facts import Facts


class StepForm(forms.Form):
    """One step. `facts` are those of the listing as it is written so far; `today` is the day."""

    names: tuple[str, ...] = ()  # of the facts it gives
    both: tuple[str, ...] = ()  # asked in each of the scheme's languages
    show: str | Promise = ""  # the button that shows what the answers come to; empty where there is nothing to show
    template = "onboarding/listing/_fields.html"

    def __init__(self, *args: Any, facts: Facts, today: date, typed: Any = None, **kwargs: Any):
        self.now, self.today = facts, today
        super().__init__(*args, **kwargs)
        self._ask_in_languages()
        self.fill_in()
        self.initial = self.typed(typed) if typed is not None else {**self.begun(), **self.initial}
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(*self.rows())

    def fill_in(self) -> None:
        """What a step puts into its fields before they are drawn."""

    def begun(self) -> dict[str, Any]:
        """What its fields hold when it is opened."""
        return {name: self.now[name] for name in self.fields if name in self.now}

    def typed(self, data: Any) -> dict[str, Any]:
        """What stands in the boxes, right or wrong: for the same page in the other language."""
        return {name: field.widget.value_from_datadict(data, {}, name) for name, field in self.fields.items()}

    def filled(self, data: Any) -> Any:
        """What is typed, and what a button of the step adds to it."""
        return data

    def rows(self) -> list[Any]:
        """The fields in their order, those of two languages side by side."""
        rows: list[Any] = []
        for name in self.fields:
            stem, _line, language = name.rpartition("_")
            if stem in self.both and settings.SCHEME.is_welsh:
                if language == "en":
                    rows.append(Div(name, f"{stem}_cy", css_class="both"))
            else:
                rows.append(name)
        return rows

    @property
    def fact_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if not self._left_out(name))

    @property
    def facts(self) -> Facts:
        """What `listings.keep` takes, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.fact_names}

    def _ask_in_languages(self) -> None:
        for name in list(self.fields):
            if self._left_out(name):
                del self.fields[name]
            elif name.endswith("_cy"):
                self.fields[name].widget.attrs["lang"] = "cy"
            elif name.removesuffix("_en") in self.both:
                self.fields[name].widget.attrs["lang"] = "en"

    def _left_out(self, name: str) -> bool:
        return not settings.SCHEME.is_welsh and name.removesuffix("_cy") in self.both and name.endswith("_cy")


def showable(form: StepForm) -> Mapping[str, Any]:
    """The listing's facts with what the form says, where it can be read."""
    return {**form.now, **form.facts} if form.is_bound and form.is_valid() else form.now
