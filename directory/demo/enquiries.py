"""Invented enquiries, and accounts for a few carers to read theirs with."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.demo import BY
from directory.enquiries import key_of, mark_answered, send_enquiry
from directory.models import Listing
from directory.owners import set_owner

# The first is the demonstration's carer; the others are there so that nobody's messages are mixed up unseen.
OWNERS = (("carer@example.org", "en"), ("second.carer@example.org", "cy"), ("third.carer@example.org", ""))

# Days ago, hour, language, name, way to answer, what for, when; whether answered, or why it looks like spam.
EN = (
    (1, 19, "en", "Margaret Hale", "phone", "Company for my mother while I am at work, and a hot lunch.",
     "Tuesdays and Thursdays, from the first week of next month.", ""),
    (4, 8, "en", "Tom Okafor", "either", "Help with shopping and a bit of cleaning once a week.",
     "Friday mornings", ""),
    (16, 12, "en", "Jean Carter", "email", "Somebody to walk with in the afternoons. I like gardens.", "", "answered"),
    (2, 3, "en", "SEO Team", "email", "Best ranking for you https://example.org/a https://example.org/b", "", "links"),
)  # fmt: skip
CY = (
    (2, 10, "cy", "Eleri Morgan", "email", "Cwmni i fy nhad yn y prynhawn, a help i wneud te.",
     "Dydd Mercher a dydd Gwener", ""),
)  # fmt: skip


def demo(scheme: Any, *, on: date) -> str:
    """Gives three live listings an owner, and each of them the enquiries that are not there yet."""
    made = sum(_bring_up(listing, scheme, on) for listing in _owned(scheme, on))
    return f"Demonstration enquiries: {made} made. {OWNERS[0][0]} is the carer who reads them at /my/enquiries/."


def _owned(scheme: Any, on: date) -> Iterator[Listing]:
    live = Listing.objects.live(on=on).order_by("pk")
    for email, language in OWNERS:
        spoken = language if language in scheme.languages else ""
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, language=spoken)
        listing = Listing.objects.filter(owner=user).first() or live.filter(owner=None).first()
        if not listing:
            return
        if not listing.owner:
            set_owner(listing, by=BY, owner=user)
        yield Listing.objects.select_related("owner").get(pk=listing.pk)


@transaction.atomic
def _bring_up(listing: Listing, scheme: Any, on: date) -> int:
    before = listing.enquiries.count()
    rows = (*EN, *(CY if "cy" in scheme.languages else ()))
    for number, (days, hour, language, name, way, what, when, mark) in enumerate(rows):
        at = datetime.combine(on - timedelta(days=days), time(hour, 20), timezone.get_current_timezone())
        enquiry = send_enquiry(
            listing=listing,
            by=BY,
            form_key=key_of("demo", {"listing": listing.slug, "number": number}),
            language=language,
            what=what,
            when=when,
            name=name,
            answer_by=way,
            phone="" if way == "email" else f"07700 900{940 + number}",
            email="" if way == "phone" else f"{name.split()[0].lower()}@example.org",
            hold=mark if mark == "links" else "",
            at=at,
        )
        if mark == "answered":
            mark_answered(enquiry, by=BY)
    return listing.enquiries.count() - before
