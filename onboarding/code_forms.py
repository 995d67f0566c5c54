from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import Line
from onboarding.models import CodeOfPractice


class SignForm(forms.Form):
    """A signature by typing one's name, under the version that the page showed (`version`)."""

    typed_name = Line(
        longest=100,
        label=_("Your full name"),
        help_text=_("Typing your name counts as your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", "class": "govuk-input--width-20"}),
        error_messages={"required": _("Type your full name to sign")},
    )
    agreed = forms.BooleanField(
        label=_("I have read the Code of Practice and agree to work by it."),
        error_messages={"required": _("Tick the box to say that you have read the Code and agree to it")},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, wanted: CodeOfPractice | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("typed_name", "agreed", Submit("sign", gettext("Sign the Code of Practice")))

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.wanted and self.cleaned_data.get("version") != self.wanted.number:
            self.say_other_version()
        return self.cleaned_data

    def say_other_version(self) -> None:
        """What was ticked was for another text."""
        self.add_error(
            None,
            gettext("A newer version came while you read. It stands on this page now: read it, then sign it."),
        )
        self.data = {name: value for name, value in self.data.items() if name != "agreed"}
