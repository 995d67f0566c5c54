"""Who stands in the demonstration directory: names, what each does, and which edge each of them shows."""

import random
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from directory import vocabulary

HERE = Path(__file__).parent
PEOPLE: dict[str, list[str]] = tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Kind:
    """A way of working: what everyone who works so offers, what some do, for whom, when and for how much an hour."""

    people: int
    always: tuple[str, ...]
    some: tuple[str, ...]
    groups: tuple[str, ...]
    hours: tuple[str, ...]
    pounds: tuple[int, int]
    team: str = "{surname} Home Help"


KINDS = {
    "personal": Kind(
        9,
        ("washing-dressing", "toileting"),
        ("prompting", "eating-drinking", "meals", "hoisting", "oral-skin-hair-nails", "chat", "medication",
         "safe-start-and-end", "laundry"),
        ("older-people", "physical-disability", "dementia", "after-hospital", "unpaid-carers", "sight-or-hearing-loss"),
        ("every morning", "both ends", "mornings", "weekdays", "long days"),
        (21, 28),
    ),
    "home": Kind(
        9,
        ("meals", "shopping"),
        ("laundry", "safe-start-and-end", "odd-jobs", "paperwork", "transport", "regular-cleaning", "chat", "ironing"),
        ("older-people", "physical-disability", "after-hospital", "sight-or-hearing-loss", "unpaid-carers"),
        ("weekdays", "mornings", "school hours", "three days", "long days"),
        (17, 23),
    ),
    "respite": Kind(
        6,
        ("sitting",),
        ("holiday-cover", "games-reading", "overnight", "meals", "walks", "chat", "eating-drinking"),
        ("unpaid-carers", "dementia", "older-people", "learning-disability", "autism"),
        ("afternoons", "evenings and weekends", "long days", "weekdays"),
        (19, 25),
    ),
    "nights": Kind(
        3,
        ("overnight",),
        ("holiday-cover", "toileting", "safe-start-and-end", "sitting"),
        ("older-people", "dementia", "unpaid-carers", "after-hospital"),
        ("nights", "nights", "week nights"),
        (20, 24),
    ),
    "company": Kind(
        10,
        ("chat", "walks"),
        ("trips", "games-reading", "shopping", "transport", "appointments", "hobbies", "meeting-people"),
        ("older-people", "dementia", "mental-health", "sight-or-hearing-loss", "learning-disability", "unpaid-carers"),
        ("afternoons", "school hours", "three days", "weekdays", "evenings and weekends"),
        (16, 21),
        "{first} and Friends",
    ),
    "cleaning": Kind(
        6,
        ("regular-cleaning",),
        ("ironing", "one-off-cleaning", "laundry", "deep-cleaning", "odd-jobs", "shopping"),
        ("older-people", "physical-disability", "mental-health", "after-hospital"),
        ("school hours", "mornings", "weekdays", "three days"),
        (16, 20),
        "{surname} Cleaning",
    ),
    "wellbeing": Kind(
        4,
        ("clubs", "appointments"),
        ("swimming", "transport", "trips", "hobbies", "walks", "meeting-people"),
        ("learning-disability", "older-people", "autism", "physical-disability", "mental-health"),
        ("weekdays", "evenings and weekends", "long days"),
        (18, 22),
    ),
    "social": Kind(
        4,
        ("meeting-people", "everyday-skills"),
        ("getting-online", "clubs", "paperwork", "hobbies", "trips", "swimming"),
        ("learning-disability", "autism", "mental-health", "physical-disability"),
        ("weekdays", "evenings and weekends", "long days"),
        (18, 23),
    ),
    "art": Kind(
        2, ("crafts",), ("hobbies", "chat", "games-reading"),
        ("dementia", "mental-health", "older-people", "learning-disability"), ("three days", "afternoons"), (18, 24),
    ),
    "music": Kind(
        2, ("music",), ("chat", "games-reading", "hobbies"),
        ("dementia", "older-people", "learning-disability", "autism"), ("afternoons", "evenings and weekends"),
        (20, 26),
    ),
    "hair": Kind(
        2, ("hair-and-beauty",), ("chat",),
        ("older-people", "physical-disability", "dementia"), ("three days", "mornings"), (22, 28),
    ),
    "gardening": Kind(
        5, ("mowing", "weeding"), ("paths",),
        ("older-people", "physical-disability", "sight-or-hearing-loss"), ("weekdays", "three days", "long days"),
        (17, 25),
        "{surname} Gardens",
    ),
    "pets": Kind(
        4, ("dog-walking", "pet-feeding"), ("vet", "chat", "walks"),
        ("older-people", "physical-disability", "after-hospital"), ("both ends", "mornings", "long days"), (16, 20),
    ),
}  # fmt: skip


def _mixed() -> list[str]:
    """The kinds, one for each person, spread evenly."""
    places = [((number + 0.5) / kind.people, slug) for slug, kind in KINDS.items() for number in range(kind.people)]
    return [slug for _, slug in sorted(places)]


MIXED = _mixed()

# What of each person is not the usual: the edges that pages, searches and sums must stand. By place in the list.
# The first is the carer who can be signed in as (`enquiries.OWNERS`).
EDGES: dict[int, dict[str, Any]] = {
    0: {"insurance_due": 23},
    2: {"capacity": "waiting", "weeks": 6},
    3: {"email": False, "website": False},
    5: {"whole_area": True},
    6: {"capacity": "from", "in_days": 24},
    7: {"insurance_due": 9},
    8: {"capacity": "full"},
    9: {"capacity": "waiting"},
    10: {"miles": 1},
    11: {"texts": "en"},
    12: {"told": 45},
    13: {"outside": True},
    14: {"capacity": "waiting", "weeks": 3, "team": 2},
    16: {"phone": False, "website": False},
    17: {"capacity": "full"},
    18: {"capacity": "from", "in_days": 80},
    19: {"prices": False},
    20: {"paused": 16},
    21: {"miles": 40},
    22: {"team": 3},
    23: {"capacity": "full"},
    24: {"told": 31},
    26: {"capacity": "waiting", "weeks": 12},
    27: {"texts": "cy", "whole_area": True},
    29: {"outside": True},
    30: {"insurance_due": 0},
    31: {"capacity": "full"},
    35: {"texts": "cy"},
    36: {"phone": False, "website": True},
    37: {"told": 120},
    38: {"capacity": "waiting", "weeks": 1, "team": 99},
    39: {"capacity": "from", "in_days": 7},
    41: {"suspended": True},
    42: {"tax_due": -5},
    43: {"capacity": "full"},
    44: {"told": 30},
    45: {"whole_area": True},
    46: {"prices": False},
    47: {"ended": True},
    48: {"capacity": "from", "in_days": 150},
    49: {"capacity": "full"},
    50: {"outside": True},
    51: {"capacity": "waiting", "weeks": 4},
    52: {"draft": True},
    53: {"told": 60},
    56: {"starts_in": 6},
    57: {"told": None},
    58: {"capacity": "full"},
    59: {"insurance_due": -13},
    60: {"outside": True, "team": 2},
    61: {"capacity": "from", "in_days": 40},
    62: {"capacity": "waiting", "weeks": 8},
}
# The n-th person of a kind whose one paper has run out, so that only the services that need it are hidden.
LAPSED_PAPERS = {
    ("personal", 4): "moving-and-handling",
    ("home", 4): "food-hygiene",
    ("company", 1): "car-insurance",
}


@dataclass(frozen=True)
class Person:
    """One of the cast, with their own chance, so that a change to one leaves the others as they are."""

    scheme: Any
    number: int
    full_name: str
    first_name: str
    portrait: tuple[str, ...]
    languages: dict[str, int]
    nth: int  # of those of the same kind
    edge: dict[str, Any] = field(default_factory=dict)

    def chance(self, about: str) -> random.Random:
        return random.Random(f"{self.scheme.slug}/{self.number}/{about}")  # noqa: S311 (to repeat, not to hide)

    @property
    def kind(self) -> str:
        return MIXED[self.number]

    @property
    def ways(self) -> Kind:
        return KINDS[self.kind]

    @property
    def team_size(self) -> int:
        return min(int(self.edge.get("team", 1)), self.scheme.max_workers)

    @property
    def name(self) -> str:
        if self.team_size == 1:
            return self.full_name
        return self.ways.team.format(first=self.first_name, surname=self.full_name.split()[-1])

    @property
    def has_photo(self) -> bool:
        return self.number % 5 != 4

    @cached_property
    def services(self) -> list[str]:
        """What everyone of the kind offers, and the next few of what some do, so that together they offer all."""
        some = self.ways.some
        count = min(len(some), 3)
        offered = [*self.ways.always, *(some[(self.nth * count + step) % len(some)] for step in range(count))]
        return [slug for slug in offered if self.team_size == 1 or not vocabulary.SERVICES[slug].personal_care]

    @property
    def lapsed_paper(self) -> str:
        return LAPSED_PAPERS.get((self.kind, self.nth), "")


def people(scheme: Any) -> list[Person]:
    cast = []
    for number, line in enumerate(PEOPLE[scheme.slug]):
        name, portrait, languages, *known_as = (part.strip() for part in line.split("|"))
        levels = dict(language.split() for language in languages.split(", ") if language)
        levels.setdefault("en", "4")  # last: what people speak beside English is what sets them apart
        cast.append(
            Person(
                scheme=scheme,
                number=number,
                full_name=name,
                first_name=known_as[0] if known_as else name.split()[0],
                portrait=tuple(portrait.split()),
                languages={language: int(level) for language, level in levels.items()},
                nth=MIXED[:number].count(MIXED[number]),
                edge=EDGES.get(number, {}),
            )
        )
    return cast
