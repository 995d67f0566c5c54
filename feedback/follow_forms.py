"""What somebody types on the page of their case."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import Paragraphs, own_email
from feedback.door_forms import AT_MOST, FILES_SO_FAR, LONGEST, files_field


def laid_out(*parts: Any) -> FormHelper:
    """Anew for each page: a button keeps the language in which it was drawn first."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*parts)
    return helper


class AddForm(forms.Form):
    words = Paragraphs(
        longest=LONGEST,
        label=_("Tell us something more"),
        help_text=AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you would like to tell us")},
    )
    uploads = files_field()

    @property
    def helper(self) -> FormHelper:
        return laid_out("words", "uploads", HTML(FILES_SO_FAR), Submit("send", gettext("Send")))


class NewLinkForm(forms.Form):
    email = own_email(
        _("Your email address"),
        _("The one that you gave us when you told us."),
        _("Enter the email address that you gave us"),
    )

    @property
    def helper(self) -> FormHelper:
        return laid_out("email", Submit("send", gettext("Send me a new link")))
