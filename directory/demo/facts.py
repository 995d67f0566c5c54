"""What a person of the cast says of themselves: place, words, hours, prices, languages, ways to get in touch."""

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify

from directory.demo.cast import HERE, Person
from directory.models import METRES_PER_MILE, cell

WORDS: dict[str, dict[str, list[list[str]]]] = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
EARLY, MORNING, LUNCHTIME, AFTERNOON, TEATIME, EVENING, NIGHT = range(7)
WEEK, WEEKDAYS, WEEKEND = range(7), range(5), (5, 6)
Cells = tuple[Iterable[int], Iterable[int]]
HOURS: dict[str, tuple[Cells, ...]] = {
    "mornings": ((WEEKDAYS, (MORNING, LUNCHTIME)),),
    "every morning": ((WEEK, (EARLY, MORNING)), (WEEKDAYS, (LUNCHTIME,))),
    "both ends": ((WEEK, (EARLY, MORNING)), (WEEKDAYS, (TEATIME, EVENING))),
    "school hours": ((WEEKDAYS, (MORNING, LUNCHTIME, AFTERNOON)),),
    "weekdays": ((WEEKDAYS, (MORNING, LUNCHTIME, AFTERNOON, TEATIME)),),
    "long days": ((WEEKDAYS, (MORNING, LUNCHTIME, AFTERNOON, TEATIME, EVENING)), ((5,), (MORNING, LUNCHTIME))),
    "three days": (((0, 2, 4), (MORNING, LUNCHTIME, AFTERNOON)),),
    "afternoons": (((0, 1, 3, 4), (AFTERNOON, TEATIME)), ((6,), (AFTERNOON,))),
    "evenings and weekends": ((WEEKDAYS, (EVENING,)), (WEEKEND, (MORNING, LUNCHTIME, AFTERNOON, TEATIME, EVENING))),
    "nights": ((WEEK, (NIGHT,)),),
    "week nights": (((0, 1, 2, 3), (NIGHT,)),),
}
MILES = (3, 4, 5, 5, 6, 7, 8, 8, 10, 10, 12, 15)
MOBILE, LANDLINE = "07700 900{:03}", "01632 960{:03}"  # Ofcom's numbers for drama: nobody answers


def facts(person: Person) -> dict[str, Any]:
    """Fields of `Listing` that do not depend on the day."""
    return {
        "first_name": person.first_name,
        **_place(person),
        **_words(person),
        **_contact(person),
        **_prices(person),
        **_hours(person),
        "groups": _groups(person),
        "languages": person.languages,
        "payments": _payments(person),
    }


def _base(person: Person) -> Any:
    """A town for two in three, a village for the third; for some, a town just outside."""
    places, chance = person.scheme.places, person.chance("base")
    inside = [place for place in places if place.inside]
    if person.edge.get("outside"):
        outside = [place for place in places if not place.inside]
        return sorted(outside, key=lambda place: _miles_to(place, inside))[person.number % 8]
    towns = [place for place in inside if place.town]
    villages = [place for place in inside if not place.town] or towns
    return (
        chance.choice(villages)
        if person.number % 3 == 2
        else towns[(person.number // 3 * 2 + person.number % 3) % len(towns)]
    )


def _miles_to(place: Any, others: Iterable[Any]) -> float:
    nearest = min((place.easting - o.easting) ** 2 + (place.northing - o.northing) ** 2 for o in others)
    return float(nearest**0.5) / METRES_PER_MILE


def _place(person: Person) -> dict[str, Any]:
    base = _base(person)
    miles = int(person.edge.get("miles") or person.chance("miles").choice(MILES))
    if not base.inside:
        miles = max(miles, int(_miles_to(base, [place for place in person.scheme.places if place.inside])) + 5)
    return {
        "base_name_en": base.name.en,
        "base_name_cy": base.name.cy,
        "easting": base.easting,
        "northing": base.northing,
        "miles": miles,
        "whole_area": bool(person.edge.get("whole_area")),
    }


def languages_written(person: Person) -> tuple[str, ...]:
    """Where the scheme has Welsh, those who speak it well write in both, and so do some who had theirs translated."""
    if not person.scheme.is_welsh:
        return ("en",)
    if texts := person.edge.get("texts"):
        return (texts,)
    return ("en", "cy") if person.languages.get("cy", 0) >= 3 or person.number % 4 == 1 else ("en",)


def _words(person: Person) -> dict[str, str]:
    own, shared = WORDS[person.kind], WORDS["everybody"]
    intros, pasts, hows, asides = own["intros"], own["pasts"], own["hows"], shared["asides"]
    intro = intros[person.nth % len(intros)]
    about = [
        pasts[person.nth % len(pasts)],
        hows[(person.nth + person.nth // len(pasts)) % len(hows)],
        asides[(person.number * 5 + len(person.scheme.slug)) % len(asides)],
    ][: 2 if person.number % 7 == 6 else 3]
    words = {}
    for number, language in enumerate(("en", "cy")):
        written = language in languages_written(person)
        said = " ".join(sentence[number] for sentence in about).replace("{place}", _named(person, language))
        words[f"intro_{language}"] = intro[number] if written else ""
        words[f"about_{language}"] = said if written else ""
    return words


def _named(person: Person, language: str) -> str:
    """The base as it stands within a sentence: Y Fenni, but "ger y Fenni"."""
    name = _base(person).name
    if language == "en" or not name.cy:
        return str(name.en)
    article, _, rest = name.cy.partition(" ")
    return f"{article.lower()} {rest}" if article in {"Y", "Yr"} else str(name.cy)


def _pair(person: Person, field: str, sentences: list[list[str]], number: int) -> dict[str, str]:
    sentence = sentences[number % len(sentences)]
    written = languages_written(person)
    return {
        f"{field}_{language}": sentence[i] if language in written else "" for i, language in enumerate(("en", "cy"))
    }


def _contact(person: Person) -> dict[str, str]:
    phone = (LANDLINE if person.number % 6 == 2 else MOBILE).format(200 + person.number * 7)
    mailbox = f"{slugify(person.first_name)}{person.number}@example.org"
    website = f"https://example.org/{slugify(person.name)[:60]}"
    hours = _pair(person, "contact_hours", WORDS["everybody"]["hours"], person.number)
    return {
        "phone": phone if person.edge.get("phone", True) else "",
        "email": mailbox if person.edge.get("email", person.number % 3 != 1 or "phone" in person.edge) else "",
        "website": website if person.edge.get("website", person.number % 6 == 1) else "",
        **(hours if person.number % 4 != 3 else dict.fromkeys(hours, "")),
    }


def _prices(person: Person) -> dict[str, Any]:
    """In pence. Nights are priced by the night, small pets' visits by the visit, hair by the appointment."""
    chance = person.chance("prices")
    low, high = person.ways.pounds
    hour = chance.randrange(low * 100, high * 100 + 1, 50)
    by_visit = person.kind in {"pets", "hair"}
    worked = _worked(person)
    evenings = any(band == EVENING for _, band in worked)
    weekends = any(day in WEEKEND for day, _ in worked)
    prices: dict[str, Any] = {
        "price_hour": None if by_visit or person.kind == "nights" else hour,
        "price_half_hour": _round(hour * 0.58) if person.kind in {"personal", "home"} and person.nth % 2 == 0 else None,
        "price_visit": {"pets": 1200, "hair": 2800}[person.kind] + chance.randrange(0, 800, 50) if by_visit else None,
        "price_night": chance.randrange(9000, 16001, 500) if "overnight" in person.services else None,
        "price_evening_hour": hour + 200 if not by_visit and evenings and person.number % 4 == 0 else None,
        "price_weekend_hour": _round(hour * 1.2) if not by_visit and weekends and person.number % 2 == 0 else None,
        "price_bank_holiday_hour": _round(hour * 1.5) if not by_visit and person.number % 3 == 0 else None,
        "price_mile": 45 if {"transport", "trips", "shopping", "vet"} & set(person.services) else None,
        "minimum_minutes": chance.choice((30, 45, 60, 60, 120)) if not by_visit and person.number % 3 else None,
    }
    if person.edge.get("prices") is False:
        prices = dict.fromkeys(prices)
    return prices | (
        _pair(person, "price_note", WORDS["everybody"]["notes"], person.number)
        if person.number % 3 == 0
        else {"price_note_en": "", "price_note_cy": ""}
    )


def _round(pence: float) -> int:
    return round(pence / 50) * 50


def _worked(person: Person) -> set[tuple[int, int]]:
    """Days and parts of them; whoever stays overnight works some nights."""
    pattern = HOURS[person.ways.hours[person.nth % len(person.ways.hours)]]
    worked = {(day, band) for days, bands in pattern for day in days for band in bands}
    if "overnight" in person.services and not any(band == NIGHT for _, band in worked):
        worked |= {(day, band) for days, bands in HOURS["week nights"] for day in days for band in bands}
    return worked


def _hours(person: Person) -> dict[str, int]:
    """Where the person works, and, if there is space now, in about a third of that."""
    cells = sorted(cell(day, band) for day, band in _worked(person))
    free = [one for one in cells if person.chance(f"space {one}").random() < 0.35] or cells[:1]
    has_space = person.edge.get("capacity", "space") == "space"
    return {"works": sum(cells), "space": sum(free) if has_space else 0}


def hours_free(person: Person) -> int | None:
    return None if person.number % 4 == 0 else min(2 * _hours(person)["space"].bit_count(), 20)


def _groups(person: Person) -> list[str]:
    groups = person.ways.groups
    return [groups[(person.nth + step) % len(groups)] for step in range(min(2 + person.number % 3, len(groups)))]


def _payments(person: Person) -> list[str]:
    ways = person.scheme.payments
    if person.number % 9 == 4:
        return ["private"] if "private" in ways else list(ways[:1])
    kept = [way for place, way in enumerate(ways) if way == "private" or (person.number + place) % 4]
    return kept or list(ways)


def space(person: Person, *, on: date) -> dict[str, Any] | None:
    """What the person said about space, and when; nothing where they never said."""
    told = person.edge.get("told", person.number % 28)
    if told is None:
        return None
    capacity = person.edge.get("capacity", "space")
    return {
        "capacity": capacity,
        "on": on - timedelta(days=told),
        "space_from": on + timedelta(days=person.edge["in_days"]) if capacity == "from" else None,
        "hours_free": hours_free(person) if capacity == "space" else None,
        "waiting_weeks": person.edge.get("weeks"),
    }
