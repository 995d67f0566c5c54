"""What the team fills in about a paper."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.asking import Day
from onboarding.models import Carer, Evidence
from onboarding.papers import WrongDays, check_days, in_words, validity
from onboarding.requirements import LEVELS, Requirement

# What is usually wrong. The carer reads it in their language.
REASONS = {
    "blurred": _("The photo is blurred, or part of the page is missing. Take it again with the whole page in view."),
    "no-end": _("We could not see the day it ends. Send the page that says it."),
    "name": _("The name on it is not yours or your business’s. Send one with your name, or tell us why it differs."),
    "other-paper": _("This is another paper than the one we asked for."),
    "not-covered": _("It does not cover all the work you want to offer. Ask your insurer to add it."),
    "too-low": _("The cover is lower than we ask for. Ask your insurer to raise it."),
    "facts": _("What you told us differs from what the paper says. Look at the dates and numbers again."),
    "ended": _("It has ended. Send the one that holds now."),
    "not-reached": _("We could not reach the people you named. Check how they can be reached, or name others."),
}
# Why an acceptance turned out wrong. The carer reads it in their language.
WITHDRAWN_FOR = {
    "forged": _("It is not a genuine paper."),
    "cancelled": _("The insurer, or whoever gave it to you, tells us that it no longer holds."),
    "mistake": _("We made a mistake when we accepted it."),
}


# Of an enhanced DBS check; one that names neither is no check for this work.
WORKFORCES = [("adult", "Adult"), ("child-and-adult", "Child and adult")]


class AcceptForm(forms.Form):
    """The dates stand there as they are worked out. What is said is what `papers.accept` takes."""

    seen_on = Day(label="The council saw it on")
    valid_from = Day(label="Holds from")
    valid_until = Day(label="Holds until the end of", required=False, help_text="Empty: for ever.")
    because = forms.CharField(
        label="Why it holds longer",
        required=False,
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
        max_length=500,
    )

    def __init__(self, *args: Any, evidence: Evidence, on: date, **kwargs: Any):
        first, last = validity(evidence.asked, seen_on=on, dated=evidence.dated, ends_on=evidence.ends_on)
        kwargs["initial"] = {"seen_on": on, "valid_from": first, "valid_until": last}
        super().__init__(*args, **kwargs)
        self.evidence, self.on = evidence, on
        if last:
            self.fields["valid_until"].required, self.fields["valid_until"].help_text = True, ""
        if last and not evidence.asked.own_end:  # an end of its own is never stretched
            self.fields[
                "because"
            ].help_text = f"Only if it is to hold after {in_words(last)}. The carer is not sent it."
        else:
            del self.fields["because"]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if (seen := said.get("seen_on")) and seen > self.on:
            self.add_error("seen_on", "It cannot have been seen on a day to come.")
        first, last = said.get("valid_from"), said.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "The last day comes before the first.")
        if not self.errors:
            try:
                check_days(self.evidence, **said)
            except WrongDays as error:
                self.add_error(error.field, str(error))
        return said


class ReasonsForm(forms.Form):
    """Why, out of a list that reaches the carer in their language, and in the officer's own words."""

    # What may be chosen, and what is said where nothing is.
    REASONS: ClassVar[Mapping[str, Any]]
    NONE: ClassVar[str]

    reasons = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, help_text="Each reaches the carer in their language."
    )
    own = forms.CharField(
        required=False,
        label="In your own words",
        help_text="Reaches the carer as you write it.",
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, carer: Carer, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.carer = carer
        self.fields["reasons"].choices = list(self.REASONS.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.cleaned_data["reasons"] and not self.cleaned_data["own"].strip():
            raise forms.ValidationError(self.NONE)
        return self.cleaned_data

    @property
    def reason(self) -> str:
        """In the carer's language; in each of the scheme's where it is not known."""
        return self.reason_in(languages_of(self.carer))

    def reason_in(self, languages: Iterable[str]) -> str:
        parts = ["\n".join(self._chosen(language)) for language in languages]
        return "\n\n".join(part for part in (*parts, self.cleaned_data["own"].strip()) if part)

    def _chosen(self, language: str) -> Iterator[str]:
        with override(language):
            yield from (str(self.REASONS[slug]) for slug in self.cleaned_data["reasons"])


class SendBackForm(ReasonsForm):
    REASONS = REASONS
    NONE = "Say what is to be mended: choose a reason, or write one."

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label = "What is to be mended"


class WithdrawForm(ReasonsForm):
    REASONS = WITHDRAWN_FOR
    NONE = "Say why it no longer counts: choose a reason, or write one."

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reasons"].label = "Why it no longer counts"


class RecordForm(forms.Form):
    """What the team saw with its own eyes, or was told by those it asked."""

    seen_on = Day(label="The council saw it on")

    def __init__(self, *args: Any, requirement: Requirement, level: int, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs | {"initial": {"seen_on": on}})
        self.requirement, self.on = requirement, on
        if not requirement.once:
            self.fields["dated"] = Day(label="Date of the paper, or its first day")
        if requirement.own_end:
            self.fields["ends_on"] = Day(label="Its last day")
        if requirement.facts == "dbs":
            levels = [(name, name.replace("-", ", ")) for name in LEVELS[max(level, 1) :]]
            self.fields["level"] = forms.ChoiceField(label="Level", choices=levels)
        if requirement.applies == "enhanced-dbs":
            self.fields["workforce"] = forms.ChoiceField(label="Workforce it names", choices=WORKFORCES)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for name in ("seen_on", "dated"):
            if (day := said.get(name)) and day > self.on and not (name == "dated" and self.requirement.own_end):
                self.add_error(name, "This day is still to come.")
        dated, ends = said.get("dated"), said.get("ends_on")
        if dated and ends and ends < dated:
            self.add_error("ends_on", "The last day comes before the first.")
        return said

    @property
    def facts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("level", "workforce") if name in self.fields}


def languages_of(carer: Carer) -> list[str]:
    return [carer.mail_language] if carer.mail_language else list(settings.SCHEME.languages)
