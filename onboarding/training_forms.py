"""Who comes to a session."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from onboarding.models import Worker

WHO = _("Choose who is coming")


class BookForm(forms.Form):
    """For one person of the business, asked where several could come. `free` are those who are not booked yet."""

    worker = forms.CharField(label=_("Who is coming?"), error_messages={"required": WHO})

    def __init__(self, *args: Any, people: Iterable[Worker], free: list[Worker], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(worker.pk): worker for worker in people}
        choices = [(str(worker.pk), worker.first_name) for worker in free]
        field = self.fields["worker"]
        if len(self.people) > 1 and len(free) > 1:
            field.widget = forms.RadioSelect(choices=choices)
        else:
            field.widget, field.initial = forms.HiddenInput(), choices[0][0] if choices else ""
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_worker(self) -> Worker:
        """Any of theirs, booked or not: the verb says who is booked already."""
        try:
            return self.people[self.cleaned_data["worker"]]
        except KeyError:
            raise forms.ValidationError(WHO) from None
