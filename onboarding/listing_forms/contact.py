"""How people reach a carer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.forms import Line, own_email, own_phone
from directory.models import Listing
from onboarding.listing_forms.frame import StepForm

WRONG_ADDRESS = _("Enter the address of a website, like www.example.org")


class ContactForm(StepForm):
    names = ("phone", "email", "website", "contact_hours_en", "contact_hours_cy")
    both = ("contact_hours",)

    phone = own_phone(_("Phone number for everybody to see"), _("Leave it empty if you would rather be written to."))
    email = own_email(
        _("Email address for everybody to see"),
        _("Leave it empty to show none. Messages from your page then go to the address you sign in with."),
    )
    website = forms.URLField(
        required=False,
        assume_scheme="https",
        max_length=200,
        label=_("Your website"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
        error_messages={"invalid": WRONG_ADDRESS, "max_length": WRONG_ADDRESS},
    )
    contact_hours_en = Line(
        longest=150,
        required=False,
        label=_("When is it best to get in touch? In English"),
        help_text=_("For example, “Best between 1pm and 4pm”."),
    )
    contact_hours_cy = Line(
        longest=150,
        required=False,
        label=_("When is it best to get in touch? In Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
    )

    def clean_phone(self) -> str:
        """The listing holds a shorter one than people may type."""
        typed: str = self.cleaned_data["phone"]
        return typed if len(typed) <= (Listing._meta.get_field("phone").max_length or 0) else "".join(typed.split())
