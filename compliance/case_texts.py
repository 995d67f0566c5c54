"""The letters about decisions: one text for each outcome, in each language. The team's newest, else the files'.

What is to be said whatever a text says (how to appeal, the ombudsman) stands under it in the mail's own template.
Places such as `{reasons}` are filled in; each letter has those that it must have.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format

from accounts.models import User
from audit.recording import record
from compliance.models import OutcomeText
from feedback.models.cases import Outcome

FOLDER = Path(__file__).parent / "case_texts"
WRITE, READ = "compliance.write_outcome_texts", "compliance.view_outcometext"
UPHELD, VARIED, DISMISSED = "appeal-upheld", "appeal-varied", "appeal-dismissed"
NAMES = {
    Outcome.NO_ACTION.value: "No action",
    Outcome.ADVICE.value: "Advice",
    Outcome.ACTION_PLAN.value: "Action plan",
    Outcome.SUSPEND.value: "Suspension",
    Outcome.REMOVE.value: "Removal",
    UPHELD: "Appeal upheld",
    VARIED: "Appeal: another outcome",
    DISMISSED: "Appeal dismissed",
}
PLACES = {
    "name": "the carer’s name",
    "reference": "the reference of the case",
    "reasons": "the reasons, as whoever decides writes them",
    "until": "the last day of the action plan",
    "review_on": "the day by which somebody looks at the suspension again",
    "outcome": "the outcome after the appeal",
}
MUST = {
    Outcome.ACTION_PLAN.value: {"reasons", "until"},
    Outcome.SUSPEND.value: {"reasons", "review_on"},
    VARIED: {"reasons", "outcome"},
}
ALWAYS = {"name", "reference", "reasons"}
PLACE = re.compile(r"{([^{}]*)}")


class TextRefused(Exception):
    """A text that cannot be used; `language` is which, and the message says why."""

    def __init__(self, language: str, words: str):
        super().__init__(words)
        self.language = language


class OneText(NamedTuple):
    """Of a letter, in each language. `row` is the team's own, none where it is the files'."""

    letter: str
    en: str
    cy: str
    row: OutcomeText | None

    @property
    def name(self) -> str:
        return NAMES[self.letter]

    def in_language(self, language: str) -> str:
        return self.cy if language == "cy" and self.cy else self.en


def must(letter: str) -> set[str]:
    return MUST.get(letter, {"reasons"})


def may(letter: str) -> set[str]:
    return ALWAYS | must(letter)


def current(letter: str) -> OneText:
    """Raises `KeyError` for a letter that is none."""
    NAMES[letter]
    if row := OutcomeText.objects.filter(outcome=letter).first():
        return OneText(letter, row.en, row.cy, row)
    return OneText(letter, shipped(letter, "en"), shipped(letter, "cy"), None)


def every() -> list[OneText]:
    return [current(letter) for letter in NAMES]


def history(letter: str) -> list[OutcomeText]:
    return list(OutcomeText.objects.filter(outcome=letter))


@cache
def shipped(letter: str, language: str) -> str:
    return (FOLDER / f"{letter}.{language}.txt").read_text(encoding="utf-8").strip()


def check(letter: str, *, en: str, cy: str = "") -> None:
    """Raises `TextRefused`."""
    for language in settings.SCHEME.languages:
        text = {"en": en, "cy": cy}[language].strip()
        if not text:
            raise TextRefused(language, "Write it in each language.")
        found = set(PLACE.findall(text))
        if strange := found - may(letter):
            named = ", ".join(f"{{{one}}}" for one in sorted(strange))
            raise TextRefused(language, f"Nothing is filled in for {named} in this letter.")
        if missing := must(letter) - found:
            named = ", ".join(f"{{{one}}}" for one in sorted(missing))
            raise TextRefused(language, f"It needs {named}.")
        if set("{}") & set(PLACE.sub("", text)):
            raise TextRefused(language, "A curly bracket stands alone. They are only for what is filled in.")


@transaction.atomic
def change(letter: str, *, by: User, en: str, cy: str = "") -> OutcomeText:
    """It says that from now on. Letters that went stay as they were. Raises `TextRefused`."""
    check(letter, en=en, cy=cy)
    now = current(letter)
    if now.row and (now.en, now.cy) == (en.strip(), cy.strip()):
        return now.row
    row = OutcomeText.objects.create(outcome=letter, en=en.strip(), cy=cy.strip(), actor_id=by.pk)
    record("outcome_text.changed", by=by, target=row, letter=letter)
    return row


def filled(letter: str, language: str, **facts: str | date | None) -> str:
    """In the active language's way of writing days."""
    return fill(current(letter).in_language(language), **facts)


def fill(text: str, **facts: str | date | None) -> str:
    def put(found: re.Match[str]) -> str:
        value = facts.get(found[1])
        return date_format(value) if isinstance(value, date) else str(value or "")

    return PLACE.sub(put, text)
