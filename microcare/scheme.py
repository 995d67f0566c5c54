"""The scheme: everything that differs between one council's directory and another's.

One TOML file in `microcare/schemes/` each, read and checked at start. A mistake stops the start with
a sentence that names the file, the key and the mend (`SchemeError`). Rooms read the result as
`settings.SCHEME`; it is frozen.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from directory.postcodes import GRID_EAST, GRID_NORTH
from onboarding.requirements import RequirementError, Requirements
from onboarding.requirements import read as read_requirements

SCHEMES = Path(__file__).parent / "schemes"
NATIONS = ("wales", "england")
LANGUAGES = ("en", "cy")
PAYMENTS = ("direct-payments", "private", "personal-health-budget", "commissioned")
# Every sentence that needs the scheme's word takes one of these forms. English has no mutation, so its
# "soft" forms repeat the plain ones: a sentence asks for the form its Welsh needs (ADR 3).
TERMS = (
    "carer",
    "carers",
    "Carer",
    "Carers",
    "a_carer",
    "carer_soft",
    "carers_soft",
    "care",
    "Care",
    "care_soft",
)
# What a file may hold; anything else is a slip of the pen.
KEYS = {
    "": ("nation", "languages", "area_code", "max_workers", "personal_care_most", "payments", "name", "council", "area",
         "in_area", "terms", "brand", "contact", "pots", "dbs", "requirements", "places"),
    "dbs": ("barred", "enhanced", "outdoors"),
    "contact": ("phone", "email", "hours", "safeguarding_phone", "out_of_hours_phone", "village_agents", "links"),
    "place": ("slug", "en", "cy", "easting", "northing", "town", "inside", "also"),
}  # fmt: skip
BRAND = ("brand", "deep", "mid", "line", "tint", "link")
HEX = re.compile(r"#[0-9a-f]{6}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class SchemeError(Exception):
    """A scheme file that cannot be used, in a sentence that says how to mend it."""


@dataclass(frozen=True)
class Text:
    """The same words in English and, where the scheme has it, Welsh; `str()` gives the active language's."""

    en: str
    cy: str = ""

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.in_language(get_language() or "en")

    def in_language(self, language: str) -> str:
        return self.cy if language == "cy" and self.cy else self.en


@dataclass(frozen=True)
class Place:
    """A town or village that people search from and carers work from; grid position in metres."""

    slug: str
    name: Text
    easting: int
    northing: int
    town: bool
    inside: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    label: Text
    url: str


@dataclass(frozen=True)
class Contact:
    phone: str
    email: str
    hours: Text
    safeguarding_phone: str
    out_of_hours_phone: str
    village_agents: bool
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Most:
    """From that day on a business may give personal care to so many people at one time without being registered."""

    since: date
    people: int


@dataclass(frozen=True)
class Scheme:
    slug: str
    nation: str
    languages: tuple[str, ...]
    area_code: str
    max_workers: int
    personal_care_most: tuple[Most, ...]
    name: Text
    council: Text
    area: Text
    in_area: Text
    terms: dict[str, dict[str, str]]
    brand: dict[str, str]
    contact: Contact
    payments: tuple[str, ...]
    pots: dict[str, Text]
    requirements: Requirements
    places: tuple[Place, ...]

    @property
    def is_welsh(self) -> bool:
        return "cy" in self.languages

    def most_personal_care(self, on: date) -> int | None:
        """How many people at most; none where the law knows no number (England)."""
        held = [most for most in self.personal_care_most if most.since <= on]
        return max(held, key=lambda most: most.since).people if held else None

    @property
    def words(self) -> dict[str, str]:
        """The scheme's words in the active language, for `%(carers)s` in a message."""
        from django.utils.translation import get_language

        return self.terms.get(get_language() or "en", self.terms["en"])

    def words_after(self, number: int) -> dict[str, str]:
        """The same, with `carer` as it is said after a number: Welsh softens it after 2 (dau ficro-ofalwr)."""
        return {**self.words, "carer": self.words["carer_soft"]} if number == 2 else self.words


class _Reader:
    """Reads keys out of one file's tables and says, when one is wrong, which and how to mend it."""

    def __init__(self, path: Path, data: dict[str, Any], languages: tuple[str, ...] = ("en",)):
        self.path, self.data, self.languages = path, data, languages

    def fail(self, key: str, mend: str) -> SchemeError:
        return SchemeError(f"{self.path.name}: {key}: {mend}")

    def get(self, key: str, kind: type, mend: str) -> Any:
        value: Any = self.data
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                raise self.fail(key, f"is missing; {mend}")
            value = value[part]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(key, f"is {value!r}; {mend}")
        return value

    def only(self, key: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                raise self.fail(
                    f"{key}.{name}".lstrip("."),
                    f"is not a key of a scheme; take it out or write one of {', '.join(known)}",
                )

    def string(self, key: str, mend: str = "write it as text in quotes") -> str:
        value: str = self.get(key, str, mend)
        if not value.strip():
            raise self.fail(key, f"is empty; {mend}")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.string(key, mend := f"write one of {', '.join(choices)}")
        if value not in choices:
            raise self.fail(key, f"is {value!r}; {mend}")
        return value

    def text(self, key: str) -> Text:
        words = {
            language: self.string(f"{key}.{language}", "write it in each of the scheme's languages")
            for language in self.languages
        }
        return Text(**words)


def load(slug: str, folder: Path = SCHEMES) -> Scheme:
    """The scheme named `slug`, checked. Raises `SchemeError` with the file, the key and the mend."""
    path = folder / f"{slug}.toml"
    if not SLUG.fullmatch(slug) or not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
        raise SchemeError(f"SCHEME: there is no scheme {slug!r}; set SCHEME to one of {known}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemeError(f"{path.name}: is not TOML: {error}; mend that line") from error
    read = _Reader(path, data)
    languages = tuple(read.get("languages", list, 'write ["en"] or ["en", "cy"]'))
    if languages not in (("en",), ("en", "cy")):
        raise read.fail("languages", f'is {list(languages)!r}; write ["en"] or ["en", "cy"]')
    read.languages = languages
    read.only("", data, KEYS[""])
    return Scheme(
        slug=slug,
        nation=read.choice("nation", NATIONS),
        languages=languages,
        area_code=_area_code(read),
        max_workers=_max_workers(read),
        personal_care_most=_personal_care_most(read),
        name=read.text("name"),
        council=read.text("council"),
        area=read.text("area"),
        in_area=read.text("in_area"),
        terms=_terms(read),
        brand=_brand(read),
        contact=_contact(read),
        payments=_payments(read),
        pots=_pots(read),
        requirements=_requirements(read),
        places=_places(read),
    )


def _area_code(read: _Reader) -> str:
    mend = "write the council's ONS code, such as W06000021"
    code = read.string("area_code", mend)
    if not re.fullmatch(r"[EW]\d{8}", code):
        raise read.fail("area_code", f"is {code!r}; {mend}")
    return code


def _max_workers(read: _Reader) -> int:
    mend = "write how many people one business may have, 1 or more"
    count: int = read.get("max_workers", int, mend)
    if count < 1:
        raise read.fail("max_workers", f"is {count}; {mend}")
    return count


def _personal_care_most(read: _Reader) -> tuple[Most, ...]:
    """Of a Welsh scheme alone: SI 2017/1264 reg. 3 excepts who supports a small number of people."""
    mend = (
        "write a list such as [{ from = 2018-04-02, most = 4 }] in Wales, in the order of its days, and [] in England"
    )
    rows = read.get("personal_care_most", list, mend)
    days: list[Any] = [row.get("from") if isinstance(row, dict) else None for row in rows]
    numbers: list[Any] = [row.get("most") if isinstance(row, dict) else None for row in rows]
    right = all(type(day) is date for day in days) and all(type(number) is int and number > 0 for number in numbers)
    if not right or days != sorted(set(days)) or any(set(row) != {"from", "most"} for row in rows):
        raise read.fail("personal_care_most", f"is {rows!r}; {mend}")
    if bool(rows) != (read.choice("nation", NATIONS) == "wales"):
        raise read.fail("personal_care_most", f"does not fit the nation; {mend}")
    return tuple(Most(day, number) for day, number in zip(days, numbers, strict=True))


def _terms(read: _Reader) -> dict[str, dict[str, str]]:
    return {
        language: {key: read.string(f"terms.{language}.{key}", "write this form of the scheme's word") for key in TERMS}
        for language in read.languages
    }


def _brand(read: _Reader) -> dict[str, str]:
    mend = "write a colour as # and six small hexadecimal digits, such as #0b5148"
    colours = {key: read.string(f"brand.{key}", mend) for key in BRAND}
    for key, colour in colours.items():
        if not HEX.fullmatch(colour):
            raise read.fail(f"brand.{key}", f"is {colour!r}; {mend}")
    for key in ("brand", "deep", "link"):
        if contrast_with_white(colours[key]) < 4.5:
            raise read.fail(f"brand.{key}", "has less than 4.5:1 contrast with white; choose a darker colour")
    return colours


def contrast_with_white(colour: str) -> float:
    """Contrast ratio of a `#rrggbb` colour with white (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _contact(read: _Reader) -> Contact:
    links = read.get("contact.links", list, "write a list of tables with label and url, or []")
    read.only("contact", read.data["contact"], KEYS["contact"])
    if not EMAIL.fullmatch(email := read.string("contact.email")):
        raise read.fail("contact.email", f"is {email!r}; write an address such as name@council.gov.uk")
    return Contact(
        phone=read.string("contact.phone"),
        email=email,
        hours=read.text("contact.hours"),
        safeguarding_phone=read.string("contact.safeguarding_phone"),
        out_of_hours_phone=read.string("contact.out_of_hours_phone"),
        village_agents=read.get("contact.village_agents", bool, "write true or false without quotes"),
        links=tuple(_link(read, number, table) for number, table in enumerate(links)),
    )


def _link(read: _Reader, number: int, table: Any) -> Link:
    inner = _Reader(read.path, {f"contact.links[{number}]": table}, read.languages)
    key = f"contact.links[{number}]"
    if not isinstance(table, dict) or not str(table.get("url", "")).startswith("https://"):
        raise inner.fail(f"{key}.url", "write a full address that starts with https://")
    label = table.get("label")
    if not isinstance(label, dict) or any(not label.get(language) for language in read.languages):
        raise inner.fail(f"{key}.label", "write it in each of the scheme's languages")
    return Link(Text(**{language: label[language] for language in read.languages}), table["url"])


def _payments(read: _Reader) -> tuple[str, ...]:
    payments = read.get("payments", list, mend := f"write a list out of {', '.join(PAYMENTS)}")
    if not payments or any(payment not in PAYMENTS for payment in payments):
        raise read.fail("payments", f"is {payments!r}; {mend}")
    return tuple(payments)


def _pots(read: _Reader) -> dict[str, Text]:
    """What help to carers is paid from, by slug."""
    pots = read.get("pots", dict, "write a [pots] table: what help to carers is paid from")
    for slug in pots:
        if not SLUG.fullmatch(slug):
            raise read.fail(f"pots.{slug}", "write small letters, digits and hyphens, such as start-up")
    return {slug: read.text(f"pots.{slug}") for slug in pots}


def _requirements(read: _Reader) -> Requirements:
    own = read.get("requirements", dict, "write a [requirements] table that names what the scheme asks for")
    dbs = read.get("dbs", dict, "write a [dbs] table that says which check each service's role is eligible for")
    read.only("dbs", dbs, KEYS["dbs"])
    try:
        return read_requirements(own, dbs)
    except RequirementError as error:
        raise read.fail(*error.args) from error


def _places(read: _Reader) -> tuple[Place, ...]:
    tables = read.get("places", list, "write at least one [[places]] table")
    places = tuple(_place(read, number, table) for number, table in enumerate(tables))
    slugs = [place.slug for place in places]
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise read.fail("places", f"{slug!r} stands twice; give each place a slug of its own")
    if not any(place.inside and place.town for place in places):
        raise read.fail("places", "has no town inside the area; mark one with town = true")
    return places


def _place(read: _Reader, number: int, table: Any) -> Place:
    def fail(key: str, mend: str) -> SchemeError:
        name = table.get("slug", "?") if isinstance(table, dict) else "?"
        return read.fail(f"places[{number}].{key} ({name})", mend)

    if isinstance(table, dict) and (strange := [key for key in table if key not in KEYS["place"]]):
        raise fail(strange[0], f"is not a key of a place; take it out or write one of {', '.join(KEYS['place'])}")
    if not isinstance(table, dict) or not SLUG.fullmatch(str(table.get("slug", ""))):
        raise fail("slug", "write small letters, digits and hyphens, such as usk")
    if not isinstance(table.get("en"), str) or not table["en"].strip():
        raise fail("en", "write the English name")
    if not isinstance(table.get("cy", ""), str):
        raise fail("cy", "write the Welsh name as text in quotes, or leave it out")
    _check_marks(table, fail)
    for key, most in (("easting", GRID_EAST), ("northing", GRID_NORTH)):
        if type(table.get(key)) is not int or not 0 < table[key] < most:
            raise fail(key, f"write metres of the National Grid, a whole number under {most}")
    return Place(
        slug=table["slug"],
        name=Text(table["en"], table.get("cy", "")),
        easting=table["easting"],
        northing=table["northing"],
        town=table.get("town", False),
        inside=table.get("inside", True),
        also=tuple(table.get("also", [])),
    )


def _check_marks(table: dict[str, Any], fail: Callable[[str, str], SchemeError]) -> None:
    for key in ("town", "inside"):
        if not isinstance(table.get(key, True), bool):
            raise fail(key, "write true or false without quotes")
    if not isinstance(also := table.get("also", []), list) or not all(isinstance(name, str) for name in also):
        raise fail("also", 'write a list of names in quotes, such as ["Fenni"]')
