"""What the directory holds about a carer: the public listing, and that enquiries came.

What people wrote in them is about those people, so of each there is only when it came and was answered. Of whoever
wrote to a carer from this address it is all of it.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal import Part, Person
from audit.recording import Actor, record
from directory import enquiries
from directory.models import CheckRow, Enquiry, Listing

OURS = ("id", "owner_id", "photo_id", "no_space_for")
WRITTEN = ("reference", "listing__name", "what", "when", "name", "phone", "email", "received_at", "sent_at")


def personal_data(who: Person) -> dict[str, Any]:
    listing = Listing.objects.filter(owner=who.user).first() if who.user else None
    return {**of_listing(listing), "enquiries you sent": list(written_by(who).values(*WRITTEN))}


def written_by(who: Person) -> QuerySet[Enquiry]:
    mine = Enquiry.objects.filter(email__iexact=who.email) if who.email else Enquiry.objects.none()
    return mine.order_by("received_at")


@transaction.atomic
def erase(who: Person, *, by: Actor, on: date) -> list[Part]:
    """What they wrote to carers. What others wrote to them is about those others, and goes at its own date."""
    count = enquiries.forget(written_by(who))
    if not count:
        return []
    record("enquiry.erased", by=by, target="directory.enquiry", count=count)
    what = _("What you wrote to carers. They have had it by email: ask them to delete it too")
    return [Part("enquiries", what, gone=count)]


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
