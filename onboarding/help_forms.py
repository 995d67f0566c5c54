"""Asking for help, and saying more about it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from directory.forms import Paragraphs
from onboarding.never_kept import nothing_of_it
from onboarding.requirements import Requirement

LONGEST = 4000


class HelpForm(forms.Form):
    """`offered` are the requirements that it may be about, `today` is the first day by which it may be needed."""

    requirement = forms.ChoiceField(
        required=False,
        label=_("What is it about?"),
        error_messages={"invalid_choice": _("Choose what it is about from the list")},
    )
    what = Paragraphs(
        longest=LONGEST,
        label=_("What do you need help with?"),
        help_text=_("Say it in your own words. You can also say what you have tried."),
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[nothing_of_it],
        error_messages={"required": _("Say what you need help with")},
    )
    by_when = DayField(
        required=False,
        wanted=_("the day by which you need it"),
        label=_("By when do you need it? (optional)"),
        help_text=_("For example, if a course or a first visit waits for it."),
    )

    def __init__(self, *args: Any, offered: Iterable[Requirement], today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.today = today
        choices = [("", gettext("Something else")), *((one.slug, str(one)) for one in offered)]
        self.fields["requirement"].choices = choices  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("send", gettext("Ask the team")))

    def clean_by_when(self) -> date | None:
        day: date | None = self.cleaned_data["by_when"]
        if day and day < self.today:
            raise forms.ValidationError(gettext("That day has gone by. Enter a day to come, or leave it empty"))
        return day


class MoreForm(forms.Form):
    words = Paragraphs(
        longest=LONGEST,
        label=_("Add something"),
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[nothing_of_it],
        error_messages={"required": _("Write what you would like to add")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("add", gettext("Send to the team")))
