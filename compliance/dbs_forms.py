"""What is asked before the DBS can be: of the holder, of the team for them, and of the council about itself."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.asking import Day
from directory.days import DayField
from directory.forms import Line, Paragraphs
from onboarding.fact_frame import EXAMPLE

DIGITS = 12
OLDEST = 110  # years


class NumberField(Line):
    """Twelve digits, however they are spaced. It goes to the DBS as typed on the certificate and is shown nowhere."""

    def __init__(self, **kwargs: Any):
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"})
        super().__init__(longest=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        typed = "".join(str(super().clean(value)).replace("-", " ").split())
        if typed and not (len(typed) == DIGITS and typed.isascii() and typed.isdecimal()):
            raise forms.ValidationError(gettext("Enter the 12 digits of the certificate’s number"))
        return typed


def name_field(label: Any, missing: Any, **kwargs: Any) -> Line:
    widget = forms.TextInput({"autocomplete": "off", "spellcheck": "false"})
    return Line(longest=100, label=label, widget=widget, error_messages={"required": missing}, **kwargs)


def is_birthday(day: date) -> date:
    """Raises `ValidationError` for a day on which nobody who gives care was born."""
    today = timezone.localdate()
    if not today.year - OLDEST <= day.year or day >= today:
        raise forms.ValidationError(gettext("Enter the date of birth as it stands on the certificate"))
    return day


class ConsentForm(forms.Form):
    """On the holder's own page, in their language."""

    number = NumberField(
        label=_("Certificate number"),
        help_text=_("12 digits, at the top right of the certificate."),
        error_messages={"required": _("Enter the number of your certificate")},
    )
    forename = name_field(
        _("First name on the certificate"), _("Enter your first name as it stands on the certificate")
    )
    surname = name_field(_("Surname on the certificate"), _("Enter your surname as it stands on the certificate"))
    born = DayField(wanted=_("your date of birth"), label=_("Date of birth"), help_text=EXAMPLE)
    agree = forms.BooleanField(
        label=_(
            "I agree that the team asks the DBS whether there is anything new: once a year, and if it has a reason to."
        ),
        error_messages={"required": _("Tick the box if you agree. If you do not, leave this page: nothing changes")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True

    def clean_born(self) -> date:
        return is_birthday(self.cleaned_data["born"])


class SignedConsentForm(forms.Form):
    """By the team, off the paper that the holder signed."""

    given_on = Day(label="Signed on", error_messages={"required": "Enter the day on which they signed."})
    number = NumberField(
        label="Certificate number", error_messages={"required": "Enter the number of the certificate."}
    )
    forename = name_field("First name on the certificate", "Enter the first name.")
    surname = name_field("Surname on the certificate", "Enter the surname.")
    born = Day(label="Date of birth", error_messages={"required": "Enter the date of birth."})
    signed = forms.BooleanField(
        label="I have the paper that the holder signed, and it says that they may end this at any time.",
        error_messages={"required": "Without a signed paper there is no consent."},
    )

    def clean_given_on(self) -> date:
        return not_to_come(self.cleaned_data["given_on"])

    def clean_born(self) -> date:
        return is_birthday(self.cleaned_data["born"])


class EntitlementForm(forms.Form):
    confirmed_by = Line(
        longest=100, label="Who confirmed it: their role",
        help_text="Somebody who may say so for the council, as “Head of Legal Services”.",
        error_messages={"required": "Enter the role of who confirmed it."},
    )  # fmt: skip
    confirmed_on = Day(label="Confirmed on", error_messages={"required": "Enter the day on which it was confirmed."})
    basis = Paragraphs(
        longest=2000, label="On what legal basis", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In words: why the council, which does not employ these carers, may ask for the same check itself.",
        error_messages={"required": "Enter the legal basis."},
    )  # fmt: skip
    organisation = Line(
        longest=100, label="Name of the organisation", help_text="The DBS is told it, and tells the holder who asked.",
        error_messages={"required": "Enter the name of the organisation."},
    )  # fmt: skip

    def clean_confirmed_on(self) -> date:
        return not_to_come(self.cleaned_data["confirmed_on"])


def not_to_come(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError("Enter today or a day before.")
    return day
