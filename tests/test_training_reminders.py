"""Reminders of training: who has a seat is told 7 days and 1 day before, once each, whatever nights were missed."""

from datetime import timedelta

import pytest
import time_machine

from notifications.models import JobRun, Message
from onboarding import training
from onboarding.jobs import remind_training
from onboarding.training_mails import REMINDER
from tests.builders import BY
from tests.training_builders import STARTS, person, session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


def remind(days_before, found=None):
    """The job of that morning; how many it reminded."""
    day = (found.starts_at if found else STARTS) - days_before * DAY
    with time_machine.travel(day.replace(hour=7, minute=30)):
        return training.remind(by="job:remind-training", on=day.date())


def reminded():
    return list(Message.objects.filter(template=REMINDER).order_by("pk").values_list("to", flat=True))


def book(found, *people):
    return [training.book(found, worker, by=BY) for worker in people]


def test_seven_days_and_one_day_before_and_no_other_day():
    book(session(), person("Ann"))
    assert [days for days in range(10, -1, -1) if remind(days)] == [7, 1]


def test_a_job_that_runs_twice_reminds_once():
    book(session(), person("Ann"))
    assert [remind(7), remind(7)] == [1, 0]
    assert reminded() == ["ann@example.org"]


def test_a_missed_night_is_made_good():
    book(session(), person("Ann"))
    assert [remind(5), remind(4)] == [1, 0]


def test_a_reminder_that_was_overtaken_is_left_out():
    book(session(), person("Ann"))
    assert [remind(1), remind(0)] == [1, 0]


def test_who_booked_since_the_reminder_was_due_knows_the_day():
    found = session()
    with time_machine.travel(STARTS - 3 * DAY):
        book(found, person("Ann"))
    assert [remind(3), remind(2), remind(1)] == [0, 0, 1]


def test_who_waits_is_not_reminded_until_they_have_a_seat():
    found = session(seats=1)
    first, _ = book(found, person("Ann"), person("Bob"))
    remind(7)
    with time_machine.travel(STARTS - 3 * DAY):
        training.cancel_booking(first, by=BY)
    remind(1)
    assert reminded() == ["ann@example.org", "bob@example.org"]


def test_of_a_cancelled_session_nobody_is_reminded():
    found = session()
    book(found, person("Ann"))
    training.cancel_session(found, by=BY)
    assert remind(7) == 0


def test_a_new_day_is_reminded_anew():
    found = session()
    book(found, person("Ann"))
    remind(7)
    with time_machine.travel(STARTS - 6 * DAY):
        training.change_session(found, by=BY, starts_at=STARTS + 14 * DAY, ends_at=STARTS + 15 * DAY)
    found.refresh_from_db()
    assert [remind(7, found), remind(1, found)] == [1, 1]


def test_who_has_no_address_is_left_out():
    book(session(), person("Ann", mail=False), person("Bob"))
    assert remind(7) == 1
    assert reminded() == ["bob@example.org"]


def test_the_scheduled_job_is_recorded_with_its_count():
    book(session(), person("Ann"))
    with time_machine.travel(STARTS - 7 * DAY):
        remind_training()
    assert JobRun.objects.get(name="remind-training").counted == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Training soon: Safeguarding", "Usk Library", "9:30am to 12:30pm", "Bring a pen", "/my/training/"]),
        (
            "cy",
            ["Hyfforddiant cyn hir: Diogelu", "Llyfrgell Brynbuga", "9:30am tan 12:30pm", "Dewch â beiro", "/cy/my/"],
        ),
    ],
)
def test_a_reminder_says_all_there_is_to_know_in_their_language(language, words):
    found = session(notes_en="Bring a pen", notes_cy="Dewch â beiro", online_link="https://meet.example.org/x")
    book(found, person("Ann", language=language))
    remind(7)
    mail = Message.objects.get(template=REMINDER)
    for part in (*words, "https://meet.example.org/x", "/calendar.ics"):
        assert part in f"{mail.subject}\n{mail.text}"
    for part in (*words[1:], "https://meet.example.org/x", "/calendar.ics"):
        assert part in mail.html


def test_whoever_waits_is_not_told_the_online_link():
    found = session(seats=1, online_link="https://meet.example.org/x")
    book(found, person("Ann"), person("Bob"))
    waits = Message.objects.get(to="bob@example.org")
    assert "number 1 on the waiting list" in waits.text
    assert "meet.example.org" not in waits.text + waits.html
