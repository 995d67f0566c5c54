"""A session as a file for the calendar on a phone (RFC 5545). Times are in UTC, which every calendar knows."""

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vUri

from notifications.outbox import readers_addresses
from onboarding.models import Booking, TrainingSession


def calendar_file(session: TrainingSession, bookings: list[Booking]) -> bytes:
    """One event for the business, in the active language. `bookings` are theirs that have, or had, a seat."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SCHEME.council}//{settings.SCHEME.name}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event(session, bookings))
    return calendar.to_ical()


def event(session: TrainingSession, bookings: list[Booking]) -> Event:
    coming = [booking for booking in bookings if booking.cancelled_at is None and session.cancelled_at is None]
    shown = Event()
    shown.add("uid", uid(session))
    shown.add("dtstamp", timezone.now().astimezone(UTC))
    shown.add("sequence", sequence(session, bookings))
    shown.add("status", "CONFIRMED" if coming else "CANCELLED")
    shown.add("summary", session.title)
    shown.add("dtstart", session.starts_at.astimezone(UTC))
    shown.add("dtend", session.ends_at.astimezone(UTC))
    shown.add("organizer", organizer())
    shown.add("url", vUri(page_of(session)))
    if session.place:
        shown.add("location", session.place)
    if coming and (words := description(session)):
        shown.add("description", words)
    return shown


def page_of(session: TrainingSession) -> str:
    """The carer's own, also in a file that the team made for them at the desk."""
    with readers_addresses():
        return settings.SITE_URL + reverse("onboarding:session", args=[session.pk])


def uid(session: TrainingSession) -> str:
    return f"training-{session.pk}@{urlsplit(settings.SITE_URL).hostname}"


def sequence(session: TrainingSession, bookings: list[Booking]) -> int:
    """Higher at each change that is theirs: of the session, or a booking they cancelled."""
    return session.sequence + sum(booking.cancelled_at is not None for booking in bookings)


def organizer() -> vCalAddress:
    """Of a published event it must be named (RFC 5546, 3.2.1)."""
    address = vCalAddress(f"mailto:{settings.SCHEME.contact.email}")
    address.params["CN"] = str(settings.SCHEME.council)
    return address


def description(session: TrainingSession) -> str:
    return "\n\n".join(words for words in (session.notes, session.online_link) if words)
