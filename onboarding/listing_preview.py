"""A listing as people would see it, drawn from what is written and not yet sent."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from directory import vocabulary
from directory.models import CheckRow, Listing
from directory.profile import Offer, Profile
from onboarding import listing_facts, listings
from onboarding.listing_facts import SERVICES, Facts
from onboarding.models import Carer
from onboarding.settling import check_rows
from onboarding.standing import standing

NO_PLACE = (0, 0)


def unsaved(carer: Carer, facts: Facts, today: date) -> Listing:
    """The listing that these facts make. Nothing of it is kept, so what cannot be is left to whoever checks it."""
    said = listing_facts.for_listing(facts) | listing_facts.for_capacity(facts)
    easting, northing = (facts.get(name, 0) for name in ("easting", "northing"))
    listing = Listing(**{**said, "easting": easting, "northing": northing})
    listing.slug = carer.listing.slug if carer.listing else "preview"
    listing.owner = carer.owner
    listing.team_size = max(1, carer.workers.current().count())
    listing.capacity_confirmed_on = today if facts.get("capacity") else None
    return listing


def has_place(listing: Listing) -> bool:
    return (listing.easting, listing.northing) != NO_PLACE


@dataclass(frozen=True)
class Preview(Profile):
    """The profile with every service that is chosen, and the checks as they stand today."""

    carer: Carer | None = None
    chosen: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def offers(self) -> list[Offer]:
        offers = [
            Offer(heading, [detail for detail in vocabulary.details(heading.slug) if detail.slug in self.chosen])
            for heading in vocabulary.HEADINGS
        ]
        return [offer for offer in offers if offer.details or offer.heading.slug in self.chosen]

    @cached_property
    def checks(self) -> list[CheckRow]:
        return [CheckRow(**row) for row in check_rows(standing(self.carer, self.on))] if self.carer else []


def preview(carer: Carer, today: date) -> Preview:
    facts = listings.facts_of(carer)
    chosen = frozenset(facts.get(SERVICES, ()))
    return Preview(unsaved(carer, facts, today), today, carer=carer, chosen=chosen)
