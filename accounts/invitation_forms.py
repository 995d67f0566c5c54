from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.forms import NEW_PASSWORD, InOurWords, Words
from accounts.models import User


class NewColleague(InOurWords):
    """What somebody without an account says about themselves when they accept an invitation."""

    words = {
        "name": Words(_("Your name"), _("Enter your name")),
        "password": Words(_("Choose a password"), NEW_PASSWORD.missing, NEW_PASSWORD.hint),
    }
    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.email = email
        self.helper = FormHelper()
        self.helper.add_input(Submit("accept", _("Join the team")))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password
