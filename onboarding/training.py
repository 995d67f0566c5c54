"""The verbs of training: sessions set up by the team, booked by carers, and who came, which becomes evidence.

Whoever books a session, leaves it or changes its seats holds its row first, so two never get the last seat. A carer's
row, where it is needed, is held before that.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import Actor, record
from onboarding import papers, training_mails
from onboarding.models import Booking, Carer, Evidence, TrainingSession, Worker
from onboarding.papers import NotNow
from onboarding.requirements import Requirement
from onboarding.settling import held

REMIND = (7, 1)  # days before
MOVES = {"starts_at", "ends_at", "place_en", "place_cy", "online_link"}
PROVED = {"starts_at", "ends_at", "requirements"}


class Begun(NotNow):
    def __str__(self) -> str:
        return _("This session has begun, so it cannot be booked or left any more.")


class NotBegun(NotNow):
    def __str__(self) -> str:
        return "The session has not begun, so nobody can have come yet."


class Cancelled(NotNow):
    def __str__(self) -> str:
        return _("This session is cancelled.")


class Booked(NotNow):
    def __str__(self) -> str:
        return _("This is booked already.")


class TooFewSeats(NotNow):
    def __str__(self) -> str:
        return "More people have a seat than that. Cancel bookings first."


class Gone(NotNow):
    def __str__(self) -> str:
        return _("They do not work in the business any more.")


class Marked(NotNow):
    def __str__(self) -> str:
        return "Who came is marked, and their papers carry its day. Take the marks back first."


class MarkedMeanwhile(NotNow):
    def __str__(self) -> str:
        return "Somebody marked this meanwhile. Look at it again."


class NoReason(NotNow):
    def __str__(self) -> str:
        return "Say why the attendance is taken back: the carer is told."


# --- sessions --------------------------------------------------------------------------------------------


@transaction.atomic
def create_session(*, by: Actor, **facts: Any) -> TrainingSession:
    session = TrainingSession.objects.create(**facts)
    record("training.created", by=by, target=session, requirements=session.requirements)
    return session


@transaction.atomic
def change_session(session: TrainingSession, *, by: Actor, **facts: Any) -> bool:
    """Whether anything was different. A new time or place is mailed, and new seats go to who waits.

    Raises `Cancelled`, `TooFewSeats`, and `Marked` where papers rest on what is changed.
    """
    row = _held_session(session)
    changed = check_change(row, facts)
    if not changed:
        return False
    for name in changed:
        setattr(row, name, facts[name])
    row.sequence += 1
    row.save()
    record("training.changed", by=by, target=row, fields=changed)
    if changed & MOVES and row.is_open:
        _tell_of_change(row)
    _fill(row, by=by)
    return True


def check_change(session: TrainingSession, facts: dict[str, Any]) -> set[str]:
    """The names of what would be different. Raises as `change_session` does."""
    changed = {name for name, value in facts.items() if getattr(session, name) != value}
    if changed and session.cancelled_at:
        raise Cancelled
    if "seats" in changed and facts["seats"] < session.bookings.seated().count():
        raise TooFewSeats
    if changed & PROVED and session.bookings.filter(attended__isnull=False).exists():
        raise Marked
    return changed


def _tell_of_change(session: TrainingSession) -> None:
    for booking in standing(session):
        _tell(booking, training_mails.changed)


@transaction.atomic
def cancel_session(session: TrainingSession, *, by: Actor) -> bool:
    """Whether it stood until now. Everybody booked is told, those who wait too. Raises `Begun`."""
    row = _held_session(session)
    if row.cancelled_at:
        return False
    if row.has_begun:
        raise Begun
    row.cancelled_at, row.sequence = timezone.now(), row.sequence + 1
    row.save(update_fields=["cancelled_at", "sequence"])
    record("training.cancelled", by=by, target=row)
    for booking in standing(row):
        _tell(booking, training_mails.cancelled)
    return True


def standing(session: TrainingSession) -> Iterable[Booking]:
    """Those booked, in the order of the seats, with whom each is of."""
    return session.bookings.standing().select_related("session", "worker__carer__owner", "entered_by", "marked_by")


def reached(session: TrainingSession) -> tuple[list[Booking], list[Booking]]:
    """Those booked whom a mail reaches, and those without an address."""
    everybody = list(standing(session))
    return [it for it in everybody if it.worker.carer.mail_to], [it for it in everybody if not it.worker.carer.mail_to]


def upcoming_for(requirement_slug: str, on: date) -> list[TrainingSession]:
    """Sessions from that day on whose attendance meets the requirement, the next one first."""
    return [
        session
        for session in TrainingSession.objects.upcoming(on).counted()
        if requirement_slug in session.requirements and not session.has_begun
    ]


# --- bookings --------------------------------------------------------------------------------------------


@transaction.atomic
def book(session: TrainingSession, worker: Worker, *, by: Actor) -> Booking:
    """A seat while there is one, else the next place on the waiting list.

    Raises `Gone`, `Cancelled`, `Begun`, `Booked`.
    """
    _works_there(worker)
    row = _held_session(session)
    _is_open(row)
    if row.bookings.standing().filter(worker=worker).exists():
        raise Booked
    free = row.bookings.seated().count() < row.seats
    entered_by = papers.entering(worker.carer, by)
    booking = Booking.objects.create(session=row, worker=worker, has_seat=free, entered_by=entered_by)
    record("training.booked", by=by, target=booking, session=row, worker=worker, seat=free)
    _tell(booking, training_mails.booked if free else training_mails.waiting)
    return booking


@transaction.atomic
def add_who_came(session: TrainingSession, worker: Worker, *, by: Actor) -> Booking:
    """Somebody came without a booking: they sat there, whatever the seats say. Raises `Gone`, `NotBegun`, `Booked`."""
    _works_there(worker)
    row = _held_session(session)
    if not row.has_begun or row.cancelled_at:
        raise NotBegun
    if row.bookings.standing().filter(worker=worker).exists():
        raise Booked
    booking = Booking.objects.create(session=row, worker=worker, has_seat=True)
    record("training.booked", by=by, target=booking, session=row, worker=worker, seat=True)
    return booking


@transaction.atomic
def cancel_booking(booking: Booking, *, by: Actor) -> bool:
    """Whether it stood until now. Their seat goes to who waits longest, who is told. Raises `Cancelled`, `Begun`."""
    row = _held_session(booking.session)
    mine = row.bookings.standing().filter(pk=booking.pk).first()
    if mine is None:
        return False
    _is_open(row)
    _leave(mine, by=by)
    _fill(row, by=by)
    return True


@transaction.atomic
def leave_all(worker: Worker, *, by: Actor) -> int:
    """Whoever leaves the business needs none of the seats to come. How many they had."""
    coming = Booking.objects.standing().filter(
        worker=worker, session__cancelled_at__isnull=True, session__starts_at__gt=timezone.now()
    )
    # In one order for everybody, so that two who leave at once never wait for each other.
    return sum(cancel_booking(booking, by=by) for booking in coming.select_related("session").order_by("session"))


def _leave(booking: Booking, *, by: Actor) -> None:
    booking.cancelled_at = timezone.now()
    booking.save(update_fields=["cancelled_at"])
    record("training.booking_cancelled", by=by, target=booking, session=booking.session_id, worker=booking.worker_id)


def _fill(session: TrainingSession, *, by: Actor) -> None:
    """Gives the free seats to who waits, those who booked first in front."""
    if not session.is_open:
        return
    free = session.seats - session.bookings.seated().count()
    for booking in session.bookings.waiting().select_related("session", "worker__carer__owner")[: max(free, 0)]:
        booking.has_seat = True
        booking.save(update_fields=["has_seat"])
        record("training.seat_given", by=by, target=booking, session=session, worker=booking.worker_id)
        _tell(booking, training_mails.seat)


def _tell(booking: Booking, mail: Any) -> None:
    booking.told_at = timezone.now()
    booking.save(update_fields=["told_at"])
    mail(booking)


def _works_there(worker: Worker) -> None:
    """Holds their business: nobody is booked at the moment they are removed from it, and keeps a seat nobody takes."""
    carer = held(worker.carer)
    if carer.left_at or not carer.workers.current().filter(pk=worker.pk).exists():
        raise Gone


def _held_session(session: TrainingSession) -> TrainingSession:
    return TrainingSession.objects.select_for_update().get(pk=session.pk)


def _is_open(session: TrainingSession) -> None:
    if session.cancelled_at:
        raise Cancelled
    if session.has_begun:
        raise Begun


# --- who came --------------------------------------------------------------------------------------------


@transaction.atomic
def mark_attendance(
    booking: Booking, *, by: Actor, attended: bool | None, reason: str = "", shown: Booking | None = None
) -> bool:
    """Whether the mark is new. Who came has shown each of the session's requirements, dated its day.

    `None` takes a mark back. Evidence that came of a mark is withdrawn with `reason`, which the carer is told. `shown`
    is the booking as whoever marks it saw it. Raises `OwnPaper`, `NotBegun`, `Cancelled`, `NoReason`, and
    `MarkedMeanwhile`.
    """
    carer = held(booking.worker.carer)
    papers.not_own(carer, by)
    session = _held_session(booking.session)
    row = session.bookings.standing().select_related("worker").get(pk=booking.pk)
    if row.attended is attended:
        return False
    if shown and shown.attended is not row.attended:
        raise MarkedMeanwhile
    _may_be_marked(row)
    if row.attended:
        _take_back(row, carer, by=by, reason=reason)
    _mark(row, by=by, attended=attended)
    if attended:
        _give(row, carer, by=by)
    return True


def _may_be_marked(booking: Booking) -> None:
    if booking.session.cancelled_at:
        raise Cancelled
    if not booking.session.has_begun:
        raise NotBegun


def _mark(booking: Booking, *, by: Actor, attended: bool | None) -> None:
    booking.attended, booking.marked_at, booking.marked_by = attended, timezone.now(), papers.user_of(by)
    booking.has_seat = booking.has_seat or bool(attended)  # whoever waited and came sat there
    booking.save(update_fields=["attended", "marked_at", "marked_by", "has_seat"])
    record(
        "training.attendance_marked", by=by, target=booking, session=booking.session_id, worker=booking.worker_id,
        attended=attended,
    )  # fmt: skip


def _give(booking: Booking, carer: Carer, *, by: Actor) -> None:
    session = booking.session
    facts = {"course": session.title_en, "provider": session.provider, "booking": booking.pk}
    for requirement in met_by(session):
        papers.record_seen(
            carer, requirement, by=by, how=Evidence.How.ATTENDED, worker=_of(requirement, booking.worker),
            facts=facts, dated=session.day, seen_on=session.day,
        )  # fmt: skip


def _take_back(booking: Booking, carer: Carer, *, by: Actor, reason: str) -> None:
    if not reason.strip():
        raise NoReason
    for row in given(booking, carer):
        papers.withdraw(row, by=by, reason=reason)


def given(booking: Booking, carer: Carer) -> Iterable[Evidence]:
    """The papers that came of this attendance."""
    return carer.evidence.accepted().filter(how=Evidence.How.ATTENDED, facts__booking=booking.pk)


def met_by(session: TrainingSession) -> list[Requirement]:
    """Those of its requirements that the scheme has: its file may have lost one since."""
    known = settings.SCHEME.requirements
    return [known[slug] for slug in session.requirements if slug in known]


def _of(requirement: Requirement, worker: Worker) -> Worker | None:
    return worker if requirement.of == "worker" else None


# --- reminders -------------------------------------------------------------------------------------------


def remind(*, by: Actor, on: date) -> int:
    """Mails who has a seat, so many days before as `REMIND` says, if nothing told them the day since then."""
    soon = Booking.objects.seated().filter(
        session__cancelled_at__isnull=True,
        session__starts_at__gt=timezone.now(),
        session__starts_at__date__lte=on + timedelta(days=max(REMIND)),
    )
    return sum(_remind(booking, by=by, on=on) for booking in soon.select_related("session", "worker__carer__owner"))


@transaction.atomic
def _remind(booking: Booking, *, by: Actor, on: date) -> bool:
    session = _held_session(booking.session)
    row = session.bookings.seated().filter(pk=booking.pk).select_related("worker__carer__owner").first()
    if row is None or not session.is_open or not row.worker.carer.mail_to:
        return False
    row.session = session
    if timezone.localdate(row.told_at) >= reminder_due(session, on):
        return False
    _tell(row, training_mails.reminder)
    record("training.reminded", by=by, target=row, session=session)
    return True


def reminder_due(session: TrainingSession, on: date) -> date:
    """The day of the last reminder that is due by then; those before it are overtaken."""
    days = [session.day - timedelta(days=before) for before in REMIND]
    return max((day for day in days if day <= on), default=date.max)
