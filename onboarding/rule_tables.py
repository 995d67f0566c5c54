"""Requirements as a table that the database keeps, and back: of another release too, which may know more or less."""

import hashlib
import json
import logging
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import date
from functools import lru_cache
from typing import Any

from directory import vocabulary
from onboarding.requirements import KINDS, LEVELS, Levels, Requirement, RequirementError, Requirements, made_of

log = logging.getLogger(__name__)
DAYS = ("since", "existing_by")
Table = dict[str, Any]


def as_table(requirements: Requirements) -> Table:
    """Without what is as usual, so that a release that only adds a new kind of value changes no rule."""
    return {
        "requirements": [of_requirement(one) for one in requirements.every],
        "levels": {field.name: sorted(getattr(requirements.levels, field.name)) for field in fields(Levels)},
    }


def of_requirement(requirement: Requirement) -> Table:
    found = {field: getattr(requirement, field.name) for field in fields(Requirement)}
    return {
        field.name: plain(value) for field, value in found.items() if field.default is MISSING or value != field.default
    }


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@lru_cache(maxsize=8)
def fingerprint(requirements: Requirements) -> str:
    return hashlib.sha256(json.dumps(as_table(requirements), sort_keys=True).encode()).hexdigest()


def from_table(table: Table, now: Requirements) -> Requirements:
    """The requirements that were kept. One that this release cannot read (it knows no such condition any more) is as
    the files have it now, or gone where they have none; what it does not know of one is left out."""
    every = tuple(one for row in table["requirements"] if (one := read(row, now)))
    known = {name: frozenset(vocabulary.SERVICES) & frozenset(slugs) for name, slugs in table["levels"].items()}
    return Requirements(every, Levels(**{field.name: known.get(field.name, frozenset()) for field in fields(Levels)}))


def read(row: Table, now: Requirements) -> Requirement | None:
    slug = row["slug"]
    try:
        return made_of(slug, {key: value(key, said) for key, said in row.items() if key in KINDS})
    except (RequirementError, TypeError, ValueError):
        log.warning("The rule %s was kept by another release and cannot be read; the files' own stands for it.", slug)
        return now.by_slug.get(slug)


def value(key: str, said: Any) -> Any:
    if key in DAYS and said:
        return date.fromisoformat(said)
    if key == "applies" and isinstance(said, list):
        return [service for service in said if service in vocabulary.SERVICES]
    return said


def differences(before: Requirements, after: Requirements) -> Iterator[str]:
    """What is asked anew, no longer, or differently, a sentence each."""
    yield from (f"New: {after[slug].en}." for slug in after.by_slug if slug not in before)
    yield from (f"No longer asked: {before[slug].en}." for slug in before.by_slug if slug not in after)
    for one in after.every:
        if one.slug in before:
            yield from (f"{one.en}: {said}." for said in changes(of_requirement(before[one.slug]), of_requirement(one)))
    for service in sorted(vocabulary.SERVICES):
        was, will = before.levels.of(service), after.levels.of(service)
        if was != will:
            name = vocabulary.SERVICES[service].en
            yield f"DBS check for “{name}”: {LEVELS[will]}, was {LEVELS[was]}."
    if [*before.by_slug] != [*after.by_slug] and before.by_slug.keys() == after.by_slug.keys():
        yield "Another order."


def changes(before: Table, after: Table) -> Iterator[str]:
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield f"{key} is {said(after.get(key))}, was {said(before.get(key))}"


def said(value: Any) -> str:
    if value is None:
        return "as usual"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
