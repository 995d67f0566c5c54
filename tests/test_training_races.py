"""Two people press the same button at once: one seat is one person's, on either database."""

import threading
import time
from datetime import date, timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from notifications.models import Message
from onboarding import journey, leaving, training
from onboarding.models import Booking, Evidence
from tests.builders import BY
from tests.training_builders import STARTS, carer, person, session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def at_once(*verbs):
    """Runs each in a thread and transaction of its own, all let go together; what each returned or raised."""
    barrier, came = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number, verb):
        barrier.wait()
        try:
            came[number] = patient(verb)
        except Exception as error:
            came[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came


def patient(verb):
    """SQLite's database of the tests is in memory and says at once that it is locked; one in a file waits by itself."""
    while True:
        try:
            return verb()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.01)


def test_the_last_seat_goes_to_one_and_the_others_wait():
    found, people = session(seats=1), [person(name) for name in ("Ann", "Bob", "Cai", "Dai")]
    bookings = at_once(*(lambda worker=worker: training.book(found, worker, by=BY) for worker in people))
    assert sorted(booking.has_seat for booking in bookings) == [False, False, False, True]
    assert Booking.objects.seated().count() == 1
    assert sorted(booking.place_in_line for booking in Booking.objects.waiting()) == [1, 2, 3]


def test_one_person_in_two_tabs_is_booked_once():
    found, ann = session(), person("Ann")
    came = at_once(*[lambda: training.book(found, ann, by=BY)] * 2)
    assert [type(one) for one in came if isinstance(one, Exception)] == [training.Booked]
    assert Booking.objects.count() == 1


def test_two_leave_and_each_seat_goes_to_somebody_else():
    found = session(seats=2)
    first, second, *_ = [training.book(found, person(name), by=BY) for name in ("Ann", "Bob", "Cai", "Dai", "Eve")]
    at_once(lambda: training.cancel_booking(first, by=BY), lambda: training.cancel_booking(second, by=BY))
    seated = Booking.objects.seated().values_list("worker__first_name", flat=True)
    assert list(seated) == ["Cai", "Dai"]
    assert Message.objects.filter(template="onboarding/mail/training_seat").count() == 2


def test_two_of_the_team_mark_the_same_person_once(monkeypatch):
    booking = training.book(session(starts_at=STARTS), person("Ann"), by=BY)
    monkeypatch.setattr("onboarding.models.TrainingSession.has_begun", True)
    came = at_once(*[lambda: training.mark_attendance(booking, by=BY, attended=True)] * 2)
    assert sorted(came) == [False, True]
    assert Evidence.objects.filter(how="attended").count() == 1


def test_the_day_is_not_moved_under_a_mark(monkeypatch):
    found = session()
    booking = training.book(found, person("Ann"), by=BY)
    monkeypatch.setattr("onboarding.models.TrainingSession.has_begun", True)
    at_once(
        lambda: training.mark_attendance(booking, by=BY, attended=True),
        lambda: training.change_session(found, by=BY, starts_at=STARTS - timedelta(days=1)),
    )
    found.refresh_from_db()
    assert Evidence.objects.get(how="attended").dated == found.day


def test_somebody_leaves_the_business_while_the_session_is_marked(monkeypatch):
    """Both hold the carer first, so neither waits for the other for ever."""
    whole = carer("Ann")
    jan = journey.add_worker(whole, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)
    booking = training.book(session(), whole.workers.first(), by=BY)
    training.book(session("Other"), jan, by=BY)
    monkeypatch.setattr("onboarding.models.TrainingSession.has_begun", property(lambda it: it.title_en != "Other"))
    came = at_once(
        lambda: training.mark_attendance(booking, by=BY, attended=True),
        lambda: journey.remove_worker(jan, by=BY, on=date(2026, 11, 21)),
    )
    assert came == [True, None]
    assert list(Booking.objects.standing()) == [booking]


def test_somebody_leaves_the_business_while_they_are_booked():
    """Whoever is removed keeps no seat, whichever comes first."""
    whole = carer("Ann")
    jan = journey.add_worker(whole, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)
    found = session()
    at_once(
        lambda: training.book(found, jan, by=BY),
        lambda: journey.remove_worker(jan, by=BY, on=date(2026, 11, 21)),
    )
    assert not Booking.objects.standing().exists()


def test_nobody_books_or_came_for_somebody_who_is_gone(monkeypatch):
    whole = carer("Ann")
    jan = journey.add_worker(whole, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)
    found = session()
    journey.remove_worker(jan, by=BY, on=date(2026, 11, 21))
    with pytest.raises(training.Gone):
        training.book(found, jan, by=BY)
    monkeypatch.setattr("onboarding.models.TrainingSession.has_begun", True)
    with pytest.raises(training.Gone):
        training.add_who_came(found, jan, by=BY)


def test_nobody_books_for_whoever_left():
    whole = carer("Ann")
    leaving.leave(whole, by=BY, reason="stopped")
    with pytest.raises(training.Gone):
        training.book(session(), whole.workers.get(), by=BY)


def test_the_reminder_runs_twice_at_once_and_is_sent_once():
    training.book(session(), person("Ann"), by=BY)
    with time_machine.travel(STARTS - timedelta(days=7)):
        came = at_once(*[lambda: training.remind(by="job:remind-training", on=timezone.localdate())] * 2)
    assert sorted(came) == [0, 1]
    assert Message.objects.filter(template="onboarding/mail/training_reminder").count() == 1
