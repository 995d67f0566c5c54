"""What search engines read of a profile: schema.org as JSON-LD, with no address, for a carer's is never shown.

A block of data is not a script: no policy of ours has to let it run (HTML, "prepare the script element").
"""

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from directory import money, vocabulary
from directory.models import Listing

if TYPE_CHECKING:
    from directory.profile import Profile

# So that no carer's words can end the block early (as Django's own `json_script` does).
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def structured_data(profile: "Profile", address: str) -> SafeString:
    listing = profile.listing
    business = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        "@id": address,
        "url": address,
        "name": listing.name,
        "description": str(listing.intro),
        "telephone": listing.phone,
        "email": listing.email,
        "sameAs": listing.website,
        "knowsLanguage": [str(skill.language) for skill in profile.skills],
        "areaServed": {"@type": "Place", "name": area_served(listing)},
        "priceRange": money.headline_words(listing),
        "makesOffer": [offer(service) for service in services(profile)],
    }
    return as_data({key: value for key, value in business.items() if value})


def area_served(listing: Listing) -> str:
    return str(settings.SCHEME.area) if listing.whole_area else listing.base_name


def services(profile: "Profile") -> list[vocabulary.Service]:
    return [service for offer in profile.offers for service in offer.details or [offer.heading]]


def offer(service: vocabulary.Service) -> dict[str, Any]:
    return {"@type": "Offer", "itemOffered": {"@type": "Service", "name": str(service)}}


def as_data(value: dict[str, Any]) -> SafeString:
    text = json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 (escaped above)
