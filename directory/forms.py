"""What people fill in. Everything typed stays, and every error says how to mend it."""

import re
import unicodedata
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from directory.enquiry_models import Enquiry
from directory.models import Listing
from directory.phones import can_be_rung


def plain(text: str, *, keep: str = "") -> str:
    """Without control characters, which no person types and on which a header or PostgreSQL would choke."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} and sign not in keep else sign for sign in text)


class Bounded(forms.CharField):
    """Text of at most `longest` characters; how many too many there are is said, and nothing is cut off."""

    def __init__(self, *, longest: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.longest = longest

    def validate(self, value: Any) -> None:
        super().validate(value)
        if (over := len(value) - self.longest) > 0:
            said = gettext("Use %(longest)s characters or fewer: there are %(over)s too many")
            raise forms.ValidationError(said % {"longest": f"{self.longest:,}", "over": f"{over:,}"})


class Line(Bounded):
    def to_python(self, value: Any) -> str:
        return " ".join(plain(str(value or "")).split())


class Paragraphs(Bounded):
    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return plain(text, keep="\n\t").strip()


class PhoneField(Line):
    """A number that can be rung from here, as it was typed."""

    def __init__(self, **kwargs: Any):
        super().__init__(longest=30, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not can_be_rung(value):
            raise forms.ValidationError(gettext("Enter a phone number, like 01632 960001 or 07700 900982"))


WRONG_EMAIL = _("Enter an email address in the right form, like name@example.com")


class MailField(forms.EmailField):
    default_error_messages = {"invalid": WRONG_EMAIL, "max_length": WRONG_EMAIL}

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=254, **kwargs)

    def to_python(self, value: Any) -> str:
        return plain(str(value or "")).strip()


class Whole(forms.IntegerField):
    """A whole number between two; what is not one is answered with one sentence."""

    def __init__(self, *, low: int, high: int, wanted: str | Promise, **kwargs: Any):
        self.low, self.high, self.wanted = low, high, wanted
        box = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3", "autocomplete": "off"})
        super().__init__(widget=box, **kwargs)

    def clean(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if not typed and not self.required:
            return None
        if not re.fullmatch(r"\d{1,6}", typed, re.ASCII) or not self.low <= int(typed) <= self.high:
            raise forms.ValidationError(str(self.wanted))
        return int(typed)


class Files(forms.FileField):
    """Several files at once, photos or PDFs; the page that takes them judges each (`files.checks`)."""

    class Several(forms.FileInput):
        allow_multiple_selected = True

    def __init__(self, **kwargs: Any):
        box = Files.Several({"multiple": True, "accept": "image/*,.heic,.pdf,application/pdf"})
        super().__init__(required=False, widget=box, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


# What people say about themselves: a browser fills these in.


def own_name() -> Line:
    return Line(
        longest=100,
        label=_("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": _("Enter your name")},
    )


def own_phone(label: str | Promise, help_text: str | Promise) -> PhoneField:
    """That may be left out."""
    attrs = {"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
    return PhoneField(required=False, label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def own_email(label: str | Promise, help_text: str | Promise, missing: str | Promise = "") -> MailField:
    """One that may be left out has no sentence for when it is missing."""
    return MailField(
        required=bool(missing),
        label=label,
        help_text=help_text,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": missing} if missing else {},
    )


class PublicForm(forms.Form):
    """What anybody may send. `trouble` is what the form's own ticket says (`directory.spam`)."""

    # Nobody sees it, so only a machine fills it in.
    website = Line(
        longest=4000,
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, trouble: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.trouble = trouble

    def lay_out(self, button: str) -> None:
        """Every field in its order, the unseen one out of sight, and the button."""
        self.helper = FormHelper()
        self.helper.form_tag = False
        shown = [name for name in self.fields if name != "website"]
        unseen = Div("website", css_class="govuk-visually-hidden", aria_hidden="true")
        self.helper.layout = Layout(*shown, unseen, Submit("send", button))

    def clean(self) -> dict[str, Any]:
        """A form sent too fast or too late is looked through again. One with mistakes in it is anyhow."""
        if self.trouble == "fast" and self.errors:
            return self.cleaned_data
        if self.trouble == "fast":
            raise forms.ValidationError(gettext("That was very quick. Look through your message, then send it."))
        if self.trouble:
            raise forms.ValidationError(
                gettext("This page was open too long. Look through your message, then send it again.")
            )
        return self.cleaned_data

    @property
    def trap(self) -> bool:
        return bool(self.cleaned_data["website"])


CHOOSE_WAY = _("Choose how %(name)s should answer you")
CHOOSE_LANGUAGE = _("Choose the language of the answer")


class EnquiryForm(PublicForm):
    """A message to one carer, whom its words name."""

    what = Paragraphs(
        longest=4000,
        label=_("What would you like %(name)s to help with?"),
        help_text=_("Say what help is wanted. Leave out names and medical details."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say what you would like %(name)s to help with")},
    )
    when = Paragraphs(
        longest=500,
        required=False,
        label=_("When would you like help? (optional)"),
        help_text=_("For example, Tuesday and Thursday mornings, from January."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name = own_name()
    answer_by = forms.ChoiceField(
        label=_("How should %(name)s answer you?"),
        choices=Enquiry.AnswerBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_WAY, "invalid_choice": CHOOSE_WAY},
    )
    phone = own_phone(_("Your phone number"), _("If %(name)s may ring you."))
    email = own_email(_("Your email address"), _("If %(name)s may email you. We send you a copy of your message too."))
    language = forms.ChoiceField(
        label=_("Which language would you like the answer in?"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_LANGUAGE, "invalid_choice": CHOOSE_LANGUAGE},
    )
    consent = forms.BooleanField(
        label=_("I agree that the council passes this on to %(name)s and keeps it for up to %(months)s months."),
        error_messages={"required": _("Tick the box to agree, so that we can pass your message on")},
    )

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.listing = listing
        self._name_the_carer()
        self._offer_languages()
        self.lay_out(gettext("Send message"))

    def _name_the_carer(self) -> None:
        facts = {"name": self.listing.first_name, "months": settings.ENQUIRY_MONTHS}

        def filled(text: str | Promise | None) -> str:
            return str(text or "") % facts

        for field in self.fields.values():
            field.label, field.help_text = filled(field.label), filled(field.help_text)
            for code in ("required", "invalid_choice"):
                if "%(name)s" in str(field.error_messages.get(code, "")):
                    field.error_messages[code] = filled(field.error_messages[code])

    def _offer_languages(self) -> None:
        """Those of the scheme, the page's own chosen; where there is one, nothing is asked."""
        words = {"en": gettext("English"), "cy": gettext("Welsh")}
        if len(settings.SCHEME.languages) == 1:
            del self.fields["language"]
            return
        field = self.fields["language"]
        field.choices = [(code, words[code]) for code in settings.SCHEME.languages]  # type: ignore[attr-defined]
        field.initial = get_language() or "en"
        if "cy" not in self.listing.languages:
            field.help_text = gettext("%(name)s does not list Welsh.") % {"name": self.listing.first_name}

    def clean(self) -> dict[str, Any]:
        """The way of answering asks for its own address."""
        cleaned = self.cleaned_data
        way, name = cleaned.get("answer_by"), {"name": self.listing.first_name}
        if way in {"phone", "either"} and cleaned.get("phone") == "":
            self.add_error("phone", gettext("Enter the phone number that %(name)s should ring") % name)
        if way in {"email", "either"} and cleaned.get("email") == "":
            self.add_error("email", gettext("Enter the email address that %(name)s should write to") % name)
        return super().clean()

    @property
    def facts(self) -> dict[str, Any]:
        """What `enquiries.send_enquiry` takes."""
        cleaned = self.cleaned_data
        names = ("what", "when", "name", "answer_by", "phone", "email")
        return {name: cleaned[name] for name in names} | {"language": cleaned.get("language") or "en"}
