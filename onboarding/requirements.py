"""What a carer must show: read from `requirements.toml` and the scheme's file, and which of it applies to whom.

Pure: no table is read here. `settings.SCHEME.requirements` holds the result.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, lru_cache
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
Kind = tuple[Callable[[Any], bool], str]
REMIND = (60, 30, 14, 7, 1)  # days before the end
# Levels of a DBS check, each good for what a lower one is good for.
LEVELS = ("none", "basic", "enhanced", "enhanced-barred")
# What a DBS certificate says that names no work with adults: of an enhanced check, no more than a basic one counts.
OTHER_WORKFORCE = "other"


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

    @property
    def of_a_team(self) -> bool:
        """Whether it is asked only where several people work."""
        return self.applies == "personal-care-team"

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
        if self.of_a_team:
            return vocabulary.SERVICES[service].personal_care
        return service in self._services

    @cached_property
    def _services(self) -> frozenset[str]:
        return spread(self.applies) if isinstance(self.applies, tuple) else frozenset()

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

    Enhanced: work with adults who get health or social care, that is care, supervision, teaching, help and guidance
    (Police Act 1997 (Criminal Records) Regulations 2002, reg. 5A(b) and 5B, put in by SI 2013/1194).
    With the barred list: regulated activity alone (Safeguarding Vulnerable Groups Act 2006, Sch. 4 para. 7). That is,
    because of age, illness or disability: personal care (3B), but not cutting hair and nothing else (SI 2012/2113
    art. 6); managing cash, paying bills and shopping; driving somebody to or from care.
    Knowingly to ask the DBS for more than the role is eligible for is an offence (Police Act 1997, s. 123(2)).
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
    """These services, and the details of those that are headings.

    Personal care is what the law means by it: what stands below that heading and is not (medicine, hoisting) is named
    by itself.
    """
    found = set(slugs)
    for slug in slugs:
        care = vocabulary.SERVICES[slug].personal_care
        found.update(detail.slug for detail in vocabulary.details(slug) if detail.personal_care or not care)
    return frozenset(found)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Requirement]:
    """Every requirement there is, also those that this scheme does not ask for, or asks for no longer."""
    known = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {slug: made_of(slug, table) for slug, table in known.items()}


# --- reading ---------------------------------------------------------------------------------------------


def read(own: Mapping[str, Any], dbs: Mapping[str, Any], path: Path = FILE) -> Requirements:
    """The scheme's requirements: those its file names, with its own values. Raises `RequirementError`."""
    known = tomllib.loads(path.read_text(encoding="utf-8"))
    for slug in own:
        if slug not in known:
            raise RequirementError(f"requirements.{slug}", f"is not known; write one of {', '.join(sorted(known))}")
    if CODE not in own:
        raise RequirementError("requirements.code", "is missing; every scheme has a Code of Practice")
    every = tuple(made_of(slug, {**known[slug], **_table(slug, own[slug])}) for slug in own)
    return Requirements(every, _levels(dbs))


def _table(slug: str, table: Any) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        raise RequirementError(f"requirements.{slug}", "write a table, {} where nothing differs")
    return table


def made_of(slug: str, table: dict[str, Any]) -> Requirement:
    """Of a table as the files have it. Raises `RequirementError`."""

    def fail(key: str, mend: str) -> RequirementError:
        return RequirementError(f"requirements.{slug}.{key}", f"is {table.get(key)!r}; {mend}")

    for key, value in table.items():
        if key not in KINDS:
            raise fail(key, "take it out; no requirement has that key")
        is_right, mend = KINDS[key]
        if not is_right(value):
            raise fail(key, mend)
    lists: dict[str, Any] = {key: tuple(table[key]) for key in ("shown", "remind", "also") if key in table}
    requirement = Requirement(slug=slug, **{**table, **lists, "applies": _applies(table.get("applies"), fail)})
    _check(requirement, fail)
    return requirement


def _check(requirement: Requirement, fail: Any) -> None:
    """What each value is right for itself, and they are not together."""
    names_services = isinstance(requirement.applies, tuple) or requirement.of_a_team
    if requirement.lapse == "drop" and not names_services:
        raise fail("lapse", "write hide or tell, for it names no services to drop")
    since, existing_by = requirement.since, requirement.existing_by
    if existing_by and (since is None or existing_by < since):
        raise fail("existing_by", "write a since too, and here a day that is not before it")


def _one_of(choices: tuple[str, ...]) -> Kind:
    return lambda value: value in choices, f"write one of {', '.join(choices)}"


def _some_of(choices: tuple[str, ...]) -> Kind:
    return (
        lambda value: isinstance(value, list) and bool(value) and all(one in choices for one in value),
        f"write a list out of {', '.join(choices)}",
    )


def _whole(least: int) -> Kind:
    return lambda value: type(value) is int and value >= least, f"write a whole number, {least} or more"


# What each value may be, and how to mend one that is not.
TEXT: Kind = (lambda value: isinstance(value, str) and bool(value.strip()), "write text in quotes")
YES_OR_NO: Kind = (lambda value: isinstance(value, bool), "write true or false")
A_DAY: Kind = (lambda value: type(value) is date, "write a day as 2027-04-01, without quotes")
DAYS_BEFORE: Kind = (
    lambda value: isinstance(value, list) and bool(value) and all(type(days) is int and days > 0 for days in value),
    "write a list of whole numbers of days, such as [30, 7]",
)
SLUGS: Kind = (
    lambda value: isinstance(value, list) and all(isinstance(slug, str) for slug in value),
    "write a list of requirements",
)
KINDS: dict[str, Kind] = {
    "of": _one_of(OF), "facts": _one_of(FACTS), "lapse": _one_of(LAPSES), "shown": _some_of(SHOWN),
    "applies": (lambda value: True, ""),
    "months": _whole(1), "grace": _whole(0), "cover": _whole(1), "remind": DAYS_BEFORE, "also": SLUGS,
    "own_end": YES_OR_NO, "optional": YES_OR_NO, "purge_at_decision": YES_OR_NO,
    "since": A_DAY, "existing_by": A_DAY,
    **dict.fromkeys(("en", "cy", "detail_en", "detail_cy", "panel_en", "panel_cy"), TEXT),
}  # fmt: skip


def _applies(rule: Any, fail: Any) -> str | tuple[str, ...]:
    if isinstance(rule, list) and rule and all(str(one) in vocabulary.SERVICES for one in rule):
        return tuple(rule)
    if rule in CONDITIONS:
        return str(rule)
    raise fail("applies", f"write one of {', '.join(CONDITIONS)}, or a list of services")


def _levels(dbs: Mapping[str, Any]) -> Levels:
    lists = {}
    for field in fields(Levels):
        slugs = dbs.get(field.name)
        if not isinstance(slugs, list) or any(str(slug) not in vocabulary.SERVICES for slug in slugs):
            raise RequirementError(f"dbs.{field.name}", "write a list of services of vocabulary.toml")
        lists[field.name] = spread(slugs)
    if both := lists["outdoors"] & (lists["barred"] | lists["enhanced"]):
        raise RequirementError("dbs.outdoors", f"takes out of the check {', '.join(sorted(both))}; name each once")
    lists["enhanced"] -= lists["barred"]
    return Levels(**lists)
