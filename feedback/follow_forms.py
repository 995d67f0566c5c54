"""What somebody types on the page of their case."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from directory.forms import Paragraphs, own_email
from feedback.door_forms import AT_MOST, FILES_SO_FAR, LONGEST, files_field


class AddForm(forms.Form):
    words = Paragraphs(
        longest=LONGEST,
        label=_("Tell us something more"),
        help_text=AT_MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write what you would like to tell us")},
    )
    uploads = files_field()
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("words", "uploads", HTML(FILES_SO_FAR), Submit("send", _("Send")))


class NewLinkForm(forms.Form):
    email = own_email(
        _("Your email address"),
        _("The one that you gave us when you told us."),
        _("Enter the email address that you gave us"),
    )
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout("email", Submit("send", _("Send me a new link")))
