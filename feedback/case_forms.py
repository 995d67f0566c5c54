"""What the team fills in about a case."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts import team
from accounts.asking import Day
from accounts.models import User
from directory import vocabulary
from directory.models import Listing
from feedback.models import Case
from feedback.models.cases import ANSWERS, ORAL, How, Kind, Outcome, Severity, Theme
from files.checks import Checked, FileRefused, checked

LANGUAGES = [("", "Not known: write in each"), ("en", "English"), ("cy", "Welsh")]
BIG = forms.Textarea({"rows": 6, "class": "vLargeTextField"})


def paragraphs(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=BIG, max_length=10_000,
        error_messages={"required": "Write something."},
    )  # fmt: skip


def listings() -> QuerySet[Listing]:
    return Listing.objects.filter(published_at__isnull=False).order_by("name", "pk")


class CaseForm(forms.Form):
    """`case` and `user` are whose page it is on, and who fills it in."""

    def __init__(self, *args: Any, case: Case, user: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.case, self.user, self.today = case, user, on
        self.set_up()

    def set_up(self) -> None:
        """What depends on the case."""


class NothingToFillIn(CaseForm):
    pass


class HandlerForm(CaseForm):
    handler = forms.ModelChoiceField(User.objects.none(), label="Who handles it", empty_label=None)

    def set_up(self) -> None:
        may = [user.pk for user in team.members().filter(is_active=True) if may_handle(user, self.case)]
        self.fields["handler"].queryset = User.objects.filter(pk__in=may)  # type: ignore[attr-defined]
        self.initial["handler"] = self.user.pk


def may_handle(user: User, case: Case) -> bool:
    return user.has_perm(case.reader) and Case.objects.visible(user).filter(pk=case.pk).exists()


class AcknowledgeForm(CaseForm):
    words = paragraphs(
        "In your own words, to whoever told us",
        "Optional. Who looks into it, say, and when you will ring. What happens with a case of this kind, and by when, "
        "is written under it.",
        required=False,
    )
    record_of_it = paragraphs(
        "What was said, as you wrote it down",
        "It goes with the acknowledgement, so that they can put it right (SI 2014/1794 reg. 15).",
        required=False,
    )

    def set_up(self) -> None:
        if self.case.received_how in ORAL and self.case.kind == Kind.COMPLAINT:
            self.initial["record_of_it"] = self.case.words
        else:
            del self.fields["record_of_it"]


class WordsForm(CaseForm):
    words = paragraphs("Words")


class NoteForm(CaseForm):
    words = paragraphs("Note", "For the team alone. Whoever it is about may ask for it one day, so keep to facts.")


class ToReporterForm(CaseForm):
    words = paragraphs("Message", "It goes as you write it, so write in their language.")


class TalkedForm(CaseForm):
    on = Day(label="On which day")
    words = paragraphs("What was said", "Whoever told us sees it too.")

    def set_up(self) -> None:
        self.initial["on"] = self.today

    def clean_on(self) -> date:
        return not_to_come(self.cleaned_data["on"])


def not_to_come(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError("Choose today or a day before it.")
    return day


class FileForm(CaseForm):
    file = forms.FileField(label="File", help_text="A PDF or a photo, smaller than 15 MB.")

    def clean_file(self) -> Checked:
        try:
            return checked(self.cleaned_data["file"])
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error


class AboutForm(CaseForm):
    """What it is: how grave, about whom, which kind of help, which themes."""

    severity = forms.ChoiceField(label="How grave", choices=Severity.choices)
    listing = forms.ModelChoiceField(Listing.objects.none(), label="About which carer", required=False)
    about_words = forms.CharField(label="If they are not in the list", max_length=200, required=False)
    about_user = forms.ModelChoiceField(
        User.objects.filter(is_staff=True), label="About whom of the team", required=False,
        help_text="They do not see it.",
    )  # fmt: skip
    service = forms.ChoiceField(label="About which kind of help", required=False)
    themes = forms.MultipleChoiceField(
        label="Themes", choices=Theme.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label="Language in which we write", choices=LANGUAGES, required=False)

    def set_up(self) -> None:
        fields: Any = self.fields
        fields["listing"].queryset = listings()
        fields["service"].choices = [("", "Not said"), *((one.slug, one.en) for one in vocabulary.SERVICES.values())]
        said = {name: getattr(self.case, name) for name in fields if not name.endswith(("listing", "user"))}
        self.initial.update(said, listing=self.case.listing_id, about_user=self.case.about_user_id)


class KindForm(CaseForm):
    kind = forms.ChoiceField(label="What it is")
    reason = paragraphs("Why", "For the team alone.")

    def set_up(self) -> None:
        self.fields["kind"].choices = [one for one in Kind.choices if one[0] != self.case.kind]  # type: ignore[attr-defined]


class ReferForm(CaseForm):
    on = Day(label="Referred on")
    at = forms.TimeField(label="At", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    made_by = forms.CharField(label="By whom", max_length=100)
    to = forms.CharField(label="To whom", max_length=200)
    their_reference = forms.CharField(label="Their reference", max_length=60, required=False)
    words = paragraphs("Anything else", required=False)

    def set_up(self) -> None:
        now = timezone.localtime()
        self.initial.update(on=now.date(), at=now.time(), made_by=str(self.user))

    def clean_on(self) -> date:
        return not_to_come(self.cleaned_data["on"])


class AnswerForm(CaseForm):
    outcome = forms.ChoiceField(label="What came of it")
    words = paragraphs("Our answer", "It goes as you write it. No private details of anybody else.")

    def set_up(self) -> None:
        answers = ANSWERS[Kind(self.case.kind)]
        self.fields["outcome"].choices = [(one.value, Outcome(one).label) for one in answers]  # type: ignore[attr-defined]


class ReasonForm(CaseForm):
    reason = paragraphs("Why", "It stands in the timeline.")


class FormalForm(CaseForm):
    words = paragraphs("What they asked for", "How they said it, and when.", required=False)


class MergeForm(CaseForm):
    into = forms.ModelChoiceField(Case.objects.none(), label="The same as", empty_label=None)

    def set_up(self) -> None:
        self.fields["into"].queryset = doubles(self.case, self.user)  # type: ignore[attr-defined]


def doubles(case: Case, user: User) -> QuerySet[Case]:
    """Those it may be merged into."""
    same = Case.objects.visible(user).filter(kind=case.kind, listing=case.listing)
    return same.exclude(pk=case.pk).exclude(state__in=["merged", "aside"])


class UntilForm(CaseForm):
    until = Day(label="Until")
    reason = paragraphs("Why", "What was agreed, and with whom.")


class RecordForm(forms.Form):
    """What came by phone, letter, email, social media or in person."""

    kind = forms.ChoiceField(label="What it is", choices=Kind.choices, widget=forms.RadioSelect)
    received_how = forms.ChoiceField(
        label="How it came", choices=[one for one in How.choices if one[0] != How.WEB], widget=forms.RadioSelect
    )
    received_on = Day(label="The day it was received", help_text="This day starts the clocks.")
    listing = forms.ModelChoiceField(Listing.objects.none(), label="About which carer", required=False)
    about_words = forms.CharField(
        label="Or, if they are not in the list, who or what it is about", max_length=200, required=False
    )
    words = paragraphs("What happened, in their words")
    wanted = paragraphs("What would put it right", required=False)
    anonymous = forms.BooleanField(
        label="They do not want to give their name", required=False, help_text="Not for a complaint."
    )
    name = forms.CharField(label="Their name", max_length=100, required=False)
    phone = forms.CharField(label="Phone", max_length=30, required=False)
    email = forms.EmailField(label="Email", required=False)
    address = forms.CharField(
        label="Postal address", required=False, widget=forms.Textarea({"rows": 3}),
        help_text="For letters, where they have no email address.",
    )  # fmt: skip
    language = forms.ChoiceField(label="Language in which we write", choices=LANGUAGES, required=False)
    severity = forms.ChoiceField(label="How grave", choices=Severity.choices, initial=Severity.MEDIUM)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["listing"].queryset = listings()  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        return not_to_come(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        who = [said.get(name) for name in ("name", "phone", "email", "address")]
        if said.get("anonymous"):
            if said.get("kind") in {Kind.COMPLAINT, Kind.DATA}:
                self.add_error("anonymous", "A complaint needs somebody who can be answered.")
            elif any(who):
                self.add_error("anonymous", "Take out their name and how to reach them, or take out this tick.")
        elif said.get("kind") in {Kind.COMPLAINT, Kind.DATA} and not any(who[1:]):
            self.add_error("phone", "Write how they can be answered: by phone, email or post.")
        return said
