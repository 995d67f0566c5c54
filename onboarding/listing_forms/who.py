"""Whom a carer supports, and the languages they speak."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory import vocabulary
from onboarding.listing_facts import Facts
from onboarding.listing_forms.frame import StepForm

NO_LEVEL = pgettext_lazy("language", "Not at all")


class WhoForm(StepForm):
    names = ("groups", "languages")
    template = "onboarding/listing/_who.html"
    first = 4  # languages that everybody is asked about; the others are folded away

    groups = forms.MultipleChoiceField(
        label=_("Whom do you support?"),
        help_text=_("Choose those you have experience with."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def fill_in(self) -> None:
        self.fields["groups"].choices = [(slug, str(it)) for slug, it in vocabulary.GROUPS.items()]  # type: ignore[attr-defined]
        levels = [("", str(NO_LEVEL)), *((str(level), str(words)) for level, words in vocabulary.LEVELS.items())]
        for slug, language in vocabulary.LANGUAGES.items():
            self.fields[f"level-{slug}"] = forms.ChoiceField(
                label=str(language),
                choices=levels,
                required=False,
                error_messages={"invalid_choice": _("Choose from the list")},
            )

    def begun(self) -> dict[str, Any]:
        levels = {f"level-{slug}": str(level) for slug, level in self.now.get("languages", {}).items()}
        return {"groups": self.now.get("groups", []), **levels}

    @property
    def levels(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("level-")]

    @property
    def usual_levels(self) -> list[Any]:
        return self.levels[: self.first]

    @property
    def other_levels(self) -> list[Any]:
        return self.levels[self.first :]

    @property
    def speaks_others(self) -> bool:
        return any(field.value() or field.errors for field in self.other_levels)

    @property
    def facts(self) -> Facts:
        levels = {slug: self.cleaned_data[f"level-{slug}"] for slug in vocabulary.LANGUAGES}
        return {
            "groups": self.cleaned_data["groups"],
            "languages": {slug: int(level) for slug, level in levels.items() if level},
        }
