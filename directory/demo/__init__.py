"""Demonstration data: a whole directory of people who do not exist, made through the same verbs as real ones.

The same scheme gives the same people. Their dates stand in relation to the day: run on a later day, it brings them up;
run twice on one day, it changes nothing. Nobody is live before `onboarding.demo` has seen their papers.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from tqdm import tqdm

from directory import services
from directory.demo import look, portraits
from directory.demo.cast import Person, people
from directory.demo.facts import facts, space
from directory.models import Listing
from files.models import Photo
from files.photos import accept_photo

BY = "job:demo"


def demo(scheme: Any, *, on: date) -> str:
    """Brings the cast to where it stands on that day, and says in a sentence what there was to do."""
    new = refreshed = 0
    for person, slug in tqdm(with_slugs(people(scheme)), desc="People", unit="", disable=None):
        with transaction.atomic():
            listing = Listing.objects.filter(slug=slug).first()
            new += listing is None
            refreshed += _bring_up(person, listing, on=on)
    changed = refreshed - new
    if not refreshed:
        return f"Demonstration data: all {len(people(scheme))} people are there and up to date. Nothing changed."
    return f"Demonstration data: {new} people made, {changed} brought up to date."


def with_slugs(cast: list[Person]) -> list[tuple[Person, str]]:
    """Each person with the slug that `services.free_slug` gives when they are made in this order."""
    names = [slugify(person.name)[:80] for person in cast]
    earlier = (names[:number].count(name) for number, name in enumerate(names))
    slugs = (f"{name}-{count + 1}" if count else name for name, count in zip(names, earlier, strict=True))
    return list(zip(cast, slugs, strict=True))


def _bring_up(person: Person, listing: Listing | None, *, on: date) -> bool:
    """Whether anything had to change. What a listing says is said once: whoever tries it out keeps their changes."""
    new = listing is None
    if listing is None:
        listing = services.create_listing(by=BY, name=person.name, photo=_portrait(person), **facts(person))
        services.set_services(listing, by=BY, services=person.services)
    return any([new, *(step(person, listing, on) for step in (_space, _state))])


def _portrait(person: Person) -> Photo | None:
    if not person.has_photo:
        return None
    imagined = look.imagine(
        person.chance("portrait"),
        woman="woman" in person.portrait,
        background=next((word for word in person.portrait if word in look.SKINS_OF), "white"),
        older="older" in person.portrait,
        scarf="scarf" in person.portrait,
    )
    return accept_photo(portraits.as_upload(imagined), by=BY)


def _space(person: Person, listing: Listing, on: date) -> bool:
    said = space(person, on=on)
    if said is None:
        return False
    held = {field: getattr(listing, field) for field in said if field != "on"}
    if {**held, "on": listing.capacity_confirmed_on} == said:
        return False
    services.confirm_capacity(listing, by=BY, **said)
    return True


def _state(person: Person, listing: Listing, on: date) -> bool:
    edge, changed = person.edge, False
    if not edge.get("draft") and not listing.published_at:
        services.publish(listing, by=BY)
        changed = True
    if "paused" in edge and listing.paused_until != (until := on + timedelta(days=edge["paused"])):
        services.pause(listing, by=BY, until=until, on=on)
        changed = True
    return changed
