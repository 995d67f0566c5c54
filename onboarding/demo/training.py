"""The demonstration's training: sessions to come, one of them full, one online, and some that are over.

Made through the verbs. Whatever there is of carers books; with nobody there the sessions stand empty. Run on a later
day, it adds those that are over by then anew; run twice on one day, it changes nothing.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from onboarding import training
from onboarding.models import TrainingSession, Worker

BY = "job:demo"
LIBRARY = ("Council offices, meeting room 2", "Swyddfeydd y cyngor, ystafell gyfarfod 2")
HALL = ("Community hall, by the car park", "Neuadd gymunedol, wrth y maes parcio")
ONLINE = "https://meet.example.org/medication"


class Planned(NamedTuple):
    """One session, so many days from the day (before it, where negative), and how many of the cast book it."""

    en: str
    cy: str
    requirements: tuple[str, ...]
    days: int
    hours: tuple[int, int]
    seats: int
    booked: int
    place: tuple[str, str] = ("", "")
    link: str = ""
    notes: tuple[str, str] = ("", "")
    marked: bool = False


PLAN = (
    Planned("Safeguarding adults", "Diogelu oedolion", ("safeguarding",), 9, (10, 13), 12, 4, LIBRARY,
            notes=("Bring proof of who you are. Tea and coffee are free.",
                   "Dewch â phrawf o bwy ydych chi. Mae te a choffi am ddim.")),
    Planned("Coffee and catch-up", "Coffi a sgwrs", (), 13, (14, 16), 20, 3, HALL),
    Planned("Moving and handling", "Symud a thrin", ("moving-and-handling",), 16, (9, 16), 3, 5, HALL,
            notes=("Wear flat shoes and clothes you can move in.",
                   "Gwisgwch esgidiau fflat a dillad y gallwch symud ynddynt.")),
    Planned("Helping with medication", "Helpu gyda meddyginiaeth", ("medication",), 23, (18, 20), 15, 2, link=ONLINE),
    Planned("Basic life support", "Cynnal bywyd sylfaenol", ("first-aid",), 30, (9, 13), 10, 0, LIBRARY),
    Planned("Infection control", "Rheoli heintiau", ("infection-control",), -6, (10, 12), 8, 3, LIBRARY),
    Planned("Welcome: how we work together", "Croeso: sut rydym yn cydweithio", (), -20, (10, 12), 12, 5, HALL,
            marked=True),
)  # fmt: skip


def demo(scheme: Any, *, on: date) -> str:
    """Plans the sessions that are not there, and says in a sentence what there was to do."""
    made = sum(_bring_up(scheme, planned, on) for planned in PLAN)
    return f"Demonstration training: {made} sessions made." if made else "Demonstration training: nothing changed."


@transaction.atomic
def _bring_up(scheme: Any, planned: Planned, on: date) -> bool:
    """Whether there was none of that name on the same side of the day."""
    same = TrainingSession.objects.filter(title_en=planned.en)
    there = same.filter(starts_at__date__gte=on) if planned.days > 0 else same.filter(starts_at__date__lt=on)
    if there.exists():
        return False
    session = training.create_session(by=BY, **_facts(scheme, planned, on))
    for worker in _cast(planned):
        _book(session, worker)
    if planned.marked:
        _mark(session)
    return True


def _facts(scheme: Any, planned: Planned, on: date) -> dict[str, Any]:
    day = _working_day(on + timedelta(days=planned.days))
    starts, ends = (timezone.make_aware(datetime.combine(day, time(hour))) for hour in planned.hours)
    welsh = "cy" in scheme.languages
    pairs = {"title": (planned.en, planned.cy), "place": planned.place, "notes": planned.notes}
    words = {f"{name}_en": en for name, (en, _cy) in pairs.items()}
    words |= {f"{name}_cy": cy if welsh else "" for name, (_en, cy) in pairs.items()}
    known = [slug for slug in planned.requirements if slug in scheme.requirements]
    own = {"online_link": planned.link, "seats": planned.seats, "provider": "Safe Hands Courses" if known else ""}
    return {**words, **own, "requirements": known, "starts_at": starts, "ends_at": ends}


def _working_day(day: date) -> date:
    """The day itself, or the Friday before it."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _cast(planned: Planned) -> list[Worker]:
    """A few of the carers, others for each session."""
    start = PLAN.index(planned) * 2
    return list(Worker.objects.current().order_by("pk")[start : start + planned.booked])


def _book(session: TrainingSession, worker: Worker) -> None:
    verb = training.add_who_came if session.has_begun else training.book
    verb(session, worker, by=BY)


def _mark(session: TrainingSession) -> None:
    """All came but the last."""
    bookings = list(training.standing(session))
    for booking in bookings:
        training.mark_attendance(booking, by=BY, attended=booking != bookings[-1] or len(bookings) == 1)
