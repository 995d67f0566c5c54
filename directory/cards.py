"""The carers of one page of results, as the list shows them."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Min, OuterRef, Subquery

from directory import availability, vocabulary
from directory.models import METRES_PER_MILE, CheckRow, Listing
from directory.places import Spot
from directory.query import Query
from directory.search import Row, needed, state_for
from directory.wording import all_of


class Card(NamedTuple):
    """One carer in the results, numbered as on the map. `miles` is from their base to the searched point."""

    number: int
    listing: Listing
    services: list[vocabulary.Service]
    week: availability.Week
    languages: str
    miles: float | None


def cards(rows: Iterable[Row], query: Query, spot: Spot | None, *, on: date, first: int = 1) -> list[Card]:
    """The listings of these rows, in their order. One statement, photos and next checks included.

    A listing that was taken down since its row was read is left out.
    """
    by_pk = {row.pk: row for row in rows}
    due = CheckRow.objects.filter(listing=OuterRef("pk"), next_due__gte=on).order_by().values("listing")
    listings = Listing.objects.live(on=on).filter(pk__in=by_pk).select_related("photo")
    found = listings.annotate(next_due=Subquery(due.annotate(day=Min("next_due")).values("day"))).in_bulk()
    return [
        Card(
            number,
            listing := as_asked(found[pk], row, query, on),
            offered(row),
            availability.week(listing, query.time, on=on),
            spoken(listing),
            row.distance / METRES_PER_MILE if spot else None,
        )
        for number, (pk, row) in enumerate(by_pk.items(), first)
        if pk in found
    ]


def as_asked(listing: Listing, row: Row, query: Query, on: date) -> Listing:
    """Drawn as full where there is no space for what is asked."""
    if state_for(row, needed(query), on) == "full":
        listing.capacity, listing.space_from = Listing.Capacity.FULL, None
    return listing


def spoken(listing: Listing) -> str:
    """The languages other than English that the carer can hold a conversation in, best first."""
    levels = sorted(listing.languages.items(), key=lambda pair: -pair[1])
    known = [slug for slug, level in levels if slug != "en" and level > 1 and slug in vocabulary.LANGUAGES]
    return all_of([str(vocabulary.LANGUAGES[slug]) for slug in known])


def offered(row: Row) -> list[vocabulary.Service]:
    return [heading for heading in vocabulary.HEADINGS if row.live_services & vocabulary.bits(heading.slug)]
