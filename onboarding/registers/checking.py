"""Every row of a register looked through: what it says, or every cell that cannot be, with how to mend it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import override

from directory import vocabulary
from directory.models import LONGEST_REACH_MILES
from directory.phones import can_be_rung, dialled
from directory.places import Unknown, find_place
from onboarding import codes, listings
from onboarding.listing_facts import Facts
from onboarding.models import Carer, Register
from onboarding.papers import validity
from onboarding.registers.columns import Column, columns
from onboarding.registers.reading import name_of
from onboarding.requirements import CODE, LEVELS, Requirement

LONGEST_FIRST_NAME = 50
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
LANGUAGES = {"english": "en", "en": "en", "saesneg": "en", "welsh": "cy", "cymraeg": "cy", "cy": "cy"}
YES_OR_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


class Problem(NamedTuple):
    """`cell` as the spreadsheet names it, and what is wrong with how to mend it."""

    row: int
    cell: str
    words: str


class Seen(NamedTuple):
    """One paper that the council saw."""

    requirement: str
    seen_on: date
    dated: date | None
    valid_from: date
    valid_until: date | None
    level: str


@dataclass
class Entry:
    """One line: somebody who works, and, on the first line of a business, the business."""

    row: int
    said: dict[str, Any] = field(default_factory=dict)
    papers: list[Seen] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.said.get("name", "")).casefold()

    @property
    def first_name(self) -> str:
        return str(self.said.get("first_name") or self.said.get("name", "").split(" ")[0])


class Checked(NamedTuple):
    entries: list[Entry]
    problems: list[Problem]


class Wrong(Exception):
    """A cell that cannot be; the message says how to mend it."""


def check(register: Register, *, on: date) -> Checked:
    """The whole register, in English: it is the team's."""
    if not register.rows:
        return Checked([], [Problem(0, "", "Its lines are gone a week after it was read. Read the file again.")])
    with override("en"):
        known = {column.key: column for column in columns(settings.SCHEME.requirements)}
        used = {int(number): known[key] for number, key in register.columns.items() if key in known}
        since = codes.since() or date.max
        if since > on and any(column.requirement == CODE for column in used.values()):
            return Checked([], [Problem(0, "", "There is no Code of Practice yet. Publish its first version.")])
        lacking = [column.label for column in known.values() if column.needed and column not in used.values()]
        if lacking:
            return Checked([], [Problem(0, "", f"No column holds this: {', '.join(lacking)}. Say which one does.")])
        entries, problems = [], []
        for row, cells in enumerate(register.rows):
            entry, wrong = _entry(row, cells, used, on, since)
            entries.append(entry)
            problems += wrong
        problems += _together(entries, used)
        return Checked(entries, sorted(problems))


def _entry(
    row: int, cells: list[str], used: Mapping[int, Column], on: date, since: date
) -> tuple[Entry, list[Problem]]:
    """`since` is the first day on which there was a Code of Practice here."""
    entry, problems, dates = Entry(row), [], {}
    for number, column in used.items():
        try:
            value = _value(column, cells[number], on)
        except Wrong as error:
            problems.append(Problem(row, name_of(row, number), f"{column.label}: {error}"))
            continue
        if column.requirement and value is not None:
            dates[column.requirement, column.part] = (value, name_of(row, number))
        elif value is not None:
            entry.said[column.key] = value
    for requirement in settings.SCHEME.requirements.every:
        try:
            entry.papers += _papers(requirement, dates, on, since)
        except Wrong as error:
            problems.append(Problem(row, error.args[1], f"{requirement.en}: {error.args[0]}"))
    return entry, problems


def _value(column: Column, text: str, on: date) -> Any:
    if not text:
        if column.needed:
            raise Wrong("is empty. Fill it in.")
        return None
    return READERS[column.kind](text, on)


def _papers(
    requirement: Requirement, dates: Mapping[tuple[str, str], tuple[Any, str]], on: date, since: date
) -> Iterator[Seen]:
    seen, seen_cell = dates.get((requirement.slug, "seen"), (None, ""))
    until, until_cell = dates.get((requirement.slug, "until"), (None, ""))
    dated, dated_cell = dates.get((requirement.slug, "dated"), (None, ""))
    level = dates.get((requirement.slug, "level"), ("", ""))[0]
    if seen is None:
        if other := until_cell or dated_cell:
            raise Wrong("has no day on which it was seen. Fill that in, or empty this cell.", other)
        return
    if seen > on:
        raise Wrong("was seen on a day that has not come. Write the day on which it was seen.", seen_cell)
    if requirement.slug == CODE and seen < since:
        day = f"{since:%-d %B %Y}"
        words = (
            f"was signed before {day}, when the first version here came into force. Empty this cell: they sign anew."
        )
        raise Wrong(words, seen_cell)
    if dated and dated > seen:
        raise Wrong("is dated after the day on which it was seen. Mend one of the two.", dated_cell)
    if requirement.facts == "dbs" and not level:
        raise Wrong("needs its level: basic, enhanced, or enhanced with barred list.", seen_cell)
    if requirement.own_end and not until and requirement.slug != CODE:
        raise Wrong("needs its last day. Fill in until when it is valid.", seen_cell)
    first, last = validity(requirement, seen_on=seen, dated=dated, ends_on=until)
    if until and until < first:
        raise Wrong("ends before it begins. Mend one of the two days.", until_cell)
    yield Seen(requirement.slug, seen, dated, first, until or last, level)


def _together(entries: list[Entry], used: Mapping[int, Column]) -> Iterator[Problem]:
    """What one row says and another, or somebody who is here already, contradicts."""
    places = {column.key: number for number, column in used.items()}
    businesses: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.key:
            businesses.setdefault(entry.key, []).append(entry)

    def at(entry: Entry, key: str, words: str) -> Problem:
        return Problem(entry.row, name_of(entry.row, places.get(key, places["name"])), words)

    yield from _twice(entries, at)
    here = _here(entries)
    most = settings.SCHEME.max_workers
    for people in businesses.values():
        first, names = people[0], [person.first_name.casefold() for person in people]
        if first.said.get("email") in here["email"] or dialled(first.said.get("phone", "")) in here["phone"]:
            yield at(first, "name", f"{first.said['name']} is here already. Take the line out.")
        for place, person in enumerate(people):
            if place and len(person.first_name) > LONGEST_FIRST_NAME:  # of the first it is the listing's, see below
                yield at(person, "first_name", f"has more than {LONGEST_FIRST_NAME} characters. Shorten it.")
            if names.index(names[place]) < place:
                words = f"{person.first_name} stands twice under {first.said['name']}. Take one line out, or give"
                yield at(person, "first_name", f"{words} each first name.")
            if place == most:
                yield at(person, "name", f"{first.said['name']} has more people than the {most} the scheme allows.")
        yield from _cannot_be(first, at)


def _twice(entries: list[Entry], at: Callable[[Entry, str, str], Problem]) -> Iterator[Problem]:
    owners: dict[str, Entry] = {}
    for entry in entries:
        email = entry.said.get("email")
        if email and (owner := owners.setdefault(email, entry)).key != entry.key:
            yield at(entry, "email", f"Email address: {email} stands in line {owner.row + 2} too. One account each.")


def _here(entries: list[Entry]) -> dict[str, set[str]]:
    """Addresses and numbers of those entries that somebody here already has."""
    emails = {entry.said["email"] for entry in entries if entry.said.get("email")}
    rows = Carer.objects.filter(left_at__isnull=True).values_list("email", "owner__email", "phone", "name")
    names = {entry.key for entry in entries}
    held = [row for row in rows if row[0] in emails or row[1] in emails or row[3].casefold() in names]
    return {
        "email": {email for row in held for email in row[:2] if email in emails},
        "phone": {dialled(row[2]) for row in held if row[2] and row[3].casefold() in names},
    }


def _cannot_be(entry: Entry, at: Callable[[Entry, str, str], Problem]) -> Iterator[Problem]:
    if not {"name", "base", "services"} <= entry.said.keys():
        return  # said above, cell by cell
    try:
        listings.check_first(listing_facts_of(entry), with_the_database=False)
    except ValidationError as error:
        for fact, words in error.message_dict.items():
            yield at(entry, fact, f"{fact}: {' '.join(words)}")


def listing_facts_of(entry: Entry) -> Facts:
    """The first listing that follows from the line of a business."""
    said = {
        key: value for key, value in entry.said.items() if key not in {"email", "language", "keeps_records", "base"}
    }
    return {"first_name": entry.first_name, "miles": 5, **said, **entry.said["base"]}


# --- cells -----------------------------------------------------------------------------------------------


def _line(text: str, on: date) -> str:
    if len(text) > 100:
        raise Wrong("is longer than 100 characters. Shorten it.")
    return " ".join(text.split())


def _email(text: str, on: date) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise Wrong(f"{text} is not an email address. Write it like name@example.com.") from error
    return text.lower()


def _phone(text: str, on: date) -> str:
    number = text if text.startswith(("0", "+")) else f"0{text}"  # a spreadsheet takes the nought off
    if not can_be_rung(number):
        raise Wrong(f"{text} cannot be rung. Write the whole number, like 07700 900123.")
    return number


def _language(text: str, on: date) -> str:
    code = LANGUAGES.get(text.casefold(), "")
    if code not in settings.SCHEME.languages:
        raise Wrong(
            f"{text} is not one of the scheme’s languages. Write English{' or Welsh' * settings.SCHEME.is_welsh}."
        )
    return code


def _place(text: str, on: date) -> dict[str, Any]:
    spot = find_place(text)
    place = (
        None if isinstance(spot, Unknown) else next((p for p in settings.SCHEME.places if p.slug == spot.slug), None)
    )
    if place is None:
        raise Wrong(f"{text} is not a town or village of the scheme. Write one that is; never an address.")
    names = {"base_name_en": place.name.en, "base_name_cy": place.name.cy}
    return {**names, "easting": place.easting, "northing": place.northing}


def _miles(text: str, on: date) -> int:
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_REACH_MILES:
        raise Wrong(f"{text} is not from 1 to {LONGEST_REACH_MILES}. Write whole miles.")
    return int(text)


def _pounds(text: str, on: date) -> int:
    if not re.fullmatch(r"£?\d{1,4}(\.\d{1,2})?", text) or not 1 <= float(text.lstrip("£")) <= 1000:
        raise Wrong(f"{text} is not from 1 to 1,000 pounds. Write it like 20 or 20.50.")
    return round(float(text.lstrip("£")) * 100)


def _words_of(terms: Mapping[str, Any]) -> Callable[[str, date], list[str]]:
    """Slugs or names, in either language, with semicolons, commas or lines between."""
    like = "; ".join(term.en for term in list(terms.values())[:3])
    names = {phrase: slug for slug, term in terms.items() for phrase in (slug, term.en.casefold(), term.cy.casefold())}

    def read(text: str, on: date) -> list[str]:
        parts = [part.strip().casefold() for part in re.split(r"[;,\n]", text) if part.strip()]
        whole = {text.strip().casefold()} & names.keys()  # a name may have a comma in it
        parts = list(whole) or parts
        if strange := [part for part in parts if part not in names]:
            raise Wrong(f"{', '.join(strange)}: not known here. Write names that the directory uses, like “{like}”.")
        return sorted({names[part] for part in parts})

    return read


def _languages(text: str, on: date) -> dict[str, int]:
    return dict.fromkeys(_words_of(vocabulary.LANGUAGES)(text, on), 3)


def _payments(text: str, on: date) -> list[str]:
    known = {
        word.casefold(): slug for slug in settings.SCHEME.payments for word in (slug, str(vocabulary.PAYMENTS[slug]))
    }
    parts = [part.strip().casefold() for part in re.split(r"[;,\n]", text) if part.strip()]
    if strange := [part for part in parts if part not in known]:
        raise Wrong(f"{', '.join(strange)}: not a way to pay here. Write {' or '.join(settings.SCHEME.payments)}.")
    return sorted({known[part] for part in parts})


def _text(longest: int) -> Callable[[str, date], str]:
    def read(text: str, on: date) -> str:
        if len(text) > longest:
            raise Wrong(f"has {len(text) - longest} characters too many. Shorten it to {longest:,}.")
        return text

    return read


def _yes(text: str, on: date) -> bool:
    if text.casefold() not in YES_OR_NO:
        raise Wrong(f"{text} is neither yes nor no. Write one of them.")
    return YES_OR_NO[text.casefold()]


def _day(text: str, on: date) -> date:
    for form in DAYS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007 (a day, not a moment)
        except ValueError:
            continue
        if 1990 <= day.year <= on.year + 20:
            return day
    raise Wrong(f"{text} is not a day. Write it like 31/01/2026.")


def _level(text: str, on: date) -> str:
    word = text.casefold()
    level = "enhanced-barred" if "barred" in word else word
    if level not in LEVELS[1:]:
        raise Wrong(f"{text} is not a level. Write basic, enhanced, or enhanced with barred list.")
    return level


READERS: dict[str, Callable[[str, date], Any]] = {
    "line": _line, "email": _email, "phone": _phone, "language": _language, "place": _place, "miles": _miles,
    "services": _words_of(vocabulary.SERVICES), "groups": _words_of(vocabulary.GROUPS), "languages": _languages,
    "payments": _payments, "pounds": _pounds, "intro": _text(160), "about": _text(4000), "yes": _yes, "day": _day,
    "level": _level,
}  # fmt: skip
