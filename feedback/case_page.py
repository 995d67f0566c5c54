"""Everything about one case on one screen, for whoever may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User
from feedback import case_steps, clocks
from feedback.case_forms import may_handle
from feedback.case_pages import FIRST
from feedback.case_steps import Step
from feedback.models import Case, CaseEvent, CaseFile, Clock, Referral
from feedback.models.cases import How, Outcome, Theme
from feedback.rules import Rule

# Who reads what a case holds beside those who handle it: whoever decides it. Rooms above say who that is.
DECIDES: list[Any] = []


def decides(user: User, case: Case) -> bool:
    return any(may(user, case) for may in DECIDES)


# What the shared page says to whoever told us, the team reads from its own side.
FOR_TEAM = {
    CaseEvent.What.TO_REPORTER: "We wrote to them",
    CaseEvent.What.FROM_REPORTER: "They wrote to us",
    CaseEvent.What.TALKED: "We talked with them",
}


class Happened(NamedTuple):
    event: CaseEvent
    who: str
    more: str

    @property
    def what(self) -> str:
        return FOR_TEAM.get(CaseEvent.What(self.event.what), str(CaseEvent.What(self.event.what).label))


@dataclass(frozen=True)
class Running:
    """A clock with the law it is of."""

    clock: Clock
    law: Rule
    on: date

    @property
    def state(self) -> str:
        clock = self.clock
        if clock.met_on:
            return "done in time" if clock.was_in_time else "done late"
        if clock.stopped_on:
            return "stopped"
        if clock.paused_on:
            return "paused"
        return "late" if clock.due_on < self.on else "running"

    @property
    def runs(self) -> bool:
        return not (self.clock.met_on or self.clock.stopped_on)

    @property
    def verbs(self) -> list[Step]:
        """What may be done with it."""
        found = []
        if self.law.may_pause:
            found.append(("go-on", "Let it go on") if self.clock.paused_on else ("pause", "Pause"))
        if self.law.may_extend and not self.clock.paused_on:
            found.append(("extend", "Extend"))
        where = "admin:feedback_case_clock"
        return [Step(text, reverse(where, args=[self.clock.case_id, self.clock.pk, verb])) for verb, text in found]


@dataclass(frozen=True)
class CasePage:
    case: Case
    user: User
    on: date

    @cached_property
    def handles(self) -> bool:
        return may_handle(self.user, self.case)

    @property
    def reads(self) -> bool:
        """What was said, and by whom: those who handle or decide it. An auditor sees that it is there, and when what
        was done."""
        return self.handles or decides(self.user, self.case)

    @cached_property
    def every_step(self) -> list[Step]:
        return case_steps.steps(self.case, self.user)

    @property
    def first_steps(self) -> list[Step]:
        ends = tuple(f"/do/{slug}/" for slug in FIRST if slug != "take-on" or self.case.handler is None)
        return [step for step in self.every_step if step.url.endswith(ends) or "/do/" not in step.url]

    @property
    def other_steps(self) -> list[Step]:
        first = self.first_steps
        return [step for step in self.every_step if step not in first]

    @cached_property
    def clocks(self) -> list[Running]:
        return [Running(clock, law, self.on) for clock in self.case.clocks.all() if (law := law_of(clock))]

    @property
    def is_late(self) -> bool:
        return any(one.state == "late" for one in self.clocks)

    @cached_property
    def timeline(self) -> list[Happened]:
        """With what is added to those that were merged into it."""
        numbers = [self.case.pk, *(double.pk for double in self.doubles)]
        events = list(CaseEvent.objects.filter(case_id__in=numbers).visible(self.user))
        people = names({event.actor_id for event in events} | {event.data.get("handler") for event in events})
        return [Happened(event, people.get(event.actor_id, by_itself(event)), more(event, people)) for event in events]

    @property
    def files(self) -> list[CaseFile]:
        return list(self.case.files.select_related("file"))

    @property
    def referrals(self) -> list[Referral]:
        return list(Referral.objects.filter(case_id=self.case.pk)) if self.case.is_safeguarding else []

    @property
    def linked(self) -> list[Case]:
        """Others about the same carer, of those that this person may see."""
        if self.case.listing_id is None:
            return []
        return list(Case.objects.visible(self.user).filter(listing=self.case.listing_id).exclude(pk=self.case.pk))

    @property
    def goes_on_in(self) -> Case | None:
        """The one it was merged into, if this person may know of it."""
        return Case.objects.visible(self.user).filter(doubles=self.case).first()

    @property
    def doubles(self) -> list[Case]:
        return list(self.case.doubles.all())

    @property
    def themes(self) -> str:
        return ", ".join(str(Theme(slug).label) for slug in self.case.themes)


def law_of(clock: Clock) -> Rule | None:
    """Of a clock of the kind that the case was before there is no law to name."""
    try:
        return clocks.rule(clock)
    except LookupError:
        return None


def names(numbers: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {number for number in numbers if number}
    found: dict[int | None, str] = dict.fromkeys(wanted, "somebody who has left")
    return found | {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}


def by_itself(event: CaseEvent) -> str:
    """Somebody wrote it on the website, or it happened by itself."""
    return "whoever told us" if event.actor == "job:feedback-form" else "by itself"


def more(event: CaseEvent, people: dict[int | None, str]) -> str:
    """What the codes of an entry say, in words."""
    data, said = event.data, []
    if how := data.get("how"):
        said.append(str(How(how).label) if how in How.values else how.replace("-", " "))
    if handler := data.get("handler"):
        said.append(f"handled by {people.get(handler)}")
    if outcome := data.get("outcome"):
        said.append(str(Outcome(outcome).label))
    if clock := data.get("clock"):
        said.append(f"{clock}, until {date_format(date.fromisoformat(data['due']))}")
    if recommends := data.get("recommends"):
        said.append(f"recommends: {str(Outcome(recommends).label).lower()}")
    if result := data.get("result"):
        said.append(result.removeprefix("appeal-"))
    if fields := data.get("fields"):
        said.append(", ".join(fields).replace("_", " "))
    return "; ".join(said)
