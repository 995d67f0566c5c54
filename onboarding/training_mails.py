"""What is mailed about training, one function per message. Whoever has no address is written a letter."""

from django.conf import settings

from onboarding import letters
from onboarding.models import Booking

BOOKED = "onboarding/mail/training_booked"
WAITING = "onboarding/mail/training_waiting"
SEAT = "onboarding/mail/training_seat"
CHANGED = "onboarding/mail/training_changed"
CANCELLED = "onboarding/mail/training_cancelled"
REMINDER = "onboarding/mail/training_reminder"


def booked(booking: Booking) -> None:
    _queue(booking, BOOKED, f"training-booked:{booking.pk}")


def waiting(booking: Booking) -> None:
    _queue(booking, WAITING, f"training-waiting:{booking.pk}")


def seat(booking: Booking) -> None:
    """A seat came free for somebody who waited."""
    _queue(booking, SEAT, f"training-seat:{booking.pk}")


def changed(booking: Booking) -> None:
    _queue(booking, CHANGED, f"training-changed:{booking.pk}:{booking.session.sequence}")


def cancelled(booking: Booking) -> None:
    """The team cancelled the session."""
    _queue(booking, CANCELLED, f"training-cancelled:{booking.pk}")


def reminder(booking: Booking) -> None:
    _queue(booking, REMINDER, f"training-reminder:{booking.pk}:{booking.told_at:%Y-%m-%d}")


def _queue(booking: Booking, template: str, key: str) -> None:
    carer = booking.worker.carer
    letters.tell(
        carer,
        key=key,
        template=template,
        context={
            "booking": booking,
            "session": booking.session,
            "worker": booking.worker,
            "several": carer.workers.current().count() > 1,
            "site": settings.SITE_URL,
        },
    )
