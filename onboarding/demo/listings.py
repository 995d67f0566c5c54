"""Listings that are being written: one carer's change is live and another of theirs waits, the newcomer's is begun."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.demo import CARER, NEWCOMER
from onboarding import listings
from onboarding.listing_facts import SERVICES
from onboarding.models import Carer, ListingDraft

HOURS = {
    "contact_hours_en": "Best after 6pm, or send a text",
    "contact_hours_cy": "Gorau ar ôl 6pm, neu anfonwch neges",
}
BEGUN = {
    "name": "Nia Prosser",
    "first_name": "Nia",
    "intro_en": "I cook, I listen, and I like a walk in any weather.",
    "intro_cy": "Rwy’n coginio, yn gwrando, ac yn hoffi mynd am dro ym mhob tywydd.",
    "price_hour": 2100,
}


def demo(scheme: Any, *, on: date) -> str:
    made = [about for about in (_changed(scheme), _begun()) if about]
    return f"Demonstration listings: {', '.join(made) or 'nothing changed'}."


@transaction.atomic
def _changed(scheme: Any) -> str:
    """Other hours, which are public at once, and a service that asks for more, which waits."""
    carer = Carer.objects.filter(owner__email=CARER).first()
    if carer is None or carer.owner is None or not listings.is_approved(carer) or carer.listing_changes.exists():
        return ""
    offered = listings.public_facts(carer)[SERVICES]
    more = next((slug for slug in ("medication", "meals", "transport") if listings.asks_more(offered, [slug])), "")
    listings.keep(carer, by=carer.owner, facts={**HOURS, **({SERVICES: [*offered, more]} if more else {})})
    listings.send(carer, by=carer.owner)
    return f"{CARER} has changed theirs"


@transaction.atomic
def _begun() -> str:
    carer = Carer.objects.filter(owner__email=NEWCOMER).first()
    if carer is None or carer.owner is None or carer.listing or ListingDraft.objects.filter(carer=carer).exists():
        return ""
    listings.keep(carer, by=carer.owner, facts=BEGUN)
    return f"{NEWCOMER} has begun theirs"
