"""What a decision comes to, a sentence each, for the page before the button."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from compliance import deciding
from onboarding import forgetting, letters
from onboarding.asking import mailed
from onboarding.models import Booking, Buddy, Carer
from onboarding.reasons import Reason
from onboarding.standing import standing

HIDDEN = "Within a minute their page says “This listing is paused”. Nobody finds it, and no enquiry can be sent to it."
GOES_ON = "They can still sign in, see to their tasks and change their listing. What they have booked stays booked."


def of_suspending(carer: Carer, on: date, said: dict[str, Any]) -> list[str]:
    return [HIDDEN, GOES_ON, *_looked_at(said), mailed(carer)]


def of_looking_again(carer: Carer, on: date, said: dict[str, Any]) -> list[str]:
    since = carer.listing.suspended_at if carer.listing else None
    so_far = f"Their page stays as it is: paused, since {date_format(timezone.localdate(since))}." if since else ""
    return [*([so_far] if so_far else []), *_looked_at(said), mailed(carer)]


def of_reinstating(carer: Carer, on: date, said: dict[str, Any]) -> list[str]:
    if deciding.public_without_suspension(carer, on):
        return ["Within a minute people find their page again.", mailed(carer)]
    paused = carer.listing.paused_until if carer.listing else None
    why = [str(reason) for reason in standing(carer, on).reasons]
    if paused and paused > on:
        why.append(f"They paused it themselves until {date_format(paused)}")
    return [f"The suspension is lifted, and the page is not public yet: {'; '.join(why)}.", mailed(carer)]


def of_ending(carer: Carer, on: date, said: dict[str, Any]) -> list[str]:
    stops = _stops(carer, on)
    lines = ["This cannot be undone: who comes back begins anew, with a new page."]
    if carer.listing:
        lines.append("Within a minute their page says “This listing has gone”, for good, and their photos are deleted.")
    if stops:
        lines.append(f"What is under way stops: {', '.join(stops)}.")
    gone = forgetting.gone_on(carer, on)
    if gone:
        lines.append(f"Everything that is kept about them goes on {date_format(gone)}.")
    return [*lines, *_ended(carer, on, said)]


def _ended(carer: Carer, on: date, said: dict[str, Any]) -> list[str]:
    if said.get("reason") == Reason.DIED:
        return [" ".join(_silenced(carer))]
    last = on + timedelta(days=settings.LEFT_ACCOUNT_DAYS)
    signed_in = [f"They can sign in until {date_format(last)}, to take their data with them."] if carer.owner else []
    return [*signed_in, mailed(carer)]


def _silenced(carer: Carer) -> Iterator[str]:
    """What `letters.silence` does."""
    yield "All messages stop at once: nothing is mailed or posted to them any more."
    if waiting := letters.not_gone(carer):
        have, are = ("has", "is") if waiting == 1 else ("have", "are")
        yield f"{waiting} that {have} not gone {are} taken back."
    if carer.mail_to and not letters.own_address(carer):
        yield "Whoever shares their address goes on getting their own."
    if letters.closes_account(carer):
        yield "Their account is closed now."


def _looked_at(said: dict[str, Any]) -> list[str]:
    if not (day := said.get("review_on")):
        return []
    return [
        f"It stays so until somebody of the team reinstates it. On {date_format(day)} it waits to be looked at again."
    ]


def _stops(carer: Carer, on: date) -> list[str]:
    """What others wait for, counted."""
    seats = Booking.objects.of(carer).filter(
        cancelled_at__isnull=True, session__cancelled_at__isnull=True, session__starts_at__date__gte=on
    )
    counts = [
        (seats, "seat at a training session", "seats at training sessions"),
        (carer.evidence.undecided(), "paper with the team", "papers with the team"),
        (carer.listing_changes.waiting(), "change to the listing", "changes to the listing"),
        (carer.help_requests.still_open(), "request for help", "requests for help"),
        (Buddy.objects.of(carer), "buddy", "buddies"),
    ]
    found = [(rows.count(), one, more) for rows, one, more in counts]
    return [f"{number} {one if number == 1 else more}" for number, one, more in found if number]
