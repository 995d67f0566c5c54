"""“I am interested”, and what begins a journey."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms import NEW_PASSWORD, InOurWords, Words
from accounts.models import User
from directory.forms import Line, MailField, Paragraphs, PhoneField, PublicForm, own_email, own_name, own_phone
from onboarding.models.carers import HeardFrom, Returning


def phone_field() -> PhoneField:
    return own_phone(_("Your phone number (optional)"), _("If we may ring you."))


def email_field(help_text: str | Promise) -> MailField:
    return own_email(_("Your email address"), help_text, _("Enter your email address"))


def heard_from_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        label=_("Where did you hear about this? (optional)"),
        help_text=_("We only count the answers."),
        choices=[("", _("Choose one")), *HeardFrom.choices],
    )


def returning_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        label=_("Have you worked in care? (optional)"),
        help_text=_("We only count the answers. You do not need to have."),
        choices=Returning.choices,
        widget=forms.RadioSelect,
    )


class JoinForm(PublicForm):
    """Somebody nobody knows yet."""

    name = own_name()
    email = email_field(_("We mail you what happens next, and a link to start."))
    phone = phone_field()
    place = Line(
        longest=100,
        required=False,
        label=_("Your town or village (optional)"),
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "class": "govuk-input--width-20"}),
    )
    words = Paragraphs(
        longest=2000,
        required=False,
        label=_("Anything you would like to tell us (optional)"),
        help_text=_("For example, what you would like to do, or a question."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    heard_from = heard_from_field()
    returning = returning_field()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lay_out(gettext("Send"))

    @property
    def facts(self) -> dict[str, Any]:
        """What `joining.express` takes."""
        names = ("name", "email", "phone", "place", "words", "heard_from", "returning")
        return {name: self.cleaned_data[name] for name in names} | {"language": get_language() or "en"}


class StartForm(forms.Form):
    """Somebody who is signed in already."""

    name = own_name()
    phone = phone_field()
    heard_from = heard_from_field()
    returning = returning_field()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("start", gettext("Start")))


class NewLinkForm(PublicForm):
    email = email_field(_("The one you gave when you told us that you are interested."))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lay_out(gettext("Send me a new link"))


class PasswordForm(InOurWords):
    """All that an account still needs of whoever followed the link."""

    words = {"password": Words(_("Choose a password"), NEW_PASSWORD.missing, NEW_PASSWORD.hint)}
    password = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, name: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = User(email=email, name=name)
        self.helper = FormHelper()
        self.helper.add_input(Submit("start", gettext("Start")))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password
