"""The calendar file of a session, read back by a library as a phone would."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from onboarding import training
from tests.builders import BY
from tests.training_builders import HOUR, STARTS, carer, session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def ann():
    return carer("Ann")


@pytest.fixture
def signed_in(client, ann):
    client.force_login(ann.owner)
    return client


def book(found, carer):
    return training.book(found, carer.workers.get(), by=BY)


def read(client, found, before=""):
    answer = client.get(f"{before}/my/training/{found.pk}/calendar.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_it_is_the_right_moment_and_place(signed_in, ann):
    found = session(notes_en="Bring a pen", online_link="https://meet.example.org/x")
    book(found, ann)
    calendar, event = read(signed_in, found)
    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (STARTS, STARTS + 3 * HOUR)
    assert event["dtstart"].to_ical() == b"20261201T093000Z"
    assert (str(event["summary"]), str(event["location"])) == ("Safeguarding", "Usk Library")
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)
    assert "Bring a pen" in event["description"]
    assert "https://meet.example.org/x" in event["description"]


def test_in_summer_it_is_an_hour_before_the_clock_here(signed_in, ann):
    found = session(starts_at=STARTS.replace(year=2027, month=7))
    book(found, ann)
    assert read(signed_in, found)[1]["dtstart"].to_ical() == b"20270701T093000Z"
    assert "10:30am" in found.when


def test_it_is_in_the_language_of_its_address(signed_in, ann):
    found = session()
    book(found, ann)
    event = read(signed_in, found, "/cy")[1]
    assert (str(event["summary"]), str(event["location"])) == ("Diogelu", "Llyfrgell Brynbuga")


def test_a_change_is_the_same_event_with_a_higher_number(signed_in, ann):
    found = session()
    book(found, ann)
    before = read(signed_in, found)[1]
    training.change_session(found, by=BY, starts_at=STARTS + HOUR)
    after = read(signed_in, found)[1]
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert after.decoded("dtstart") == STARTS + HOUR


def test_a_cancelled_session_is_cancelled_in_the_calendar(signed_in, ann):
    found = session(online_link="https://meet.example.org/x")
    book(found, ann)
    training.cancel_session(found, by=BY)
    event = read(signed_in, found)[1]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert "description" not in event


def test_a_cancelled_booking_is_cancelled_in_the_calendar_and_comes_back_with_a_new_one(signed_in, ann):
    found = session(online_link="https://meet.example.org/x")
    training.cancel_booking(book(found, ann), by=BY)
    event = read(signed_in, found)[1]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert "description" not in event
    book(found, ann)
    event = read(signed_in, found)[1]
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 1)


def test_who_never_had_a_seat_gets_none(signed_in, ann, client):
    found = session(seats=1)
    assert signed_in.get(f"/my/training/{found.pk}/calendar.ics").status_code == 404
    book(found, carer("Bob"))
    book(found, ann)
    assert signed_in.get(f"/my/training/{found.pk}/calendar.ics").status_code == 404


def test_odd_words_stay_whole(signed_in, ann):
    found = session("Moving, handling; and “lifting”\\", notes_en="One\nTwo " + "ŵ" * 200)
    book(found, ann)
    event = read(signed_in, found)[1]
    assert str(event["summary"]) == "Moving, handling; and “lifting”\\"
    assert str(event["description"]) == "One\nTwo " + "ŵ" * 200


def test_it_lasts_as_long_as_the_session_over_midnight(signed_in, ann):
    found = session(ends_at=STARTS + timedelta(days=1))
    book(found, ann)
    assert read(signed_in, found)[1].decoded("dtend") == STARTS + timedelta(days=1)
