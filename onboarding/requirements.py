"""What a carer must show: read from `requirements.toml` and the scheme's file, and which of it applies to whom.

Pure: no table is read here. `settings.SCHEME.requirements` holds the result.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from directory import vocabulary

FILE = Path(__file__).parent / "requirements.toml"
OF = ("business", "worker")
SHOWN = ("upload", "seen", "attended", "declared", "signed", "record")
# What is asked about it, one form each (`onboarding.fact_forms`).
FACTS = (
    "original", "dbs", "insurance", "car-insurance", "hmrc", "course", "references", "contingency", "registration",
    "paper", "agreement", "cqc", "none",
)  # fmt: skip
LAPSES = ("hide", "drop", "tell")
CONDITIONS = ("all", "enters-homes", "enhanced-dbs", "basic-dbs", "keeps-records", "personal-care-team")
CODE = "code"
REMIND = (60, 30, 14, 7, 1)  # days before the end
# Levels of a DBS check, each good for what a lower one is good for.
LEVELS = ("none", "basic", "enhanced", "enhanced-barred")


class RequirementError(ValueError):
    """A table of requirements that cannot be used: (the key, how to mend it)."""


@dataclass(frozen=True)
class Requirement:
    """One thing to be shown, of the business or of each worker.

    `months` is how long it holds from its own date; `own_end` that it says its end itself (an insurance); neither, that
    it is shown once. `grace` is days after its end until the listing is hidden. `since` is the day from which carers
    new to the directory must have it, `existing_by` the day from which those listed before `since` must.
    """

    slug: str
    en: str
    cy: str
    of: str
    applies: str | tuple[str, ...]
    shown: tuple[str, ...]
    facts: str
    lapse: str
    months: int | None = None
    own_end: bool = False
    grace: int = 0
    cover: int | None = None
    remind: tuple[int, ...] = REMIND
    also: tuple[str, ...] = ()
    since: date | None = None
    existing_by: date | None = None
    optional: bool = False
    purge_at_decision: bool = False
    detail_en: str = ""
    detail_cy: str = ""
    panel_en: str = ""
    panel_cy: str = ""

    def __str__(self) -> str:
        return self.in_language(get_language() or "en")

    def in_language(self, language: str) -> str:
        return self.cy if language == "cy" else self.en

    @property
    def once(self) -> bool:
        return self.months is None and not self.own_end

    def on_panel(self) -> dict[str, str]:
        """Its words in the public trust panel, in both languages."""
        return {
            "what_en": self.panel_en or self.en,
            "what_cy": self.panel_cy or self.cy,
            "detail_en": self._detail(self.detail_en),
            "detail_cy": self._detail(self.detail_cy),
        }

    def _detail(self, words: str) -> str:
        return words.format(cover_in_millions=f"{(self.cover or 0) / 1_000_000:g}")

    def needs(self, service: str) -> bool:
        """Whether this service, where it names services, goes with it."""
        if self.applies == "personal-care-team":
            return vocabulary.SERVICES[service].personal_care
        return isinstance(self.applies, tuple) and service in spread(self.applies)

    def applies_to(self, business: "Business") -> bool:
        if isinstance(self.applies, tuple):
            return any(self.needs(service) for service in business.services)
        return {
            "all": True,
            "enters-homes": bool(business.services - business.levels.outdoors),
            "enhanced-dbs": business.level >= LEVELS.index("enhanced"),
            "basic-dbs": business.level == LEVELS.index("basic"),
            "keeps-records": business.keeps_records,
            "personal-care-team": business.workers > 1 and any(self.needs(service) for service in business.services),
        }[self.applies]


@dataclass(frozen=True)
class Levels:
    """Which DBS check a service's role is eligible for; a service that nobody enters a home for is eligible for none.

    Enhanced: work with adults (Police Act 1997 (Criminal Records) Regulations 2002, reg. 5B). With the barred list:
    regulated activity alone (Safeguarding Vulnerable Groups Act 2006, Sch. 4 para. 7: personal care, and help with
    money, bills and shopping, and taking somebody to care, because of age, illness or disability).
    """

    barred: frozenset[str]
    enhanced: frozenset[str]
    outdoors: frozenset[str]

    def of(self, service: str) -> int:
        """The place in `LEVELS` of the check for this service."""
        if service in self.barred:
            return LEVELS.index("enhanced-barred")
        if service in self.enhanced:
            return LEVELS.index("enhanced")
        return LEVELS.index("none" if service in self.outdoors else "basic")


@dataclass(frozen=True)
class Business:
    """What decides which requirements apply: the services, how many work, whether records are kept electronically."""

    services: frozenset[str]
    levels: Levels
    workers: int = 1
    keeps_records: bool = False

    @property
    def level(self) -> int:
        """The highest DBS check that any of its services allows."""
        return max((self.levels.of(service) for service in self.services), default=0)


@dataclass(frozen=True)
class Requirements:
    """All that one scheme asks for, in the order of its file."""

    every: tuple[Requirement, ...]
    levels: Levels

    def __getitem__(self, slug: str) -> Requirement:
        return self.by_slug[slug]

    def __contains__(self, slug: str) -> bool:
        return slug in self.by_slug

    @property
    def by_slug(self) -> dict[str, Requirement]:
        return {requirement.slug: requirement for requirement in self.every}

    def business(self, services: Iterable[str], *, workers: int = 1, keeps_records: bool = False) -> Business:
        return Business(frozenset(services), self.levels, workers, keeps_records)

    def applying(self, business: Business) -> list[Requirement]:
        return [requirement for requirement in self.every if requirement.applies_to(business)]


def spread(slugs: Iterable[str]) -> frozenset[str]:
    """These services, and the details of those that are headings."""
    found = set(slugs)
    for slug in slugs:
        found.update(detail.slug for detail in vocabulary.details(slug))
    return frozenset(found)


# --- reading ---------------------------------------------------------------------------------------------


def read(own: Mapping[str, Any], dbs: Mapping[str, Any], path: Path = FILE) -> Requirements:
    """The scheme's requirements: those its file names, with its own values. Raises `RequirementError`."""
    known = tomllib.loads(path.read_text(encoding="utf-8"))
    for slug in own:
        if slug not in known:
            raise RequirementError(f"requirements.{slug}", f"is not known; write one of {', '.join(sorted(known))}")
    if CODE not in own:
        raise RequirementError("requirements.code", "is missing; every scheme has a Code of Practice")
    every = tuple(_requirement(slug, {**known[slug], **_table(slug, own[slug])}) for slug in own)
    return Requirements(every, _levels(dbs))


def _table(slug: str, table: Any) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise RequirementError(f"requirements.{slug}", "write a table, {} where nothing differs")
    return table


def _requirement(slug: str, table: dict[str, Any]) -> Requirement:
    def fail(key: str, mend: str) -> RequirementError:
        return RequirementError(f"requirements.{slug}.{key}", f"is {table.get(key)!r}; {mend}")

    for key in table.keys() - ({field.name for field in fields(Requirement)} - {"slug"}):
        raise fail(key, "take it out; no requirement has that key")
    for key, choices in (("of", OF), ("facts", FACTS), ("lapse", LAPSES)):
        if table.get(key) not in choices:
            raise fail(key, f"write one of {', '.join(choices)}")
    if not table["shown"] or set(table["shown"]) - set(SHOWN):
        raise fail("shown", f"write a list out of {', '.join(SHOWN)}")
    for key in ("months", "grace", "cover"):
        if table.get(key) is not None and (type(table[key]) is not int or table[key] < 0):
            raise fail(key, "write a whole number, 0 or more")
    for key in ("since", "existing_by"):
        if not isinstance(table.get(key), date | None):
            raise fail(key, "write a day as 2027-04-01, without quotes")
    lists: dict[str, Any] = {key: tuple(table[key]) for key in ("shown", "remind", "also") if key in table}
    return Requirement(slug=slug, **{**table, **lists, "applies": _applies(table.get("applies"), fail)})


def _applies(rule: Any, fail: Any) -> str | tuple[str, ...]:
    if isinstance(rule, list) and rule and set(rule) <= set(vocabulary.SERVICES):
        return tuple(rule)
    if rule in CONDITIONS:
        return str(rule)
    raise fail("applies", f"write one of {', '.join(CONDITIONS)}, or a list of services")


def _levels(dbs: Mapping[str, Any]) -> Levels:
    lists = {}
    for field in fields(Levels):
        slugs = dbs.get(field.name)
        if not isinstance(slugs, list) or set(slugs) - set(vocabulary.SERVICES):
            raise RequirementError(f"dbs.{field.name}", "write a list of services of vocabulary.toml")
        lists[field.name] = spread(slugs)
    lists["enhanced"] -= lists["barred"]
    return Levels(**lists)
