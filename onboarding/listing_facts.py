"""A listing's facts as JSON keeps them, and back: what a draft, a change and a difference are made of."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from directory.models import Listing
from directory.services import EDITABLE
from files.models import Photo

Facts = dict[str, Any]

CAPACITY = ("capacity", "space_from", "hours_free", "waiting_weeks")
SERVICES = "services"
BASE = ("base_name_en", "base_name_cy", "easting", "northing")
# `team_size` follows the people who work (`settling`).
PLAIN = tuple(sorted(EDITABLE - {"photo", "team_size"}))
ALL = (*PLAIN, "photo", SERVICES, *CAPACITY)


def of(listing: Listing | None) -> Facts:
    """All of them; none of what does not exist."""
    if listing is None:
        return {}
    facts = {name: getattr(listing, name) for name in (*PLAIN, *CAPACITY)}
    facts["space_from"] = listing.space_from.isoformat() if listing.space_from else None
    offered = sorted(listing.services.values_list("service", flat=True))
    return facts | {"photo": listing.photo_id, SERVICES: offered}


def as_json(facts: Mapping[str, Any]) -> Facts:
    """Typed facts as they are kept. Raises `ValueError` for one that is not a listing's."""
    if strange := facts.keys() - set(ALL):
        raise ValueError(f"Not a listing's facts: {', '.join(sorted(strange))}")
    kept = dict(facts)
    if isinstance(day := kept.get("space_from"), date):
        kept["space_from"] = day.isoformat()
    if isinstance(photo := kept.get("photo"), Photo):
        kept["photo"] = photo.pk
    if SERVICES in kept:
        kept[SERVICES] = sorted(kept[SERVICES])
    return kept


def for_listing(facts: Mapping[str, Any]) -> Facts:
    """What `directory.services.create_listing` and `change_listing` take."""
    plain = {name: value for name, value in facts.items() if name in PLAIN}
    if "photo" in facts:
        plain["photo"] = Photo.objects.filter(pk=facts["photo"]).first() if facts["photo"] else None
    return plain


def for_capacity(facts: Mapping[str, Any]) -> Facts:
    """What `directory.services.confirm_capacity` takes, day apart; none where space is not said."""
    if not facts.get("capacity"):
        return {}
    said = {name: facts.get(name) for name in CAPACITY}
    said["space_from"] = date.fromisoformat(said["space_from"]) if said["space_from"] else None
    return said


def fingerprint(facts: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Of the values of these facts: a form carries it, so that another tab's change is seen."""
    values = json.dumps({name: facts.get(name) for name in names}, sort_keys=True, default=str)
    return sha256(values.encode()).hexdigest()[:20]
