"""What the team answers to somebody who asked for help: words, what is arranged, what is paid."""

from typing import Any

from django import forms
from django.conf import settings

from directory.forms import Line, Paragraphs

MOST_POUNDS = 100_000


class AnswerForm(forms.Form):
    words = Paragraphs(longest=4000, required=False, label="What you say to them", widget=forms.Textarea)
    arranged = Line(longest=300, required=False, label="What is arranged", help_text="Such as a course and its day.")
    funded = forms.DecimalField(
        required=False,
        label="What is paid for them, in pounds",
        min_value=0.01,
        max_value=MOST_POUNDS,
        decimal_places=2,
        help_text="Leave it empty if nothing is paid. They see it.",
    )
    pot = forms.ChoiceField(required=False, label="Paid from")
    close_it = forms.BooleanField(required=False, label="This settles it: close it")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        pots = [(slug, name.en) for slug, name in settings.SCHEME.pots.items()]
        self.fields["pot"].choices = [("", "Nothing is paid"), *pots]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and not (said["words"] or said["arranged"] or said["funded"]):
            raise forms.ValidationError("Write something, or say what is arranged or paid.")
        if said.get("funded") and said.get("pot") == "":
            self.add_error("pot", "Choose what it is paid from.")
        if said.get("pot") and "funded" in said and not said["funded"]:
            self.add_error("funded", "Enter how much is paid, or choose that nothing is.")
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """What `helping.answer` takes."""
        said = dict(self.cleaned_data)
        pounds = said.pop("funded")
        return {**said, "funded_pence": int(pounds * 100) if pounds else None}
