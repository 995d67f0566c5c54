"""The forms of the door: one for each thing that people tell us. Everything typed stays, and nothing is cut off."""

from typing import Any

from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from directory.forms import Files, Line, Paragraphs, PublicForm, own_email, own_name, own_phone
from feedback.ways import COMPLAINT, CONCERN, DATA, NOBODY, THANKS, WORRY, WRONG, About

LONGEST, LONGEST_SHORT = 10_000, 2_000
AT_MOST = _("At most 10,000 characters.")
FILES_SO_FAR = '{% include "feedback/_files_so_far.html" %}'
REACH = ("name", "email", "phone", "address")
ANONYMOUS = "anonymous"
CHOOSE_KNOWN = _("Choose whether you say who you are")
CHOOSE_WRITTEN = _("Choose the language in which you wrote")
CHOOSE_LANGUAGE = _("Choose the language in which we should write to you")


def paragraphs(label: str | Promise, missing: str | Promise = "", help_text: str | Promise = "", rows: int = 4) -> Any:
    """A long answer; one that may be left out has no sentence for when it is missing."""
    return Paragraphs(
        longest=LONGEST,
        required=bool(missing),
        label=label,
        help_text=format_lazy("{} {}", help_text, AT_MOST) if help_text else AT_MOST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing else {},
    )


def files_field() -> Files:
    return Files(
        label=_("Photos or PDFs (optional)"),
        help_text=_("For example a photo, a letter or a bill. Up to 5 files, of up to 15 MB each."),
    )


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Which language should we write to you in?"),
        help_text=_("Writing to us in Welsh does not cause any delay."),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_LANGUAGE, "invalid_choice": CHOOSE_LANGUAGE},
    )


def offer_languages(form: forms.Form) -> None:
    """Those of the scheme, the page's own chosen; where there is one, nothing is asked."""
    words = {"en": gettext("English"), "cy": gettext("Welsh")}
    if len(settings.SCHEME.languages) == 1:
        del form.fields["language"]
        return
    field = form.fields["language"]
    field.choices = [(code, words[code]) for code in settings.SCHEME.languages]  # type: ignore[attr-defined]
    field.initial = get_language() or "en"


class Telling(PublicForm):
    """What all of them share. `about` is whose page somebody came from: then nobody is asked whom it is about."""

    button: str | Promise = _("Send")

    def __init__(self, *args: Any, about: About = NOBODY, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.about = about
        if about.listing and "about_words" in self.fields:
            del self.fields["about_words"]
        if "language" in self.fields:
            offer_languages(self)
        self.lay_out(str(self.button))

    def lay_out(self, button: str) -> None:
        """Who they are and how to answer stands together, so that it goes away for whoever stays anonymous."""
        super().lay_out(button)
        reach = [name for name in (*REACH, "language") if name in self.fields and "known" in self.fields]
        shown = [name for name in self.fields if name not in {"website", *reach}]
        unseen = Div("website", css_class="govuk-visually-hidden", aria_hidden="true")
        laid = [part for name in shown for part in ((name, HTML(FILES_SO_FAR)) if name == "uploads" else (name,))]
        own = [Div(*reach, css_class="reach")] if reach else []
        self.helper.layout = Layout(*laid, *own, unseen, Submit("send", button))

    @property
    def facts(self) -> dict[str, Any]:
        """What is kept of it, and makes the form's key."""
        raise NotImplementedError

    @property
    def written_in(self) -> str:
        return str(self.cleaned_data.get("language") or get_language() or "en")

    @property
    def texts(self) -> list[str]:
        """What spam is looked for in."""
        return [self.cleaned_data.get(name, "") for name in ("words", "wanted", "about_words", "address")]


class CaseForm(Telling):
    """What becomes a case."""

    wanted = paragraphs(_("What would put it right? (optional)"), rows=3)
    uploads = files_field()
    name = own_name()
    email = own_email(_("Your email address"), _("We mail you a link by which you see what happens."))
    phone = own_phone(_("Your phone number"), _("If we may ring you."))
    address = Paragraphs(
        longest=500,
        required=False,
        label=_("Your postal address"),
        help_text=_("If we should write by post."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    language = language_field()

    @property
    def is_anonymous(self) -> bool:
        return False

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        ways = [cleaned.get(name) for name in ("email", "phone", "address")]
        if not self.is_anonymous and ways == ["", "", ""]:
            self.add_error("email", self.no_way)
        return super().clean()

    @property
    def no_way(self) -> str:
        return gettext("Enter an email address, a phone number or a postal address, so that we can answer you")

    @property
    def facts(self) -> dict[str, Any]:
        """What `cases.receive` takes. Whoever stays anonymous leaves nothing of what they typed about themselves."""
        cleaned = self.cleaned_data
        own: dict[str, Any] = {name: "" if self.is_anonymous else cleaned[name] for name in REACH}
        said: dict[str, Any] = {name: cleaned[name] for name in ("words", "wanted", "about_words") if name in cleaned}
        return {**said, **own, "anonymous": self.is_anonymous, "language": self.written_in}


class KnownOrNot(CaseForm):
    """One that may be anonymous."""

    known = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[("known", _("Yes, you can ask me more and tell me what comes of it")),
                 (ANONYMOUS, _("No, I stay anonymous"))],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_KNOWN, "invalid_choice": CHOOSE_KNOWN},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        hint = gettext("We keep no name and no address. You get a private link to follow it: only you have it.")
        self.fields["known"].hints = {ANONYMOUS: hint}  # type: ignore[attr-defined]
        self.fields["name"].required = False
        self.fields["name"].label = gettext("Your name (optional)")

    @property
    def is_anonymous(self) -> bool:
        return self.cleaned_data.get("known") == ANONYMOUS

    def clean(self) -> dict[str, Any]:
        """Of whoever stays anonymous it does not matter what is wrong with their email address."""
        if self.is_anonymous:
            for name in (*REACH, "language"):
                self.errors.pop(name, None)
                self.cleaned_data.setdefault(name, "")
        return super().clean() if "known" in self.cleaned_data else PublicForm.clean(self)

    @property
    def no_way(self) -> str:
        return gettext(
            "Enter an email address, a phone number or a postal address, so that we can answer you, or choose to stay "
            "anonymous"
        )


ABOUT_WHOM: dict[str, Any] = {"widget": forms.TextInput(attrs={"autocomplete": "off"}), "longest": 200}


class ConcernForm(KnownOrNot):
    about_words = Line(
        label=_("Who is it about?"),
        help_text=_("A name. If you do not know it, say where and when they came."),
        error_messages={"required": _("Say who it is about, as well as you know")},
        **ABOUT_WHOM,
    )
    words = paragraphs(_("What happened?"), _("Say what happened"), _("When, where, and who was there."), rows=8)
    field_order = ["about_words", "words", "wanted", "uploads", "known", *REACH, "language"]


class WorryForm(KnownOrNot):
    about_words = Line(
        required=False,
        label=_("Who are you worried about? (optional)"),
        help_text=_("A name, and the town or village."),
        **ABOUT_WHOM,
    )
    words = paragraphs(
        _("What makes you worried?"), _("Say what makes you worried"),
        _("What you saw or heard, and when. Who may be doing it, if you know."), rows=8,
    )  # fmt: skip
    wanted = None
    field_order = ["about_words", "words", "uploads", "known", *REACH, "language"]


class ComplaintForm(CaseForm):
    about_words = Line(
        required=False,
        label=_("Whom or what is it about? (optional)"),
        help_text=_("For example, somebody’s name, or a letter from us."),
        **ABOUT_WHOM,
    )
    words = paragraphs(_("What went wrong?"), _("Say what went wrong"), rows=8)
    field_order = ["about_words", "words", "wanted", "uploads", *REACH, "language"]


class DataForm(CaseForm):
    words = paragraphs(
        _("What did we do with your data that was wrong?"), _("Say what we did with your data that was wrong"), rows=8
    )
    field_order = ["words", "wanted", "uploads", *REACH, "language"]


class CorrectionForm(Telling):
    """Something in a listing is wrong."""

    about_words = Line(
        label=_("Whose listing is it?"),
        help_text=_("The name at the top of the page, or the page’s address."),
        error_messages={"required": _("Say whose listing it is")},
        **ABOUT_WHOM,
    )
    words = Paragraphs(
        longest=LONGEST_SHORT,
        label=_("What is wrong, and what should it say?"),
        help_text=_("At most 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what is wrong")},
    )
    email = own_email(
        _("Your email address (optional)"), _("If you would like to hear when it is mended. Nobody else sees it.")
    )
    field_order = ["about_words", "words", "email"]

    @property
    def facts(self) -> dict[str, Any]:
        """What `corrections.report` takes."""
        said = {name: self.cleaned_data[name] for name in self.field_order if name in self.cleaned_data}
        return {**said, "language": self.written_in}


class ThanksForm(Telling):
    """Thanks or a comment."""

    about_words = Line(
        required=False,
        label=_("Whom or what is it about? (optional)"),
        help_text=_("A name, or the team, or this website."),
        **ABOUT_WHOM,
    )
    words = Paragraphs(
        longest=LONGEST_SHORT,
        label=_("What would you like to say?"),
        help_text=_("Leave out the names of others, and anything about health. At most 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what you would like to say")},
    )
    may_be_shown = forms.BooleanField(
        required=False, label=_("I agree that my words are shown on the page of whomever I thank, if they agree too")
    )
    name = Line(
        longest=50,
        required=False,
        label=_("Your first name, if it may be shown too (optional)"),
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
    )
    email = own_email(
        _("Your email address (optional)"),
        _("We tell you when it is shown, and send a link to take it back at any time. Nobody else sees the address."),
    )
    language = forms.ChoiceField(
        label=_("Which language did you write in?"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE_WRITTEN, "invalid_choice": CHOOSE_WRITTEN},
    )
    field_order = ["about_words", "words", "may_be_shown", "name", "email", "language"]

    @property
    def facts(self) -> dict[str, Any]:
        """What `praise.receive` takes."""
        said = {name: self.cleaned_data[name] for name in self.field_order if name in self.cleaned_data}
        return {**said, "language": self.written_in}


FORMS: dict[str, type[Telling]] = {
    THANKS: ThanksForm, WRONG: CorrectionForm,
    CONCERN: ConcernForm, COMPLAINT: ComplaintForm, DATA: DataForm, WORRY: WorryForm,
}  # fmt: skip
