"""The name and what people read first, in each of the scheme's languages."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import Line, Paragraphs
from onboarding.listing_forms.frame import StepForm


class WordsForm(StepForm):
    names = ("name", "first_name", "intro_en", "intro_cy", "about_en", "about_cy")
    both = ("intro", "about")

    name = Line(
        longest=100,
        label=_("Name of your business, or your own name"),
        help_text=_("The heading of your page."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": _("Enter the name of your business, or your own name")},
    )
    first_name = Line(
        longest=50,
        label=_("Your first name"),
        help_text=_("How we name you in sentences: “Contact Bryn”."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
        error_messages={"required": _("Enter your first name")},
    )
    intro_en = Line(
        longest=160,
        required=False,
        label=_("Your first sentence in English"),
        help_text=_("People see it in the list of results. At most 160 characters."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    intro_cy = Line(
        longest=160,
        required=False,
        label=_("Your first sentence in Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    about_en = Paragraphs(
        longest=4000,
        required=False,
        label=_("About you, in English"),
        help_text=_("What you have done, what you like to do, what people can expect. Write as you talk."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    about_cy = Paragraphs(
        longest=4000,
        required=False,
        label=_("About you, in Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self.errors and not cleaned.get("intro_en") and not cleaned.get("intro_cy"):
            self.add_error("intro_en", gettext("Write a first sentence about what you do"))
        return cleaned
