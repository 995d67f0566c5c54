"""What is asked before a decision about a carer."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from accounts.asking import Day
from compliance import deciding, seeing
from compliance.models import Note
from onboarding.models import Carer
from onboarding.reasons import Reason

NOTHING_SAID = "Of a safeguarding matter the carer is told nothing but that the page is paused. Take these words out."


def listed(labels: list[str]) -> str:
    return f"“{'”, “'.join(labels[:-1])}” and “{labels[-1]}”"


class DecisionForm(forms.Form):
    """Why, from the list; and words of one's own, which reach the carer as they are written."""

    reasons: ClassVar[tuple[Reason, ...]] = ()
    reason = forms.ChoiceField(label="Why", error_messages={"required": "Choose why."})
    words = forms.CharField(
        required=False,
        label="In your own words, to the carer",
        help_text="Optional. Stands in the message as you write it, so write in their language. The reason above does "
        "not.",
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
    )

    def __init__(self, *args: Any, carer: Carer, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.carer, self.on = carer, on
        choices = [("", "Choose one"), *((reason.value, reason.label) for reason in self.reasons)]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]

    def say_who_sees(self) -> None:
        """To whoever does not see it afterwards."""
        if close := [reason.label for reason in self.reasons if reason in seeing.CLOSE]:
            self.fields["reason"].help_text = (
                f"Of {listed(close)} only managers and safeguarding leads read afterwards which it was, and a manager "
                "decides about it from then on. Everybody else reads “Paused by the team”."
            )


class SuspendForm(DecisionForm):
    reasons = deciding.SUSPEND_FOR
    review_on = Day(label="Somebody looks at it again on", help_text="On that day it waits on the team’s home page.")

    def __init__(self, *args: Any, on: date, **kwargs: Any):
        kwargs["initial"] = {"review_on": on + deciding.REVIEW_AFTER}
        super().__init__(*args, on=on, **kwargs)

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day <= self.on:
            raise forms.ValidationError("Choose a day that is to come.")
        if day > self.on + deciding.LONGEST:
            raise forms.ValidationError("Choose a day within a year.")
        return day

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("reason") == Reason.SAFEGUARDING and said.get("words", "").strip():
            self.add_error("words", NOTHING_SAID)
        return said


class ReinstateForm(DecisionForm):
    reasons = deciding.REINSTATE_FOR


class EndForm(DecisionForm):
    reasons = deciding.END_FOR

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = "Optional. Stands in the message under the reason, as you write it."

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        match said.get("reason"):
            case Reason.UNREACHABLE if (days := deciding.days_tried(self.carer)) < deciding.TRIES:
                self.add_error("reason", str(deciding.TriedTooLittle(days)))
            case Reason.DIED if said.get("words", "").strip():
                self.add_error("words", "Nothing is sent to somebody who died. Take these words out.")
        return said


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label="What", choices=Note.Kind.choices, initial=Note.Kind.NOTE)
    words = forms.CharField(
        label="Note",
        help_text="Facts, in words that you would say to the carer: they may ask to read it. It cannot be changed.",
        error_messages={"required": "Write the note."},
        widget=forms.Textarea({"rows": 5, "class": "vLargeTextField"}),
    )
    held_back = forms.BooleanField(
        required=False,
        label="Keep it out of the copy that they can take by themselves",
        help_text="It is about somebody else, or reading it could put somebody at risk. If they ask, somebody decides.",
    )
