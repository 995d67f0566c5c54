"""A paper beside what was told of it, its checklist and the decision; an original with a form for what was seen."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from accounts.asking import need
from compliance import outcomes
from compliance.checklists import first_name, points
from compliance.comparing import Compared, Row, whose
from compliance.outcomes import Days
from compliance.reviewing import Desk, Message, Refused, message, name_of, of_row
from onboarding import papers
from onboarding.evidence_admin_forms import AcceptForm, RecordForm, SendBackForm, WithdrawForm
from onboarding.fact_forms import FORMS, answers
from onboarding.models import Evidence
from onboarding.papers import Original, validity
from onboarding.requirements import CODE
from onboarding.standing import Standing, standing
from onboarding.stretches import LAST, current, holds
from onboarding.tasks import asked_of

READ = "onboarding.read_papers"
ACCEPT, SEND_BACK, WITHDRAW = "accept", "send-back", "withdraw"


class ChecksForm(forms.Form):
    """The checklist: every point is looked at before a paper is accepted."""

    checks = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label="Check against the paper"
    )
    words = forms.CharField(
        required=False,
        label="In your own words, if you like",
        help_text="Stands in the message as you write it.",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, evidence: Evidence, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["checks"].choices = points(evidence)  # type: ignore[attr-defined]

    def clean_checks(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["checks"]
        left = [str(words) for key, words in self.fields["checks"].choices if key not in ticked]  # type: ignore[attr-defined]
        if left:
            raise forms.ValidationError(f"Look at each point and tick it, or send it back. Not ticked: {left[0]}.")
        return ticked


class PaperDesk(Desk):
    """`paper` is one that was sent, `original` one that is shown to the team."""

    slugs = ("paper", "original")
    template = "admin/compliance/review/paper.html"
    typed_names: ClassVar[dict[str, str]] = {
        "words": "In your own words", "own": "In your own words", "valid_from": "Holds from",
        "valid_until": "Holds until", "because": "Why it holds longer", "dated": "Date", "ends_on": "Last day",
    }  # fmt: skip

    row: Evidence

    @classmethod
    def rows(cls) -> "QuerySet[Evidence]":
        related = ("carer__owner", "carer__listing", "worker", "sent_by", "decided_by")
        return Evidence.objects.select_related(*related)

    @property
    def slug(self) -> str:
        return self.slug_of(self.row)

    @staticmethod
    def slug_of(evidence: Evidence) -> str:
        return "original" if evidence.how == Evidence.How.SEEN else "paper"

    @property
    def is_original(self) -> bool:
        return self.slug == "original"

    @property
    def waits(self) -> bool:
        return self.row.is_undecided

    @property
    def title(self) -> str:
        return self.row.asked.en

    @property
    def may_read(self) -> bool:
        return self.user.has_perm(READ)

    @property
    def may_decide(self) -> bool:
        return super().may_decide and self.may_read and self.row.is_asked

    @property
    def decided(self) -> str:
        if self.waits or not self.row.decided_at:
            return ""
        who = self.row.carer if self.row.outcome == Evidence.Outcome.TAKEN_BACK else self.row.decided_by
        if who is None and self.row.how == Evidence.How.DECLARED:
            who = self.row.sent_by
        return of_row(self.row.get_outcome_display(), who, self.row.decided_at)

    def verbs(self) -> Mapping[str, Callable[[], str]]:
        need(self.request, READ)
        return {ACCEPT: self.accept, SEND_BACK: self.send_back}

    def later_verbs(self) -> Mapping[str, Callable[[], str]]:
        accepted = self.row.outcome == Evidence.Outcome.ACCEPTED and self.row.requirement != CODE
        return {WITHDRAW: self.withdraw} if accepted and self.may_decide else {}

    # --- forms

    @property
    def choice(self) -> str:
        """Which decision the page shows: the button's, else the one that is chosen, else to accept."""
        pressed = self.request.POST.get("press", "").removesuffix("-next")
        chosen = pressed if pressed in {ACCEPT, SEND_BACK} else self.request.POST.get("decision")
        return chosen if chosen in {ACCEPT, SEND_BACK} else ACCEPT

    @property
    def is_decided_now(self) -> bool:
        """Whether a button was pressed that decides, so that what is missing is said."""
        return self.request.POST.get("press", "").removesuffix("-next") in {ACCEPT, SEND_BACK, WITHDRAW}

    @cached_property
    def checks(self) -> ChecksForm:
        complains = self.choice == ACCEPT and self.is_decided_now
        made: ChecksForm = self.bound(ChecksForm, chosen=complains, evidence=self.row)
        return made

    @cached_property
    def dates(self) -> Any:
        """Until when it holds; of an original, what was seen."""
        chosen = self.choice == ACCEPT and self.data is not None
        if self.is_original:
            return self.bound(self._record, chosen=chosen)
        more = {"evidence": self.row, "on": self.on}
        return self.bound(AcceptForm, chosen=chosen, **more)

    def _record(self, *data: Any) -> RecordForm:
        """It begins with what they told us."""
        form = RecordForm(*data, requirement=self.row.asked, level=self.level, on=self.on)
        told = {"dated": self.row.dated, "ends_on": self.row.ends_on, **self.row.facts}
        form.initial.update({name: value for name, value in told.items() if name in form.fields and value})
        return form

    @cached_property
    def back(self) -> SendBackForm:
        complains = self.choice == SEND_BACK and self.is_decided_now
        made: SendBackForm = self.bound(SendBackForm, chosen=complains, carer=self.carer)
        return made

    @cached_property
    def withdrawal(self) -> WithdrawForm:
        complains = self.request.POST.get("press") == WITHDRAW
        made: WithdrawForm = self.bound(WithdrawForm, chosen=complains, carer=self.carer)
        return made

    # --- what the buttons do

    def accept(self) -> str:
        if not (self.checks.is_valid() & self.dates.is_valid()):
            raise Refused
        said, checked = self.dates.cleaned_data, self.checks.cleaned_data
        facts = {"checked": checked["checks"], "words": checked["words"], "by": self.user}
        if self.is_original:
            original = Original(self.dates.facts, said.get("dated"), said.get("ends_on"))
            papers.accept(self.row, seen_on=said["seen_on"], original=original, **facts)
        else:
            papers.accept(self.row, **said, **facts)
        return f"{self.title} of {self.whose} is accepted."

    def send_back(self) -> str:
        if not self.back.is_valid():
            raise Refused
        papers.send_back(self.row, by=self.user, reason=self.back.reason)
        return f"{self.title} is sent back to {self.carer}."

    def withdraw(self) -> str:
        if not self.withdrawal.is_valid():
            raise Refused
        papers.withdraw(self.row, by=self.user, reason=self.withdrawal.reason)
        return f"{self.title} of {self.whose} counts no longer."

    # --- what happens then

    @property
    def days(self) -> Days:
        """Seen on, first and last day: as they stand in the boxes, or as they are worked out."""
        said = self.dates.cleaned_data if self.dates.is_bound and self.dates.is_valid() else {}
        seen = said.get("seen_on") or self.on
        if self.is_original or not said:
            dated, ends = said.get("dated", self.row.dated), said.get("ends_on", self.row.ends_on)
            return Days(seen, *validity(self.row.asked, seen_on=seen, dated=dated, ends_on=ends))
        return Days(seen, said["valid_from"], said["valid_until"])

    @property
    def as_seen(self) -> Evidence | None:
        """The paper as it is to be accepted; none where it is not known enough of to say what follows."""
        row = copy(self.row)
        if self.is_original and self.dates.is_bound and self.dates.is_valid():
            row.facts = {**row.facts, **self.dates.facts}
        known = row.is_asked and (row.asked.facts != "dbs" or "level" in row.facts)
        return row if known else None

    @property
    def effect(self) -> str:
        if self.choice == SEND_BACK:
            return self._stays()
        return outcomes.of_accepting(row, self.days, on=self.on) if (row := self.as_seen) else ""

    def _stays(self) -> str:
        said = "It stands on their task list as sent back, with these words."
        return f"{said} {self.thing.why}." if self.thing and self.thing.by else said

    @property
    def mail(self) -> Message | None:
        """What they will read; nothing while no reason is chosen."""
        if self.choice == ACCEPT:
            then: dict[str, Any] = {"valid_until": self.days.last, "outcome": Evidence.Outcome.ACCEPTED}
            then["shown"] = outcomes.shown_after(row, self.days, on=self.on) if (row := self.as_seen) else None
            words = self.request.POST.get("words", "")
            return message(self.carer, papers.would_say(self.row, papers.ACCEPTED, words=words, **then))
        return self._refusal(papers.SENT_BACK, SendBackForm(self.data, carer=self.carer))

    @property
    def withdrawal_mail(self) -> Message | None:
        return self._refusal(papers.WITHDRAWN, WithdrawForm(self.data, carer=self.carer))

    def _refusal(self, template: str, form: Any) -> Message | None:
        if not form.is_bound or not form.is_valid():
            return None
        theirs = papers.would_say(self.row, template, reason=form.reason)
        return message(self.carer, theirs, papers.would_say(self.row, template, reason=form.reason_in(["en"])))

    # --- what the page shows

    @cached_property
    def standing(self) -> Standing:
        return standing(self.carer, self.on)

    @cached_property
    def level(self) -> int:
        """The DBS check that their work asks for, also that which waits."""
        return asked_of(self.carer, self.on).facts.business.level

    @property
    def whose(self) -> str:
        return whose(self.row)

    @property
    def told(self) -> list[Row]:
        if not (self.may_read and self.row.is_asked and self.row.asked.facts in FORMS):
            return []
        return Compared(self.row, self.on, self.level).rows(answers(self.row.asked, self.row.typed))

    def other_checks(self) -> str:
        """“10 of 11 in date, next 8 May 2027”."""
        needs = [need for need in self.standing.needs if not need.requirement.optional and holds(need.asked, self.on)]
        good = [need for need in needs if holds(need.met, self.on)]
        ends = [stretch[1] for need in good if (stretch := current(need.met, self.on)) and stretch[1] < LAST]
        return f"{len(good)} of {len(needs)} in date" + (f", next {min(ends):%-d %B %Y}" if ends else "")

    def context(self) -> dict[str, Any]:
        earlier = self.carer.evidence.filter(requirement=self.row.requirement, worker=self.row.worker)
        return {
            "who": first_name(self.whose),
            "entered_by": name_of(self.row.entered_by) if self.row.entered_by else "",
            "pages": self.row.pages.select_related("file") if self.may_read else [],
            "earlier": earlier.exclude(pk=self.row.pk)[:10],
            "withdrawable": WITHDRAW in self.later_verbs(),
            "withdraw_effect": outcomes.of_withdrawing(self.row, on=self.on) if self.later_verbs() else "",
            "left_to_tick": len(self.checks.fields["checks"].choices),  # type: ignore[attr-defined]
        }
