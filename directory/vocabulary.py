"""The curated vocabularies, read once from `vocabulary.toml` (ADR 4): kinds of help, people supported,
languages, and the fixed lists of levels and ways to pay."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).parent / "vocabulary.toml"
# Stable identifiers for Open Referral UK: derived from the slug, which never changes.
NAMESPACE = UUID("0d0f3f2e-5d0b-5c39-9a3f-6b7a1f0f5a11")
# A listing's services are one sum of bits in a signed 64-bit column.
MOST_BITS = 62


class VocabularyError(Exception):
    """A vocabulary that cannot be used, in a sentence that names the entry and the mend."""


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
    def uuid(self) -> UUID:
        return uuid5(NAMESPACE, f"{type(self).__name__}/{self.slug}")

    @property
    def phrases(self) -> tuple[str, ...]:
        """Everything that may be typed for it, in small letters: its names, then its synonyms."""
        return tuple(dict.fromkeys((self.en.lower(), self.cy.lower(), *self.synonyms_en, *self.synonyms_cy)))


@dataclass(frozen=True)
class Service(Term):
    """A kind of help. `bit` is its own power of two in sums of offered services."""

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


@dataclass(frozen=True)
class Vocabulary:
    services: dict[str, Service]
    groups: dict[str, ClientGroup]
    languages: dict[str, LanguageSkill]


Table = dict[str, Any]
T = TypeVar("T", bound=Term)


def load(path: Path = FILE) -> Vocabulary:
    """The vocabularies in a file, checked. Raises `VocabularyError`."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    shared = frozenset(data.get("shared", ()))
    services = _read("services", data["services"], _service, shared)
    _check_parents(services)
    _check_bits(services)
    return Vocabulary(
        services,
        _read("groups", data["groups"], lambda table: ClientGroup(**_words(table)), shared),
        _read("languages", data["languages"], lambda table: LanguageSkill(**_words(table)), shared),
    )


def _read(kind: str, tables: list[Table], make: Callable[[Table], T], shared: frozenset[str]) -> dict[str, T]:
    terms: dict[str, T] = {}
    for table in tables:
        term = make(table)
        if term.slug in terms:
            raise _wrong(term.slug, "stands twice; give each a slug of its own")
        terms[term.slug] = term
    _check_synonyms(kind, terms.values(), shared)
    return terms


def _words(table: Table) -> Table:
    slug = table.get("slug", "?")
    for key in ("slug", "en", "cy"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            raise _wrong(slug, f"has no {key}; write it as text in quotes")
    words = {key: table[key] for key in ("slug", "en", "cy")}
    return words | {key: tuple(table.get(key, ())) for key in ("synonyms_en", "synonyms_cy")}


def _service(table: Table) -> Service:
    words, slug = _words(table), table["slug"]
    number, parent = table.get("bit"), table.get("parent", "")
    if type(number) is not int or not 0 <= number < MOST_BITS:
        raise _wrong(slug, f"has bit {number!r}; write a whole number from 0 to {MOST_BITS - 1} that none has had")
    if not parent and not (table.get("summary_en") and table.get("summary_cy")):
        raise _wrong(slug, "is a heading without summary_en and summary_cy; write both")
    return Service(
        **words,
        bit=1 << number,
        parent=parent,
        summary_en=table.get("summary_en", ""),
        summary_cy=table.get("summary_cy", ""),
        personal_care=table.get("personal_care", False),
    )


def _check_parents(services: dict[str, Service]) -> None:
    for service in services.values():
        if service.parent and (service.parent not in services or services[service.parent].parent):
            raise _wrong(service.slug, f"has parent {service.parent!r}; write the slug of a service without a parent")


def _check_bits(services: dict[str, Service]) -> None:
    owners: dict[int, str] = {}
    for service in services.values():
        if service.bit in owners:
            raise _wrong(service.slug, f"has the bit of {owners[service.bit]!r}; give it a number that none has had")
        owners[service.bit] = service.slug


def _check_synonyms(kind: str, terms: Iterable[Term], shared: frozenset[str]) -> None:
    """Within one vocabulary a phrase means one thing, unless shared on purpose; across two it may mean both."""
    owners: dict[str, str] = {}
    for term in terms:
        for phrase in term.phrases:
            if phrase != phrase.lower().strip() or not phrase:
                raise _wrong(term.slug, f"has the synonym {phrase!r}; write it in small letters")
            owner = owners.get(phrase)
            if owner and phrase not in shared:
                raise _wrong(term.slug, f"shares {phrase!r} with {owner!r} in {kind}; leave it to one of them")
            owners[phrase] = term.slug


def _wrong(slug: str, mend: str) -> VocabularyError:
    return VocabularyError(f"vocabulary.toml: {slug!r} {mend}")


_vocabulary = load()
SERVICES: dict[str, Service] = _vocabulary.services
GROUPS: dict[str, ClientGroup] = _vocabulary.groups
LANGUAGES: dict[str, LanguageSkill] = _vocabulary.languages
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
