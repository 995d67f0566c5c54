"""What a carer writes of a concern about them: an answer, an appeal, that they need more time."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from directory.forms import Files, Paragraphs

LONGEST = 20_000


class WriteForm(forms.Form):
    """Words and files; what is typed is kept when files are added."""

    words = Paragraphs(longest=LONGEST, widget=forms.Textarea({"rows": 10}))
    pages = Files(
        label=_("Photos or PDF files (optional)"),
        help_text=_("Such as messages, a diary page or a letter. You can choose several, and add more later."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True


class ReplyForm(WriteForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label = _("Your answer")
        field.help_text = _(
            "Say what happened, in your own words. Leave out names of people you care for and medical details."
        )
        field.error_messages["required"] = _("Write your answer")


class AppealForm(WriteForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["words"]
        field.label = _("Why you appeal")
        field.help_text = _("Say why you think that the decision is wrong, and what we did not know.")
        field.error_messages["required"] = _("Write why you appeal")


class TimeForm(forms.Form):
    why = Paragraphs(
        longest=2000,
        label=_("Why do you need more time, and until when?"),
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say why you need more time, and until when")},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
