"""Whom a message to carers goes to: a group, and of those in it who gets it how, and who does not and why.

Three statements for any group, so that it is worked out anew wherever it is shown.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from compliance.models import Mailing
from directory import vocabulary
from directory.models import METRES_PER_MILE, Listing
from directory.places import Place, at
from directory.search import covers, square_distance
from notifications.outbox import languages_of
from onboarding import news
from onboarding.listings import is_approved
from onboarding.models import Carer

EVERYBODY, MATCHING, NAMED = "everybody", "matching", "named"
BASED, COVERING = "based", "covering"
LISTED, HIDDEN, SUSPENDED, JOURNEY = "listed", "hidden", "suspended", "journey"
STATES = {
    LISTED: "Listed now",
    HIDDEN: "Approved, but hidden now (paused, or something ran out)",
    SUSPENDED: "Suspended by the team",
    JOURNEY: "On their way: not approved yet",
}
NOT_KNOWN = "both"
LANGUAGES = {"en": "English", "cy": "Welsh", NOT_KNOWN: "Not known: they get both"}
DIED, LEFT, STOPPED, NO_LETTERS = "died", "left", "stopped", "no-letters"
WHY = {
    DIED: "died",
    LEFT: "left the scheme",
    STOPPED: "stopped news",
    NO_LETTERS: "gave no email address, and did not ask for news by letter",
}


@dataclass(frozen=True)
class Group:
    """`to` says which of the others count. Of several criteria all must hold, of several choices in one any."""

    to: str = EVERYBODY
    place: str = ""
    area: str = BASED
    miles: int = 10
    services: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    carers: tuple[int, ...] = ()

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Group":
        facts: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in kept.items()}
        return cls(**facts)

    def kept(self) -> dict[str, Any]:
        """As the database gives it back."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def is_open(self) -> bool:
        """Whether no criterion is chosen."""
        return not (self.place or self.services or self.states or self.languages)

    @property
    def where(self) -> Place | None:
        return next((place for place in settings.SCHEME.places if place.slug == self.place), None)

    def __str__(self) -> str:
        if self.to == NAMED:
            return "1 carer, by name" if len(self.carers) == 1 else f"{len(self.carers)} carers, by name"
        return f"Carers {'; '.join(self.criteria())}" if self.to == MATCHING else "All carers"

    def criteria(self) -> Iterator[str]:
        if self.place:
            name = self.where.name.en if self.where else self.place
            miles = "1 mile" if self.miles == 1 else f"{self.miles} miles"
            yield f"who come to {name}" if self.area == COVERING else f"who are based within {miles} of {name}"
        if self.services:
            known = vocabulary.SERVICES
            yield "who offer " + " or ".join(known[slug].en if slug in known else slug for slug in self.services)
        if self.states:
            states = [STATES[state].partition(",")[0].partition(":")[0].lower() for state in self.states]
            yield f"who are {' or '.join(states)}"
        if self.languages:
            yield "whose language is " + " or ".join(LANGUAGES[one].partition(":")[0] for one in self.languages)


@dataclass(frozen=True)
class Going:
    """Somebody who gets it: in which languages, and whether by letter."""

    carer: Carer
    languages: tuple[str, ...]
    by_letter: bool


@dataclass(frozen=True)
class Readers:
    """Of a group on one day: who gets a message of that kind, and who does not, by the reason why."""

    going: list[Going]
    left_out: dict[str, list[Carer]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.going)

    @cached_property
    def letters(self) -> int:
        return sum(one.by_letter for one in self.going)

    @property
    def mails(self) -> int:
        return len(self.going) - self.letters

    @cached_property
    def by_language(self) -> list[tuple[str, int]]:
        """“in Welsh”, “in both”, with how many."""
        counted = Counter(one.languages for one in self.going)
        return [(in_words(languages), number) for languages, number in sorted(counted.items())]

    @property
    def without(self) -> list[tuple[str, list[Carer]]]:
        return [(WHY[why], self.left_out[why]) for why in WHY if why in self.left_out]

    @cached_property
    def without_address(self) -> list[Carer]:
        """Those whose letter has no address on it yet."""
        return [one.carer for one in self.going if one.by_letter and not one.carer.letters_to.strip()]

    def missing(self, mailing: Mailing) -> list[tuple[str, int]]:
        """Languages that somebody reads and that it is not written in, with how many read them."""
        needed = Counter(language for one in self.going for language in one.languages)
        return [(LANGUAGES[one], number) for one, number in needed.items() if not mailing.is_written_in(one)]

    def seal(self, changed_at: datetime) -> str:
        """The same as long as the same people would get the same text in the same way."""
        rows = sorted((one.carer.pk, one.languages, one.by_letter) for one in self.going)
        return hashlib.sha256(f"{changed_at.isoformat()}{rows}".encode()).hexdigest()[:32]


def in_words(languages: tuple[str, ...]) -> str:
    return f"in {LANGUAGES[languages[0]]}" if len(languages) == 1 else "in both languages"


def readers(mailing: Mailing, *, on: date) -> Readers:
    going, left_out = [], {}  # type: ignore[var-annotated]
    for carer in found(Group.of(mailing.group), on=on):
        if why := why_not(carer, mailing):
            left_out.setdefault(why, []).append(carer)
        else:
            going.append(Going(carer, tuple(languages_of(carer.mail_language)), by_letter=not carer.mail_to))
    return Readers(going, left_out)


def why_not(carer: Carer, mailing: Mailing) -> str:
    """A key of `WHY`; empty for whoever gets it."""
    if carer.silent_at:
        return DIED
    if carer.left_at:
        return LEFT
    if not mailing.is_news or news.wanted(carer):
        return ""
    return STOPPED if carer.mail_to or carer.wants_news is False else NO_LETTERS


def found(group: Group, *, on: date) -> list[Carer]:
    """Who is in it, those who left or died among them."""
    rows = everybody()
    if group.to == NAMED:
        return list(rows.filter(pk__in=group.carers))
    if group.to == EVERYBODY:
        return list(rows)
    if group.place:
        rows = rows.filter(listing__in=near(group))
    return [carer for carer in rows if fits(carer, group, on)]


def everybody() -> QuerySet[Carer]:
    rows = Carer.objects.select_related("owner", "listing").prefetch_related("listing__services")
    return rows.order_by("name", "pk")


def near(group: Group) -> QuerySet[Listing]:
    """By the search's own rule of who comes to a place; or by where they are based."""
    if group.where is None:
        return Listing.objects.none()
    spot = at(group.where)
    rows = Listing.objects.annotate(square_distance=square_distance(spot))
    within = Q(square_distance__lte=(group.miles * METRES_PER_MILE) ** 2)
    return rows.filter(covers(spot) if group.area == COVERING else within).values("pk")  # type: ignore[return-value]


def fits(carer: Carer, group: Group, on: date) -> bool:
    return (
        any_of(services_of(carer), kinds_of(group.services))
        and any_of({state_of(carer, on)}, group.states)
        and any_of({carer.mail_language or NOT_KNOWN}, group.languages)
    )


def any_of(own: Iterable[str], wanted: Iterable[str]) -> bool:
    return not wanted or bool(set(own) & set(wanted))


def kinds_of(services: Iterable[str]) -> set[str]:
    """Themselves, and what stands under a heading among them."""
    wanted = set(services)
    return wanted | {detail.slug for slug in wanted for detail in vocabulary.details(slug)}


def services_of(carer: Carer) -> set[str]:
    """What the listing offers; before there is one, what they would like to offer."""
    if carer.listing and carer.listing.published_at:
        return {row.service for row in carer.listing.services.all()}
    return set(carer.services)


def state_of(carer: Carer, on: date) -> str:
    """A key of `STATES`; `left` for whoever left."""
    if carer.left_at:
        return LEFT
    if carer.listing is None or not is_approved(carer):
        return JOURNEY
    if carer.listing.suspended_at:
        return SUSPENDED
    return LISTED if carer.listing.state(on) == Listing.State.LIVE else HIDDEN
