"""From what people type to a point of the map: a postcode, its first half, or a town or village by name."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from rapidfuzz import fuzz, process

from directory.models import OutwardCode, Postcode
from directory.mutations import mutations
from directory.postcodes import OUTWARD, UNIT
from directory.wording import fold

LONGEST = 100
OFFERED = 5
LIKENESS = 64
IN_TEXT = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) *([0-9][A-Z]{2})\b")
DIGITS, LETTERS = str.maketrans("OIL", "011"), str.maketrans("01", "OI")

# A road's word follows its name in English and goes before it in Welsh.
ROADS_AFTER = {"street", "st", "road", "rd", "lane", "avenue", "ave", "close", "drive", "way", "terrace", "court"}
ROADS_AFTER |= {"crescent", "gardens", "row", "hill", "square"}
ROADS_BEFORE = {"stryd", "ffordd", "heol", "lon", "rhodfa", "clos", "teras", "rhes", "sgwar"}
ROADS = ROADS_AFTER | ROADS_BEFORE
NEAR = {"in", "at", "near", "by", "around", "from", "ger", "yn", "ym", "wrth", "o", "ardal"}
COUNTRIES = ("Wales", "Cymru", "England", "Lloegr", "UK", "United Kingdom")


class Place(Protocol):
    """A town or village of the scheme file: grid metres, and a name that prints in the active language."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> Any: ...
    @property
    def easting(self) -> int: ...
    @property
    def northing(self) -> int: ...
    @property
    def town(self) -> bool: ...
    @property
    def inside(self) -> bool: ...
    @property
    def also(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Spot:
    """A point that was found. `inside`: in the scheme's area. Not `exact`: only a postcode's first half is known."""

    label: str
    easting: int
    northing: int
    inside: bool
    postcode: bool
    exact: bool
    slug: str


@dataclass(frozen=True)
class Unknown:
    """What was not found, and the places whose names are most like it. `postcode`: it has the form of one."""

    text: str
    nearest: tuple[Place, ...]
    postcode: bool = False


def find_place(text: str) -> Spot | Unknown:
    """The point that `text` names, as people type it. At most two SQL statements, none for a name."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST * 4]).split())[:LONGEST]
    return find_postcode(text) or find_name(text) or unknown(text)


def unknown(text: str) -> Unknown:
    if any(UNIT.fullmatch(code) for code in likely_codes(text)[:1]):
        return Unknown(text, (), postcode=True)
    return Unknown(text, nearest(text))


def find_postcode(text: str) -> Spot | None:
    codes = likely_codes(text)
    units = [code for code in codes if UNIT.fullmatch(code)]
    known = {unit.code: unit for unit in Postcode.objects.filter(code__in=units)} if units else {}
    for code in units:
        if code in known:
            return _spot(f"{code[:-3]} {code[-3:]}", known[code], known[code].area_code == settings.SCHEME.area_code)
    halves = [code[:-3] if code in units else code for code in codes]
    found = {half.code: half for half in OutwardCode.objects.filter(code__in=halves)} if halves else {}
    return next((_spot(half, found[half], found[half].inside, exact=False) for half in halves if half in found), None)


def _spot(label: str, row: Postcode | OutwardCode, inside: bool, exact: bool = True) -> Spot:
    return Spot(label, row.easting, row.northing, inside, postcode=True, exact=exact, slug="")


def likely_codes(text: str) -> list[str]:
    """Postcodes and first halves the text may mean, likeliest first: "NP15 IAD" is also read as NP15 1AD."""
    text = text.upper()
    typed = re.sub(r"[^A-Z0-9]", "", text)
    codes = [*("".join(match) for match in IN_TEXT.findall(text)[-1:]), typed]
    if 5 <= len(typed) <= 7:
        area, middle, end = typed[:2].translate(LETTERS), typed[2:-3], typed[-3:]
        if not typed[1].isdigit():
            codes.append(area + middle.translate(DIGITS) + end[0].translate(DIGITS) + end[1:].translate(LETTERS))
        codes.append(typed[:-3] + end[0].translate(DIGITS) + end[1:].translate(LETTERS))
    if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9]", text.strip()):
        codes.append(typed[:-1])
    return list(dict.fromkeys(code for code in codes if UNIT.fullmatch(code) or OUTWARD.fullmatch(code)))


def place_among(text: str) -> tuple[Spot | None, str]:
    """A postcode or a place among the words of a sentence, and the words that are left."""
    words = text.split()
    for length in range(min(len(words), 5), 0, -1):
        for start in range(len(words) - length, -1, -1):
            end = start + length
            spot = _named(words, start, end) or _coded("".join(words[start:end]).upper())
            if spot:
                return spot, " ".join(words[:start] + words[end:])
    return None, text


def _named(words: Sequence[str], start: int, end: int) -> Spot | None:
    place = _names(settings.SCHEME.places).get(plain(" ".join(words[start:end])))
    return at(place) if place and not of_a_road([plain(word) for word in words], start, end) else None


def _coded(code: str) -> Spot | None:
    return find_postcode(code) if UNIT.fullmatch(code) or OUTWARD.fullmatch(code) else None


def find_name(text: str) -> Spot | None:
    """The place an address names: all of it, else its last part, where only a road may stand behind it."""
    names = _names(settings.SCHEME.places)
    if place := names.get(plain(text)):
        return at(place)
    first, *others = reversed(parts(text))
    if place := in_words(first, names):
        return at(place)
    found = (names.get(part) for part in others) if is_road(first) else ()
    return next((at(place) for place in found if place), None)


def parts(text: str) -> list[str]:
    """The parts between commas, in plain form, without the county's and the country's names."""
    larger = {plain(name) for name in (settings.SCHEME.area.en, settings.SCHEME.area.cy, *COUNTRIES)}
    return [part for part in map(plain, text.split(",")) if part and part not in larger] or [plain(text)]


def is_road(part: str) -> bool:
    return bool(ROADS.intersection(part.split())) or any(letter.isdigit() for letter in part)


def in_words(part: str, names: Mapping[str, Place]) -> Place | None:
    """A place's name among other words ("near Usk"), the longest and last first; not the name of a road."""
    words = part.split()[:20]
    for length in range(min(len(words), 5), 0, -1):
        for start in range(len(words) - length, -1, -1):
            place = names.get(" ".join(words[start : start + length]))
            if place and not of_a_road(words, start, start + length):
                return place
    return None


def of_a_road(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the words name a road: "Newport Road", "Heol Casnewydd", and "High Street" beside the town of Street."""
    before, after = words[start - 1] if start else "", words[end] if end < len(words) else ""
    itself = bool(ROADS.intersection(words[start:end])) and bool(before) and before not in NEAR
    return before in ROADS_BEFORE or after in ROADS_AFTER or itself


def at(place: Place) -> Spot:
    return Spot(
        str(place.name), place.easting, place.northing, place.inside, postcode=False, exact=True, slug=place.slug
    )


def plain(name: str) -> str:
    """A name without capitals, accents, apostrophes, hyphens; "Saint" as "St"; no article."""
    name = re.sub("['’‘`´]", "", fold(name))
    words = ["st" if word == "saint" else word for word in re.sub(r"[^a-z0-9]+", " ", name).split()]
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("y", "yr", "the") else words)


@lru_cache(maxsize=8)
def _names(places: tuple[Place, ...]) -> dict[str, Place]:
    """Every way to write each place, to the place; its names before other spellings, those before mutations."""
    names: dict[str, Place] = {}
    own = [(plain(name), place) for place in places for name in (place.name.en, place.name.cy) if name]
    other = [(plain(name), place) for place in places for name in place.also]
    joined = [(name.replace(" ", ""), place) for name, place in own + other]
    mutated = [(form, place) for place in places if place.name.cy for form in mutations(plain(place.name.cy))]
    for name, place in own + other + joined + mutated:
        names.setdefault(name, place)
    return names


def nearest(text: str) -> tuple[Place, ...]:
    names = _names(settings.SCHEME.places)
    *_, asked = parts(text)
    found = process.extract(asked, list(names), scorer=fuzz.ratio, limit=20, score_cutoff=LIKENESS)
    return tuple(dict.fromkeys(names[name] for name, _, _ in found))[:OFFERED]


def places_near(easting: int, northing: int, metres: float) -> Sequence[Place]:
    """Towns and villages within reach of a point, nearest first."""

    def away(place: Place) -> float:
        return math.dist((place.easting, place.northing), (easting, northing))

    return sorted((place for place in settings.SCHEME.places if away(place) <= metres), key=away)
