"""What is asked about a requirement: the frame of its form, and the fields that the kinds are made of.

Names of fields are keys of `Evidence.facts`, but for `dated` and `ends_on`, the days the paper itself names, and `how`.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from directory.forms import Files, Line, Paragraphs
from onboarding.models import Evidence
from onboarding.requirements import Requirement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise

HOW = Evidence.How
# How the carer gives it, of those ways that are theirs: training is attended, the Code signed on its own page.
WAYS = {"upload": HOW.UPLOAD, "seen": HOW.SEEN, "declared": HOW.DECLARED, "record": HOW.RECORD}
NEVER_KEPT = ("how", "pages")
JOIN_WITHIN = timedelta(days=30)  # of the certificate's date, to join the Update Service
LONGEST_POLICY = timedelta(days=5 * 366)
EXAMPLE = _("For example, 27 3 2026")


class Asked(NamedTuple):
    """Of what, on which day, and the DBS level that the services ask for."""

    requirement: Requirement
    on: date
    level: int = 0


def line(label: "Words", missing: "Words" = "", *, longest: int = 150, width: str = "", **more: Any) -> Line:
    """A line of text; one that may be left out has no sentence for when it is missing."""
    attrs = {"class": f"govuk-input--width-{width}"} if width else {}
    widget = forms.TextInput({**attrs, **more.pop("attrs", {})})
    errors = {"required": missing} if missing else {}
    return Line(label=label, longest=longest, required=bool(missing), error_messages=errors, widget=widget, **more)


def words(label: "Words", missing: "Words" = "", *, rows: int = 3, longest: int = 2000, **more: Any) -> Paragraphs:
    errors = {"required": missing} if missing else {}
    widget = forms.Textarea({"rows": rows})
    return Paragraphs(
        label=label, longest=longest, required=bool(missing), error_messages=errors, widget=widget, **more
    )


def one_of(label: "Words", missing: "Words", choices: "list[tuple[str, Words]]", **more: Any) -> forms.ChoiceField:
    errors = {"required": missing, "invalid_choice": missing}
    return forms.ChoiceField(label=label, choices=choices, error_messages=errors, widget=forms.RadioSelect, **more)


def tick(label: "Words", missing: "Words") -> forms.BooleanField:
    return forms.BooleanField(label=label, error_messages={"required": missing})


def showing(**more: Any) -> Paragraphs:
    return words(
        _("When and how could you show it to us?"),
        _("Say when and how you could show it to us"),
        help_text=_("For example: weekday mornings, at your office or at the library. We ring you to agree a time."),
        longest=500,
        **more,
    )


class FactForm(forms.Form):
    """The frame: a choice of ways where there is one, the kind's own fields, and files."""

    # Text that must not be kept, and what to say: a tax reference, a certificate's number.
    forbidden: "ClassVar[tuple[re.Pattern[str], Words] | None]" = None

    def __init__(self, *args: Any, asked: Asked, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.requirement, self.on, self.level_needed = asked
        self.ways = [WAYS[way] for way in self.requirement.shown if way in WAYS]
        self.settle_fields()
        self._offer_ways()
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(*self.layout())

    def settle_fields(self) -> None:
        """What of a kind's fields depends on the requirement."""

    def layout(self) -> Iterator[Any]:
        yield from self.fields

    def _offer_ways(self) -> None:
        if len(self.ways) > 1:
            choice = one_of(_("How will you show it?"), _("Choose how you will show it"), list(OFFERED.items()))
            self.fields = {"how": choice, **self.fields}
        if HOW.UPLOAD in self.ways:
            self.fields["pages"] = Files(
                label=_("Photos or PDF of the paper"),
                help_text=_(
                    "Take a photo of each page, with the whole page in view, or choose a PDF. Up to 15 MB each."
                ),
            )

    @property
    def how(self) -> str:
        chosen = self.cleaned_data.get("how") if len(self.ways) > 1 else self.ways[0]
        return str(chosen or "")

    @property
    def needs_pages(self) -> bool:
        return self.how == HOW.UPLOAD

    @property
    def facts(self) -> dict[str, Any]:
        """What is kept of what was said, as JSON takes it."""
        apart = (*NEVER_KEPT, "dated", "ends_on")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart and value not in EMPTY}

    @property
    def first_day(self) -> date | None:
        """The day that the paper names as its own, or on which it begins."""
        return self.cleaned_data.get("dated")

    @property
    def end_day(self) -> date | None:
        return self.cleaned_data.get("ends_on")

    def typed(self) -> dict[str, str]:
        """What was typed, to be kept with the draft: nothing that must not be."""
        found: dict[str, str] = {}
        for name, field in self.fields.items():
            value: Any = field.widget.value_from_datadict(self.data, {}, name) if name != "pages" else None
            if isinstance(field, DayField):
                found |= {f"{name}-{part}": text for part, text in zip(("day", "month", "year"), value, strict=True)}
            elif value not in EMPTY and not self._is_forbidden(value):
                found[name] = "on" if value is True else str(value)
        return found

    def _is_forbidden(self, value: Any) -> bool:
        return bool(self.forbidden and isinstance(value, str) and self.forbidden[0].search(value))

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in list(self.cleaned_data.items()):
            if self.forbidden and self._is_forbidden(value):
                self.add_error(name, str(self.forbidden[1]))

    # --- rules that several kinds share

    def not_to_come(self, name: str, said: "Words") -> None:
        if (day := self.cleaned_data.get(name)) and day > self.on:
            self.add_error(name, str(said))

    def ends_after_it_starts(self) -> None:
        """A policy: first day before the last, the last not gone by, both of this time."""
        starts, ends = self.first_day, self.end_day
        if ends and ends < self.on:
            self.add_error("ends_on", gettext("This has ended already. Send the one that holds now"))
        elif starts and ends and ends <= starts:
            self.add_error("ends_on", gettext("The day it ends must come after the day it starts"))
        elif starts and ends and ends - starts > LONGEST_POLICY:
            self.add_error("ends_on", gettext("This is more than 5 years after it starts. Look at the year again"))


EMPTY = ("", None, False)
OFFERED = {HOW.UPLOAD: _("Send a photo or PDF"), HOW.SEEN: _("Show it to the team")}
