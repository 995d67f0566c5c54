"""The parts of a carer's own listing as their task list: what each asks, and the state it is in."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onboarding import listing_forms, listings
from onboarding.listing_facts import ALL, SERVICES, Facts
from onboarding.listing_forms import StepForm
from onboarding.models import Carer, ListingChange, ListingDraft


class State(models.TextChoices):
    NOT_STARTED = "not-started", _("Not started")
    IN_PROGRESS = "in-progress", _("In progress")
    DONE = "done", _("Done")
    CHANGED = "changed", _("Changed, not sent")
    WITH_TEAM = "with-team", _("With the team")


COLOURS = {
    State.NOT_STARTED: "blue",
    State.IN_PROGRESS: "light-blue",
    State.DONE: "",
    State.CHANGED: "yellow",
    State.WITH_TEAM: "purple",
}


@dataclass(frozen=True)
class Step:
    """`needed` are the facts without which no listing can be; a step without any may be left out."""

    slug: str
    title: str | Promise
    lead: str | Promise
    form: type[StepForm]
    needed: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        return self.form.names

    @property
    def address(self) -> str:
        return reverse("onboarding:listing_step", args=[self.slug])

    @property
    def after(self) -> "Step | None":
        place = ORDER.index(self.slug) + 1
        return STEPS[ORDER[place]] if place < len(ORDER) else None


TABLE = (
    Step(
        "words",
        _("Name and words"),
        _("What people read first."),
        listing_forms.WordsForm,
        ("name", "first_name"),
    ),
    Step(
        "photo",
        _("Photo"),
        _("A photo in which your face can be seen well. People like to know who comes to the door."),
        listing_forms.PhotoForm,
    ),
    Step(
        "where",
        _("Where you work"),
        _("People find you if they live inside the circle."),
        listing_forms.WhereForm,
        ("base_name_en", "easting", "northing"),
    ),
    Step(
        "services",
        _("What you offer"),
        _("Beside each kind of help stands what it asks for that you are not asked for yet."),
        listing_forms.ServicesForm,
        (SERVICES,),
    ),
    Step(
        "who",
        _("Who you support, and your languages"),
        _("People can look for somebody who knows their condition or speaks their language."),
        listing_forms.WhoForm,
    ),
    Step(
        "when",
        _("When you work"),
        _("People can look for a time of the week. You can change it whenever you like."),
        listing_forms.WhenForm,
    ),
    Step(
        "space",
        _("Space for new people"),
        _("We ask you again every month, so that nobody rings for nothing."),
        listing_forms.SpaceForm,
    ),
    Step(
        "prices",
        _("Prices and ways to pay"),
        _("You set your own prices. People like to know them before they ask."),
        listing_forms.PricesForm,
    ),
    Step(
        "contact",
        _("How people reach you"),
        _("Everything here is public, and people can always write to you from your page."),
        listing_forms.ContactForm,
    ),
)
STEPS = {step.slug: step for step in TABLE}
ORDER = tuple(STEPS)


def step_of(fact: str) -> Step:
    return next(step for step in TABLE if fact in step.facts)


@dataclass(frozen=True)
class Written:
    """How far a listing is: what is public, what waits, what is drafted over both."""

    carer: Carer
    public: Facts
    waiting: ListingChange | None
    draft: ListingDraft | None

    @property
    def facts(self) -> Facts:
        return listings.facts_of(self.carer)

    @property
    def sent(self) -> Facts:
        """What the team has or the public sees."""
        return self.public | (self.waiting.after if self.waiting else {})

    @property
    def unsent(self) -> set[str]:
        """Facts that would change something if they were sent now."""
        drafted = self.draft.facts if self.draft else {}
        return {name for name, value in drafted.items() if self.sent.get(name) != value}

    @property
    def is_new(self) -> bool:
        return not self.public

    @property
    def big(self) -> set[str]:
        """Of what is not sent, that which would wait for the team."""
        drafted = self.draft.facts if self.draft else {}
        wanted = {name: drafted[name] for name in self.unsent if self.public.get(name) != drafted[name]}
        return listings.big_of(wanted, self.public) if self.public else self.unsent

    @property
    def missing(self) -> list[Step]:
        """Parts without which it cannot be sent."""
        facts = self.sent | (self.draft.facts if self.draft else {})
        return [step for step in TABLE if any(not facts.get(name) for name in step.needed)]

    @property
    def came_back(self) -> ListingChange | None:
        """What the team sent or put back last, until the carer sends something else."""
        last = self.carer.listing_changes.exclude(decided_at=None).order_by("decided_at", "pk").last()
        back = {ListingChange.Outcome.SENT_BACK, ListingChange.Outcome.PUT_BACK}
        return last if last and last.outcome in back and not self.waiting else None

    def state(self, step: Step) -> State:
        if not self._is_begun(step):
            return State.NOT_STARTED
        if step in self.missing:
            return State.IN_PROGRESS
        if self.unsent.intersection(step.facts):
            return State.DONE if self.is_new and not self.waiting else State.CHANGED
        return State.WITH_TEAM if self.waiting and _says(self.waiting, step.facts) else State.DONE

    def _is_begun(self, step: Step) -> bool:
        """A draft may say on purpose that there is nothing; a public listing has every fact, said or not."""
        drafted = self.draft.facts if self.draft else {}
        return any(name in drafted or self.sent.get(name) for name in step.facts)

    def row(self, step: Step) -> dict[str, Any]:
        state = self.state(step)
        return {"step": step, "state": state, "colour": COLOURS[state]}

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [self.row(step) for step in TABLE]


def _says(change: ListingChange, names: Collection[str]) -> bool:
    return any(name in change.after for name in names)


def written(carer: Carer) -> Written:
    return Written(
        carer,
        listings.public_facts(carer),
        carer.listing_changes.waiting().first(),
        ListingDraft.objects.filter(carer=carer).first(),
    )


def steps_of(facts: Collection[str]) -> list[Step]:
    return [step for step in TABLE if any(name in facts for name in step.facts)]


if left := set(ALL) - {name for step in TABLE for name in step.facts}:
    raise ValueError(f"No step asks about {', '.join(sorted(left))}")
