"""What the team fills in about the Code of Practice."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.formats import date_format

from accounts.asking import Day
from content import markdown
from onboarding import codes
from onboarding.models import Carer, CodeOfPractice

NAMES = {"en": "English", "cy": "Welsh"}
LABELS = {"body": "Text", "changes": "What is new, for whoever signed before"}


class DraftForm(forms.Form):
    """The texts of the next version, each language beside the other. A draft may be unfinished."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field, label in LABELS.items():
            for language in settings.SCHEME.languages:
                self.fields[f"{field}_{language}"] = forms.CharField(
                    label=f"{label}, in {NAMES[language]}",
                    required=False,
                    validators=[MaxLengthValidator(markdown.LONGEST)],
                    widget=forms.Textarea(attrs={"rows": 40 if field == "body" else 6, "lang": language}),
                )

    @property
    def rows(self) -> list[list[Any]]:
        return [[self[f"{field}_{language}"] for language in settings.SCHEME.languages] for field in LABELS]


class PublishForm(forms.Form):
    in_force_on = Day(label="In force from", help_text="From this day new carers sign this version.")
    sign_by = Day(
        label="To be signed by",
        help_text="To the end of this day the version that they signed still counts. At least 28 days from today.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("in_force_on"), said.get("sign_by")
        if first and first < self.today:
            self.add_error("in_force_on", "Choose today or a later day.")
        if last and last < self.today + codes.NOTICE:
            self.add_error("sign_by", f"Choose {date_format(self.today + codes.NOTICE)} or a later day.")
        if first and last and last < first:
            self.add_error("sign_by", "Choose a day that is not before the one from which it is in force.")
        if first and last and not self.errors and codes.before_the_last(first, last):
            self.add_error(None, "A version published before has a later day. Choose days that are not before its own.")
        return said


class PaperForm(forms.Form):
    carer = forms.ModelChoiceField(Carer.objects.filter(left_at__isnull=True))
    code = forms.ModelChoiceField(CodeOfPractice.objects.published(), label="Version that they signed")
    typed_name = forms.CharField(label="Name as signed", max_length=100)
    language = forms.ChoiceField(label="Language of the paper", choices=settings.LANGUAGES)
    on = Day(label="Day on which they signed")

    def __init__(self, *args: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError("Choose today or a day before.")
        return day
