"""What the directory holds about a carer: the public listing, and that enquiries came.

What people wrote in them is about those people, so of each there is only when it came and was answered.
"""

from typing import Any

from accounts.personal import Person
from directory.models import CheckRow, Enquiry, Listing

OURS = ("id", "owner_id", "photo_id", "no_space_for")


def personal_data(who: Person) -> dict[str, Any]:
    return of_listing(Listing.objects.filter(owner=who.user).first() if who.user else None)


def of_listing(listing: Listing | None) -> dict[str, Any]:
    if listing is None:
        return {}
    row = Listing.objects.filter(pk=listing.pk).values()[0]
    checks = CheckRow.objects.filter(listing=listing).order_by("order")
    enquiries = Enquiry.objects.sent().filter(listing=listing).order_by("received_at")
    return {
        "your page": [{name: value for name, value in row.items() if name not in OURS}],
        "your page: services": list(listing.services.order_by("pk").values("service", "checked_from", "checked_until")),
        "your page: checks": list(checks.values("worker", "what_en", "seen_on", "next_due")),
        "enquiries to you": list(enquiries.values("reference", "received_at", "sent_at", "answered_at")),
    }
