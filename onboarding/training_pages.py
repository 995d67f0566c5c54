"""What a carer sees of training: each session with the seats left, what it counts for, and their own bookings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onboarding.models import Booking, Carer, TrainingSession, Worker
from onboarding.tasks import Task, tasks


@dataclass(frozen=True)
class Offer:
    """One session as one carer sees it. The session is `counted`."""

    session: Any
    meets: tuple[Task, ...]
    bookings: tuple[Booking, ...] = ()

    @property
    def is_needed(self) -> bool:
        return any(task.is_open for task in self.meets)

    def needed_by(self, worker: Worker) -> list[Task]:
        """What of it this person, or the business, has still to show."""
        return [task for task in self.meets if task.is_open and (not task.person or task.person.pk == worker.pk)]

    @property
    def is_full(self) -> bool:
        return bool(self.session.taken >= self.session.seats)

    @property
    def seats(self) -> str:
        """The seats left, in words."""
        left = self.session.seats - self.session.taken
        if left > 0:
            return ngettext("%(left)s seat left", "%(left)s seats left", left) % {"left": left}
        if self.session.waiting:
            words = ngettext("Full, %(number)s on the waiting list", "Full, %(number)s on the waiting list",
                             self.session.waiting)  # fmt: skip
            return words % {"number": self.session.waiting}
        return _("Full, with a waiting list")

    @property
    def has_seat(self) -> bool:
        return any(booking.has_seat for booking in self.bookings)


def offers(carer: Carer, on: date) -> list[Offer]:
    """What somebody of theirs can book: first what counts for something they need, then by the day."""
    own = by_session(Booking.objects.standing().of(carer))
    now, people = tasks(carer, on), carer.workers.current().count()
    found = [
        Offer(session, meets(session, now), tuple(own[session.pk]))
        for session in TrainingSession.objects.upcoming(on).counted()
        if session.is_open and len(own[session.pk]) < people
    ]
    return sorted(found, key=lambda offer: not offer.is_needed)


def offer(carer: Carer, session: TrainingSession, on: date) -> Offer:
    own = session.bookings.standing().of(carer)
    return Offer(session, meets(session, tasks(carer, on)), tuple(own))


def by_session(bookings: Iterable[Booking]) -> dict[int, list[Booking]]:
    found: dict[int, list[Booking]] = defaultdict(list)
    for booking in bookings:
        found[booking.session_id].append(booking)
    return found


def meets(session: TrainingSession, now: Iterable[Task]) -> tuple[Task, ...]:
    """Which of their tasks attendance meets."""
    return tuple(task for task in now if task.requirement.slug in session.requirements)


def to_come(carer: Carer) -> list[Booking]:
    """Their bookings of sessions that are not over, the next one first; those of cancelled sessions too."""
    mine = Booking.objects.standing().of(carer).filter(session__ends_at__gt=timezone.now())
    return list(mine.order_by("session__starts_at", "pk"))


def been(carer: Carer) -> list[Booking]:
    """Where they had a seat, the last one first."""
    mine = Booking.objects.seated().of(carer).filter(session__ends_at__lte=timezone.now())
    return list(mine.filter(session__cancelled_at__isnull=True).order_by("-session__starts_at", "pk"))
