"""The carer's task list: each requirement with the state it is in, worked out from what was sent and decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onboarding.models import Carer, Draft, Evidence
from onboarding.requirements import CODE, Requirement
from onboarding.standing import Need, Person, Standing, asking, facts_of, standing_of
from onboarding.stretches import LAST, current, holds


class State(models.TextChoices):
    NOT_STARTED = "not-started", _("Not started")
    IN_PROGRESS = "in-progress", _("In progress")
    WITH_TEAM = "with-team", _("With the team")
    SENT_BACK = "sent-back", _("Sent back")
    DONE = "done", _("Done")
    ENDS_SOON = "ends-soon", _("Ends soon")
    ENDED = "ended", _("Ended")


# The design system's colours of a tag; done has none (a task list says it in plain text).
COLOURS = {
    State.NOT_STARTED: "blue",
    State.IN_PROGRESS: "light-blue",
    State.WITH_TEAM: "purple",
    State.SENT_BACK: "orange",
    State.DONE: "",
    State.ENDS_SOON: "yellow",
    State.ENDED: "red",
}
# What the carer has to do something about now.
OPEN = {State.NOT_STARTED, State.IN_PROGRESS, State.SENT_BACK, State.ENDS_SOON, State.ENDED}

GOOD = (State.DONE, State.ENDS_SOON)


@dataclass(frozen=True)
class Task:
    """One requirement, of the business or of one person, as the carer sees it on a day."""

    need: Need
    state: State
    evidence: Evidence | None = None  # the last that was sent
    until: date | None = None  # the last day that is covered; none where it has no end, or is not shown

    @property
    def requirement(self) -> Requirement:
        return self.need.requirement

    @property
    def person(self) -> Person | None:
        return self.need.person

    @property
    def key(self) -> str:
        return f"{self.requirement.slug}-{self.person.pk}" if self.person else self.requirement.slug

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and not self.requirement.optional

    @property
    def is_good(self) -> bool:
        return self.state in GOOD

    @property
    def address(self) -> str:
        return address_of(self.requirement.slug, self.person.pk if self.person else None)


Key = tuple[str, int | None]


def address_of(requirement: str, worker: int | None) -> str:
    """Where the task is done."""
    if requirement == CODE:
        return reverse("onboarding:sign")
    if worker:
        return reverse("onboarding:task_of_worker", args=[requirement, worker])
    return reverse("onboarding:task", args=[requirement])


def tasks(carer: Carer, on: date) -> list[Task]:
    return list(tasks_of(asked_of(carer, on), carer.evidence.all(), carer.drafts.all()))


def asked_of(carer: Carer, on: date) -> Standing:
    """As `standing`, and what is asked for that does not count yet: by requirements that wait to be in force, and by
    services that wait for approval. Shown before, it hides nothing after."""
    facts = facts_of(carer)
    now, asked = standing_of(facts, on), asking(facts)
    if facts.listed_on is not None:
        asked = replace(asked, services=facts.services | waiting_services(carer))
    if asked == facts:
        return now
    then = standing_of(asked, on)
    there = {key_of(need) for need in then.needs}
    return replace(then, needs=(*then.needs, *(need for need in now.needs if key_of(need) not in there)))


def waiting_services(carer: Carer) -> frozenset[str]:
    waiting = carer.listing_changes.waiting().first()
    return frozenset(waiting.after.get("services", ())) if waiting else frozenset()


def key_of(need: Need) -> Key:
    return need.requirement.slug, need.person.pk if need.person else None


def tasks_of(now: Standing, evidence: Iterable[Evidence], drafts: Iterable[Draft]) -> Iterator[Task]:
    last = _last_of(evidence)
    begun = {(draft.requirement, draft.worker_id) for draft in drafts}
    for need in now.needs:
        if need.person and not _will_work(need.person, now.on):
            continue
        key = key_of(need)
        yield Task(need, _state(need, last.get(key), key in begun, now.on), last.get(key), covered_until(need, now.on))


def _last_of(evidence: Iterable[Evidence]) -> dict[Key, Evidence]:
    """What is with the team comes before what was decided, also where the team entered that later."""
    last: dict[Key, Evidence] = {}
    for row in sorted(evidence, key=lambda row: (row.is_undecided, row.sent_at, row.pk)):
        last[row.requirement, row.worker_id] = row
    return last


def _will_work(person: Person, on: date) -> bool:
    return person.stood_down_on is None or person.stood_down_on > on


def _state(need: Need, last: Evidence | None, begun: bool, on: date) -> State:
    if last and last.is_undecided:
        return State.WITH_TEAM
    if begun:
        return State.IN_PROGRESS
    if last and last.outcome == Evidence.Outcome.SENT_BACK:
        return State.SENT_BACK
    if holds(need.shown, on):
        return State.ENDS_SOON if ends_soon(need, on) else State.DONE
    return State.ENDED if need.lapsed_on(on) else State.NOT_STARTED


def covered_until(need: Need, on: date) -> date | None:
    stretch = current(need.shown, on)
    return stretch[1] if stretch and stretch[0] <= on and stretch[1] != LAST else None


def ends_soon(need: Need, on: date) -> bool:
    """Within the first reminder's time; the Code as soon as the day is known by which a new version must be signed."""
    until = covered_until(need, on)
    if until is None:
        return False
    return need.requirement.slug == CODE or until - on <= timedelta(days=max(need.requirement.remind, default=0))
