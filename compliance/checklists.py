"""What an officer looks at on each kind of paper before accepting it."""

import tomllib
from functools import lru_cache
from pathlib import Path

from onboarding.models import Evidence

FILE = Path(__file__).parent / "checklists.toml"


@lru_cache(maxsize=1)
def checklists() -> dict[str, dict[str, str]]:
    """The points of each kind of facts, by their keys."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def points(evidence: Evidence) -> list[tuple[str, str]]:
    """Of this paper, with the name of whom it is about."""
    who = str(evidence.worker) if evidence.worker else first_name(evidence.carer.name)
    return [(key, words.format(who=who)) for key, words in checklists()[evidence.asked.facts].items()]


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.strip() else name
