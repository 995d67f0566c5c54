"""What a column of a register may hold: a fact of the carer, of the listing, or of one requirement."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from onboarding.requirements import CODE, Requirement, Requirements

LIKE_ENOUGH = 88


@dataclass(frozen=True)
class Column:
    """`key` is what it is called in `Register.columns`, `label` what people read; `part` is of a requirement."""

    key: str
    label: str
    kind: str
    needed: bool = False
    also: tuple[str, ...] = ()
    requirement: str = ""
    part: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, self.key, *self.also)


FACTS = (
    Column("name", "Name", "line", needed=True, also=("business", "business name", "carer", "full name")),
    Column("first_name", "First name", "line", also=("known as", "worker", "forename")),
    Column("email", "Email address", "email", also=("email", "e-mail")),
    Column("phone", "Phone number", "phone", also=("phone", "telephone", "mobile", "tel")),
    Column("language", "Language of letters", "language", also=("preferred language", "language")),
    Column("base", "Town or village", "place", needed=True, also=("base", "town", "village", "area", "location")),
    Column("miles", "Miles they travel", "miles", also=("miles", "radius", "distance")),
    Column("services", "Services", "services", needed=True, also=("services offered", "what they do", "support")),
    Column("groups", "People supported", "groups", also=("client groups", "who for")),
    Column("languages", "Languages spoken", "languages", also=("languages",)),
    Column("payments", "Ways to pay", "payments", also=("payment", "payments")),
    Column("price_hour", "Price an hour", "pounds", also=("hourly rate", "price", "rate")),
    Column("intro_en", "Introduction in English", "intro", also=("introduction", "summary")),
    Column("intro_cy", "Introduction in Welsh", "intro"),
    Column("about_en", "About in English", "about", also=("about", "description", "profile")),
    Column("about_cy", "About in Welsh", "about"),
    Column("keeps_records", "Keeps records electronically", "yes", also=("electronic records",)),
)
# What is said of a paper, and what kind of cell says it.
PARTS = {
    "seen": ("seen on", "day"),
    "until": ("valid until", "day"),
    "dated": ("dated", "day"),
    "level": ("level", "level"),
}


def columns(asked: Requirements) -> list[Column]:
    return [*FACTS, *(column for requirement in asked.every for column in _of(requirement))]


def _of(requirement: Requirement) -> Iterator[Column]:
    for part in parts(requirement):
        words, kind = PARTS[part]
        yield Column(
            f"{requirement.slug}:{part}", f"{requirement.en}: {words}", kind, requirement=requirement.slug, part=part
        )


def parts(requirement: Requirement) -> tuple[str, ...]:
    if requirement.slug == CODE:
        return ("seen",)
    if requirement.facts == "dbs":
        return ("seen", "dated", "until", "level")
    return ("seen",) if requirement.once else ("seen", "until")


def guess(headers: list[str], asked: Requirements) -> dict[str, str]:
    """For each column the most likely meaning, none twice: the same name first, then a name much like it."""
    found: dict[str, str] = {}
    names = {fold(name): column.key for column in columns(asked) for name in column.names}
    for exact in (True, False):
        for number, header in enumerate(headers):
            key = names.get(fold(header)) if exact else _like(header, names)
            if key and str(number) not in found and key not in found.values():
                found[str(number)] = key
    return found


def _like(header: str, names: dict[str, str]) -> str:
    best: Any = process.extractOne(fold(header), names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=LIKE_ENOUGH)
    return names[best[0]] if best else ""


def fold(name: str) -> str:
    return " ".join(re.findall(r"[\w’']+", name.casefold().replace("_", " ")))


def template(asked: Requirements) -> list[list[str]]:
    """The headings of a register that needs no mapping, and one invented carer."""
    every = columns(asked)
    example = {
        "name": "Gwen Rees", "first_name": "Gwen", "email": "gwen.rees@example.org", "phone": "07700 900123",
        "language": "English", "miles": "5", "services": "A chat and a cup of tea; Walks", "price_hour": "20",
    }  # fmt: skip
    return [[column.label for column in every], [example.get(column.key, "") for column in every]]
