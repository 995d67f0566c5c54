"""The curated vocabularies, read once from `vocabulary.toml` (ADR 4): kinds of help, people supported,
languages, and the fixed lists of levels and ways to pay."""

import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# Stable identifiers for Open Referral UK: derived from the slug, which never changes.
NAMESPACE = uuid.UUID("0d0f3f2e-5d0b-5c39-9a3f-6b7a1f0f5a11")


@dataclass(frozen=True)
class Term:
    """One word of a vocabulary, in both languages, with what people type when they mean it."""

    slug: str
    en: str
    cy: str
    synonyms_en: tuple[str, ...] = ()
    synonyms_cy: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.cy if get_language() == "cy" else self.en

    @property
    def uuid(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{type(self).__name__}/{self.slug}")


@dataclass(frozen=True)
class Service(Term):
    """A kind of help. `bit` numbers it in sums of offered services, so at most 62 can exist."""

    bit: int = 0
    parent: str = ""
    summary_en: str = ""
    summary_cy: str = ""
    personal_care: bool = False

    @property
    def summary(self) -> str:
        return self.summary_cy if get_language() == "cy" else self.summary_en


@dataclass(frozen=True)
class ClientGroup(Term):
    pass


@dataclass(frozen=True)
class LanguageSkill(Term):
    pass


def _read(kind: type[Term], tables: list[dict[str, object]]) -> dict[str, object]:
    terms = {}
    for table in tables:
        lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
        term = kind(**{**table, **lists})  # type: ignore[arg-type]
        if term.slug in terms:
            raise ValueError(f"vocabulary.toml: {term.slug!r} stands twice; give each a slug of its own")
        terms[term.slug] = term
    return terms  # type: ignore[return-value]


_data = tomllib.loads((Path(__file__).parent / "vocabulary.toml").read_text(encoding="utf-8"))
_numbered = [{**table, "bit": 1 << table["bit"]} for table in _data["services"]]
SERVICES: dict[str, Service] = _read(Service, _numbered)  # type: ignore[assignment]
GROUPS: dict[str, ClientGroup] = _read(ClientGroup, _data["groups"])  # type: ignore[assignment]
LANGUAGES: dict[str, LanguageSkill] = _read(LanguageSkill, _data["languages"])  # type: ignore[assignment]
HEADINGS: tuple[Service, ...] = tuple(service for service in SERVICES.values() if not service.parent)

LEVELS = {
    1: _("A few words"),
    2: _("Simple conversation"),
    3: _("Fluent"),
    4: _("First language"),
}
PAYMENTS = {
    "direct-payments": _("Direct payments"),
    "private": _("Your own money"),
    "personal-health-budget": _("Personal health budget"),
    "commissioned": _("Arranged and paid for by the council"),
}


def details(heading: str) -> list[Service]:
    return [service for service in SERVICES.values() if service.parent == heading]


def bits(slug: str) -> int:
    """The services that satisfy a search for `slug`: itself, and its details where it is a heading."""
    total = SERVICES[slug].bit
    for detail in details(slug):
        total |= detail.bit
    return total


def service_choices() -> list[tuple[str, str]]:
    return [(service.slug, service.en) for service in SERVICES.values()]
