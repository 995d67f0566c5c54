"""The demonstration's carers: everybody of the directory's cast has a business, its people, and papers that were seen.

Made through the verbs, and the listings follow by themselves. Safe to run again: on the same day nothing changes; on a
later one only what would end soon, or shows an edge, is seen anew. What a person did to a paper by hand stays.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from tqdm import tqdm

from directory.demo import with_slugs
from directory.demo.cast import Person, people
from directory.models import Listing
from onboarding import codes, journey, papers
from onboarding.demo.dates import Days, days_of
from onboarding.demo.said import said_of
from onboarding.models import Carer, Evidence, Worker
from onboarding.papers import Shown
from onboarding.requirements import CODE, Business, Requirement
from onboarding.settling import settle

BY = "job:demo"
HELPERS = ("Jan", "Tim", "Rose", "Karl", "Mo", "Pat", "Beth")
AGES_AGO = timedelta(days=1000)
STILL_GOOD = timedelta(days=40)
MOVED_ON = "The days of the demonstration moved on."


class Wanted(NamedTuple):
    """One paper of the business or of one worker."""

    requirement: Requirement
    worker: Worker | None
    days: Days

    @property
    def of(self) -> tuple[str, int | None]:
        return self.requirement.slug, self.worker.pk if self.worker else None


def demo(scheme: Any, *, on: date) -> str:
    """Brings everybody's papers to where they stand on that day, and says in a sentence what there was to do."""
    cast = with_slugs(people(scheme))
    listings = {listing.slug: listing for listing in Listing.objects.select_related("owner")}
    seen = 0
    for person, slug in tqdm(cast, desc="Papers", unit="", disable=None):
        if slug in listings:
            seen += _bring_up(person, listings[slug], on=on)
    return f"Demonstration carers: {seen} papers seen." if seen else "Demonstration carers: nothing changed."


@transaction.atomic
def _bring_up(person: Person, listing: Listing, *, on: date) -> int:
    """How many papers were seen. A new carer is linked last, so that the listing is settled once."""
    carer = Carer.objects.filter(listing=listing).first() or _start(person, on)
    if carer.left_at:
        return 0
    business = person.scheme.requirements.business(
        person.services, workers=person.team_size, keeps_records=bool(carer.keeps_records)
    )
    shown = list(_to_be_seen(carer, _wanted(person, carer, business, on), on))
    for old in _overtaken(carer, shown):
        papers.withdraw(old, by=BY, reason=MOVED_ON)
    if shown:
        papers.record_all(carer, [_shown(person, wanted, business) for wanted in shown], by=BY)
    _sign(carer, on - timedelta(days=200 + person.number))
    if carer.listing_id is None:
        journey.link(carer, by=BY, listing=listing)
    settle(carer, by=BY, on=on)
    return len(shown)


def _sign(carer: Carer, on: date) -> None:
    if not carer.agreements.exists():
        codes.sign(carer, by=BY, typed_name=carer.name, language="en", on=on, tell=False)


def _start(person: Person, on: date) -> Carer:
    began = on - AGES_AGO - timedelta(days=person.number * 5)
    carer = journey.start(
        by=BY,
        name=person.full_name,
        first_name=person.first_name,
        services=person.services,
        on=began,
        keeps_records=person.number % 3 == 0,
        joined_at=datetime.combine(began, time(10, 20), timezone.get_current_timezone()),
    )
    helpers = [name for name in HELPERS if name != person.first_name][: person.team_size - 1]
    for name in helpers:
        journey.add_worker(carer, by=BY, first_name=name, works_from=began, most=person.scheme.max_workers)
    return carer


def _wanted(person: Person, carer: Carer, business: Business, on: date) -> Iterator[Wanted]:
    workers = list(carer.workers.current())
    for requirement in person.scheme.requirements.applying(business):
        if requirement.slug == CODE:
            continue
        for worker in workers if requirement.of == "worker" else (None,):
            yield Wanted(requirement, worker, days_of(person, requirement, worker.first_name if worker else "", on))


def _to_be_seen(carer: Carer, wanted: Iterator[Wanted], on: date) -> Iterator[Wanted]:
    """Those that are not there, or would end soon; an edge is there on its very days or not at all."""
    by_hand = Q(sent_by__isnull=False) | Q(decided_by__isnull=False)
    touched = set(carer.evidence.filter(by_hand).values_list("requirement", "worker"))
    held: dict[tuple[str, int | None], list[Evidence]] = {}
    for row in carer.evidence.accepted():
        held.setdefault((row.requirement, row.worker_id), []).append(row)
    for one in wanted:
        if one.of not in touched and not any(_is_there(row, one.days, on) for row in held.get(one.of, ())):
            yield one


def _is_there(row: Evidence, days: Days, on: date) -> bool:
    if days.is_edge:
        return (row.valid_from, row.valid_until) == (days.first, days.last)
    return row.valid_until is None or row.valid_until >= on + STILL_GOOD


def _overtaken(carer: Carer, shown: list[Wanted]) -> list[Evidence]:
    """Papers of an edge that begin before it does now: what starts in six days has not started."""
    return [
        row
        for one in shown
        if one.days.is_edge
        for row in carer.evidence.accepted().filter(requirement=one.requirement.slug, worker=one.worker)
        if row.valid_from and row.seen_on and row.valid_from > row.seen_on
    ]


def _shown(person: Person, wanted: Wanted, business: Business) -> Shown:
    requirement, worker, days = wanted
    return Shown(
        requirement,
        requirement.shown[0],
        worker=worker,
        facts=said_of(person, requirement, business),
        dated=days.first,
        ends_on=days.last if requirement.own_end else None,
        seen_on=days.seen_on,
        valid_until=days.last,
    )
