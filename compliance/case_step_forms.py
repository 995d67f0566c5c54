"""What the team fills in on the steps of a case that reach the carer."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings

from accounts.asking import Day
from accounts.models import User
from compliance import case_appeals, case_outcomes, case_texts, case_words, deciding
from compliance.case_guests import LONGEST
from compliance.models import Guest
from feedback.case_forms import BIG, paragraphs
from feedback.models import Case
from feedback.models.cases import ABOUT_LISTING, How, Outcome, State
from onboarding.models import Carer

LANGUAGES = {"en": "English", "cy": "Welsh"}
HOWS = [(how.value, how.label) for how in How if how not in {How.WEB, How.SOCIAL}]
OUTCOMES = [(outcome.value, str(outcome.label)) for outcome in ABOUT_LISTING]
ENGLISH = {
    Outcome.NO_ACTION: "No action",
    Outcome.ADVICE: "Advice",
    Outcome.ACTION_PLAN: "Action plan, with a day",
    Outcome.SUSPEND: "Suspend, with a day on which somebody looks again",
    Outcome.REMOVE: "Remove",
}


class StepForm(forms.Form):
    """`case`, its `carer` and `user` are whose page it is on, and who fills it in."""

    def __init__(self, *args: Any, case: Case, carer: Carer, user: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.case, self.carer, self.user, self.on = case, carer, user, on
        self.set_up()
        if first := self.order():
            self.order_fields(first)

    def set_up(self) -> None:
        """What depends on the case."""

    def order(self) -> list[str]:
        return []

    def said(self) -> dict[str, Any]:
        """What the verb takes."""
        return self.cleaned_data

    def to_come(self, name: str, *, most: timedelta = deciding.LONGEST) -> None:
        day = self.cleaned_data.get(name)
        if day and not self.on < day <= self.on + most:
            self.add_error(name, f"Choose a day that is to come, within {most.days} days.")


class InLanguages(StepForm):
    """Words for the carer: one box, or one for each language where theirs is unknown."""

    label, help_text, missing = "To the carer", "", "Write it."

    def set_up(self) -> None:
        self.codes = case_words.languages(self.carer)
        for code in self.codes:
            label = f"{self.label}, in {LANGUAGES[code]}"
            field = paragraphs(label, self.help_text)
            field.error_messages["required"] = self.missing
            field.widget.attrs["lang"] = code
            self.fields[f"words_{code}"] = field

    def words(self) -> case_words.Words:
        return case_words.Words({code: self.cleaned_data.get(f"words_{code}", "") for code in self.codes})

    def word_fields(self) -> list[str]:
        return [f"words_{code}" for code in self.codes]


class PutForm(InLanguages):
    label = "What is alleged"
    help_text = (
        "What is said to have happened, when and where, and which part of the Code it is about. Not who told us, nor "
        "anything by which they could be known."
    )
    missing = "Write what is alleged."

    def said(self) -> dict[str, Any]:
        return {"words": self.words()}


class ReplyForm(StepForm):
    how = forms.ChoiceField(label="How it came", choices=HOWS)
    received_on = Day(label="On which day")
    words = paragraphs("What the carer said")

    def set_up(self) -> None:
        self.initial["received_on"] = self.on

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.on:
            raise forms.ValidationError("Choose today, or a day before.")
        return day


class MoreTimeForm(StepForm):
    until = Day(label="The carer has until")
    reason = paragraphs("Why", "For the team alone.")

    def clean(self) -> dict[str, Any]:
        self.to_come("until")
        return self.cleaned_data


class HandOverForm(StepForm):
    summary = paragraphs(
        "What you found",
        "What was alleged, what the carer said, what else you saw and heard, and what follows from it.",
    )
    recommendation = forms.ChoiceField(label="What you recommend", choices=[("", "Choose one"), *OUTCOMES])

    def set_up(self) -> None:
        choices = [(outcome.value, ENGLISH[outcome]) for outcome in ABOUT_LISTING]
        self.fields["recommendation"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]


class HandBackForm(StepForm):
    words = paragraphs("What is to be looked into")


class DecideForm(InLanguages):
    label = "The reasons, to the carer"
    help_text = "Which part of the Code, what you take to have happened and why, and what you made of their reply."
    missing = "Write the reasons."
    outcome = forms.ChoiceField(
        label="The outcome", widget=forms.RadioSelect, choices=OUTCOMES, error_messages={"required": "Choose one."}
    )
    until = Day(
        label="Until (an action plan), or looked at again on (a suspension)",
        required=False,
        help_text="Only for those two.",
    )
    put_back = forms.BooleanField(
        required=False,
        label="End the suspension of the meantime",
        help_text="With no action, advice or a plan, their page comes back.",
    )
    to_reporter = forms.CharField(
        required=False,
        label="Added to what whoever told us reads of the outcome",
        help_text="Optional. Nothing of the carer’s private matters.",
        widget=BIG,
    )

    def set_up(self) -> None:
        super().set_up()
        self.fields["outcome"].choices = [(one.value, ENGLISH[one]) for one in ABOUT_LISTING]  # type: ignore[attr-defined]
        if not case_outcomes.suspended_for_this(self.carer, self.case):
            del self.fields["put_back"]

    def order(self) -> list[str]:
        return ["outcome", "until", "put_back", *self.word_fields(), "to_reporter"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("outcome") in case_outcomes.WITH_A_DAY and not self.cleaned_data.get("until"):
            self.add_error("until", "Choose the day.")
        self.to_come("until")
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        until = data["until"] if data["outcome"] in case_outcomes.WITH_A_DAY else None
        put_back = data.get("put_back", False)
        return {"outcome": data["outcome"], "reasons": self.words(), "until": until, "put_back": put_back,
                "to_reporter": data["to_reporter"]}  # fmt: skip


class AppealForm(StepForm):
    how = forms.ChoiceField(label="How it came", choices=HOWS)
    received_on = Day(label="On which day")
    words = paragraphs("What the carer said")
    late_because = paragraphs("Why it is taken after its last day", "For the team alone.", required=False)

    def set_up(self) -> None:
        self.initial["received_on"] = self.on
        last = case_appeals.until(self.case)
        if (last and self.on <= last) or not self.user.has_perm(case_appeals.LATE):
            del self.fields["late_because"]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.on:
            raise forms.ValidationError("Choose today, or a day before.")
        return day


class HearForm(InLanguages):
    label = "The reasons, to the carer"
    help_text = "What you made of the appeal, and of what was decided."
    missing = "Write the reasons."
    result = forms.ChoiceField(
        label="The appeal",
        widget=forms.RadioSelect,
        choices=[
            (case_texts.UPHELD, "Upheld: no action, and what was taken away comes back"),
            (case_texts.VARIED, "Another, milder outcome"),
            (case_texts.DISMISSED, "Dismissed: it stays as it was decided"),
        ],
        error_messages={"required": "Choose one."},
    )
    varied_to = forms.ChoiceField(label="Which milder outcome", required=False)
    until = Day(
        label="Until (an action plan), or looked at again on (a suspension)", required=False,
        help_text="Only for those two.",
    )  # fmt: skip
    to_reporter = DecideForm.base_fields["to_reporter"]

    def set_up(self) -> None:
        super().set_up()
        milder = [(one.value, ENGLISH[one]) for one in case_appeals.milder(self.case.outcome)]
        self.fields["varied_to"].choices = [("", "–"), *milder]  # type: ignore[attr-defined]
        if not milder:
            results: Any = self.fields["result"]
            results.choices = [choice for choice in results.choices if choice[0] != case_texts.VARIED]
            del self.fields["varied_to"]

    def order(self) -> list[str]:
        return ["result", "varied_to", "until", *self.word_fields(), "to_reporter"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        varied = data.get("result") == case_texts.VARIED
        if varied and not data.get("varied_to"):
            self.add_error("varied_to", "Choose which.")
        if self._needs_day(data) and not data.get("until"):
            self.add_error("until", "Choose the day.")
        self.to_come("until")
        return data

    def _needs_day(self, data: dict[str, Any]) -> bool:
        if data.get("result") == case_texts.VARIED:
            return data.get("varied_to") in case_outcomes.WITH_A_DAY
        over = self.case.plan_until is not None and self.case.plan_until <= self.on
        return data.get("result") == case_texts.DISMISSED and self.case.outcome == Outcome.ACTION_PLAN and over

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        until = data["until"] if self._needs_day(data) else None
        return {"result": data["result"], "varied_to": data.get("varied_to", ""), "reasons": self.words(),
                "until": until, "to_reporter": data["to_reporter"]}  # fmt: skip


class PlanForm(StepForm):
    kept = forms.ChoiceField(
        label="Was the plan kept?",
        widget=forms.RadioSelect,
        choices=[
            ("yes", "Yes: the case is closed"),
            ("no", "No: it is looked into again, and the carer is heard anew"),
        ],
        error_messages={"required": "Choose one."},
    )
    words = paragraphs("What you saw, to the carer", "Stands in the message as you write it: write in their language.")


class GuestForm(StepForm):
    email = forms.EmailField(label="Their email address")
    until = Day(label="They see the case until", help_text="Or until it is decided, if that is sooner.")
    language = forms.ChoiceField(label="Language of the mail", choices=settings.LANGUAGES, initial="en")

    def set_up(self) -> None:
        self.initial["until"] = self.on + timedelta(days=28)

    def clean(self) -> dict[str, Any]:
        self.to_come("until", most=LONGEST)
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        task = Guest.Task.HEAR if self.case.state == State.APPEAL else Guest.Task.DECIDE
        return {**self.cleaned_data, "task": task.value}


class PauseForm(StepForm):
    review_on = Day(label="Somebody looks at it again on")

    def set_up(self) -> None:
        self.initial["review_on"] = self.on + deciding.REVIEW_AFTER

    def clean(self) -> dict[str, Any]:
        self.to_come("review_on")
        return self.cleaned_data
