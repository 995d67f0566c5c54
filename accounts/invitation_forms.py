from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NewColleague(SetPasswordForm):
    """What somebody without an account says about themselves when they accept an invitation."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )
    field_order = ["name", "new_password1", "new_password2"]

    def __init__(self, *args: Any, email: str, **kwargs: Any):
        super().__init__(User(email=email), *args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = _("Choose a password"), _("The same password again")
        first.help_text, second.help_text = " ".join(password_validators_help_texts()), ""
        first.error_messages["required"] = _("Choose a password")
        second.error_messages["required"] = _("Enter the same password again")
        self.helper = FormHelper()
        self.helper.add_input(Submit("accept", _("Join the team")))
