"""The team's side of training: sessions in both languages, the attendance sheet, and what each button says first."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from audit.models import AuditEvent
from compliance import queue
from notifications.models import Message
from onboarding import journey, training
from onboarding.models import Booking, TrainingSession
from tests.builders import BY
from tests.team_builders import member
from tests.training_builders import HOUR, STARTS, attended, carer, person, session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/admin/onboarding/trainingsession/"
AFTER = STARTS + 4 * HOUR


@pytest.fixture
def rhys():
    return member("rhys@council.example.org", "reviewer")


@pytest.fixture
def staff(client, rhys):
    client.force_login(rhys)
    return client


def text(answer):
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.content, "html5lib").get_text(" ").split())


def at(found, tail):
    return f"{LIST}{found.pk}/{tail}"


def sheet(found):
    return at(found, "attendance/")


def typed(**changes):
    said = {
        "title_en": "First aid", "title_cy": "Cymorth cyntaf", "requirements": ["first-aid"],
        "starts_at_0": "2026-12-03", "starts_at_1": "09:30:00", "ends_at_0": "2026-12-03", "ends_at_1": "12:30:00",
        "place_en": "Usk Library", "place_cy": "Llyfrgell Brynbuga", "online_link": "", "seats": "8", "provider": "",
        "notes_en": "", "notes_cy": "",
    }  # fmt: skip
    return said | changes


def test_a_session_is_added_through_its_verb(staff, rhys):
    assert staff.post(f"{LIST}add/", typed()).status_code == 302
    found = TrainingSession.objects.get()
    assert (found.title_cy, found.requirements, found.seats) == ("Cymorth cyntaf", ["first-aid"], 8)
    assert found.when == "Thursday 3 December 2026, 9:30am to 12:30pm"
    assert AuditEvent.objects.get(event="training.created").actor_id == rhys.pk


def test_a_meeting_of_peers_needs_no_requirement(staff):
    assert staff.post(f"{LIST}add/", typed(requirements=[])).status_code == 302
    assert TrainingSession.objects.get().requirements == []


def test_only_what_can_be_attended_is_offered(staff):
    page = BeautifulSoup(staff.get(f"{LIST}add/").content, "html5lib")
    offered = {box["value"] for box in page.select("input[name=requirements]")}
    assert {"safeguarding", "first-aid", "moving-and-handling"} <= offered
    assert not offered & {"identity", "enhanced-dbs", "code", "hmrc"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_cy": ""}, "Enter it in Welsh too"),
        ({"place_cy": ""}, "Enter it in Welsh too"),
        ({"notes_en": "Bring a pen"}, "Enter it in Welsh too"),
        ({"ends_at_1": "09:30:00"}, "Enter an end after the start."),
        ({"place_en": "", "place_cy": ""}, "Enter a place, or the link where it is online."),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"requirements": ["identity"]}, "Select a valid choice"),
        ({"online_link": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_what_cannot_be_is_refused_in_words(staff, changes, words):
    assert words in text(staff.post(f"{LIST}add/", typed(**changes)))
    assert not TrainingSession.objects.exists()


def test_a_new_time_is_mailed_and_the_page_says_to_how_many(staff):
    found = session()
    training.book(found, person("Ann"), by=BY)
    assert "whoever is booked: 1." in text(staff.get(at(found, "change/")))
    assert staff.post(at(found, "change/"), typed()).status_code == 302
    assert Message.objects.filter(template="onboarding/mail/training_changed").count() == 1


def test_fewer_seats_than_are_taken_are_refused(staff):
    found = session(seats=2)
    for name in ("Ann", "Bob"):
        training.book(found, person(name), by=BY)
    assert "More people have a seat than that." in text(staff.post(at(found, "change/"), typed(seats="1")))
    found.refresh_from_db()
    assert (found.seats, found.title_en) == (2, "Safeguarding")


def test_cancelling_says_who_is_mailed_and_whom_to_ring(staff):
    found = session()
    training.book(found, person("Ann"), by=BY)
    whole = carer("Bob", mail=False)
    whole.phone = "01633 960123"
    whole.save()
    training.book(found, whole.workers.get(), by=BY)
    said = text(staff.get(at(found, "cancel/")))
    assert "1 person is mailed" in said
    assert "ring them. Bob, Bob Pugh: 01633 960123" in said
    assert "is cancelled." in text(staff.post(at(found, "cancel/"), follow=True))
    assert Message.objects.filter(template="onboarding/mail/training_cancelled").count() == 1


def test_the_list_begins_with_what_is_to_come(staff):
    session("Soon")
    session("Over", starts_at=STARTS - timedelta(days=30))
    training.cancel_session(session("Off"), by=BY)
    shown = {when: [it.title_en for it in staff.get(LIST, {"when": when} if when else {}).context["cl"].queryset]
             for when in ("", "past", "cancelled", "all")}  # fmt: skip
    assert shown == {"": ["Soon"], "past": ["Over"], "cancelled": ["Off"], "all": ["Over", "Soon", "Off"]}


def test_many_are_marked_at_once(staff, rhys):
    found = session(seats=3)
    ann, bob, cai = (training.book(found, person(name), by=BY) for name in ("Ann", "Bob", "Cai"))
    with time_machine.travel(AFTER):
        staff.post(sheet(found), {f"came_{ann.pk}": "yes", f"came_{bob.pk}": "no", f"came_{cai.pk}": ""})
    assert dict(Booking.objects.values_list("worker__first_name", "attended")) == {
        "Ann": True, "Bob": False, "Cai": None,
    }  # fmt: skip
    assert attended(ann.worker).get().decided_by == rhys


def test_everybody_else_with_a_seat_came_at_a_press(staff):
    found = session(seats=2)
    ann, *_ = [training.book(found, person(name), by=BY) for name in ("Ann", "Bob", "Cai")]
    with time_machine.travel(AFTER):
        staff.post(sheet(found), {f"came_{ann.pk}": "no", "everybody": "1"})
    assert dict(Booking.objects.values_list("worker__first_name", "attended")) == {
        "Ann": False, "Bob": True, "Cai": None,
    }  # fmt: skip


def test_a_sheet_that_is_old_changes_nothing_that_a_colleague_marked_meanwhile(staff):
    """What it does not touch stays; what it would mark otherwise is shown again first."""
    found = session(seats=2)
    ann, bob = (training.book(found, person(name), by=BY) for name in ("Ann", "Bob"))
    old = {f"shown_{ann.pk}": "", f"shown_{bob.pk}": "", f"came_{ann.pk}": "", f"came_{bob.pk}": "yes"}
    with time_machine.travel(AFTER):
        training.mark_attendance(ann, by=BY, attended=False)
        staff.post(sheet(found), old)
        marks = dict(Booking.objects.values_list("worker__first_name", "attended"))
        assert marks == {"Ann": False, "Bob": True}
        for late in ({f"came_{ann.pk}": "yes"}, {"everybody": "1"}):
            page = staff.post(sheet(found), {**old, f"shown_{bob.pk}": "yes", **late})
            assert "Somebody marked this meanwhile: Did not come. Look at it again." in text(page)
            assert f'name="shown_{ann.pk}" value="no"' in page.content.decode()
    assert Booking.objects.get(pk=ann.pk).attended is False


def test_the_verb_refuses_a_mark_against_what_was_shown(staff):
    found = session()
    ann = training.book(found, person("Ann"), by=BY)
    with time_machine.travel(AFTER):
        training.mark_attendance(ann, by=BY, attended=False)
        with pytest.raises(training.MarkedMeanwhile):
            training.mark_attendance(ann, by=BY, attended=True, shown=ann)


def test_taking_a_mark_back_asks_why(staff):
    found = session()
    ann = training.book(found, person("Ann"), by=BY)
    with time_machine.travel(AFTER):
        training.mark_attendance(ann, by=BY, attended=True)
        assert "Say why the attendance is taken back" in text(staff.post(sheet(found), {f"came_{ann.pk}": "no"}))
        assert attended(ann.worker).accepted().exists()
        staff.post(sheet(found), {f"came_{ann.pk}": "no", "reason": "Another Ann came."})
    assert not attended(ann.worker).accepted().exists()


def test_nobody_marks_their_own_and_it_is_said_nicely(staff, rhys):
    own = journey.start(by=BY, name="Rhys", first_name="Rhys", owner=rhys)
    found = session()
    booking = training.book(found, own.workers.get(), by=BY)
    with time_machine.travel(AFTER):
        assert "This is you: a colleague marks it." in text(staff.get(sheet(found)))
        staff.post(sheet(found), {f"came_{booking.pk}": "yes", "everybody": "1"})
    booking.refresh_from_db()
    assert booking.attended is None


def test_before_it_begins_the_sheet_shows_who_comes_and_marks_nobody(staff):
    found = session(seats=1)
    ann, _ = (training.book(found, person(name), by=BY) for name in ("Ann", "Bob"))
    said = text(staff.get(sheet(found)))
    assert "Ann Pugh" in said
    assert "Waiting" in said
    staff.post(sheet(found), {f"came_{ann.pk}": "yes"})
    assert not Booking.objects.filter(attended__isnull=False).exists()


def test_somebody_who_rang_is_booked_and_somebody_who_came_is_added(staff):
    found, ann, bob = session(seats=1), person("Ann"), person("Bob")
    staff.post(sheet(found) + "add/", {"worker": ann.pk})
    with time_machine.travel(AFTER):
        staff.post(sheet(found) + "add/", {"worker": bob.pk})
    assert list(found.bookings.values_list("worker__first_name", "has_seat")) == [("Ann", True), ("Bob", True)]
    assert list(Message.objects.values_list("to", flat=True)) == ["ann@example.org"]


def test_a_booking_is_cancelled_for_somebody_after_a_page_that_says_so(staff):
    found = session(seats=1)
    ann, _ = (training.book(found, person(name), by=BY) for name in ("Ann", "Bob"))
    address = at(found, f"bookings/{ann.pk}/cancel/")
    assert "goes to who waits longest, who is mailed" in text(staff.get(address))
    staff.post(address)
    assert found.bookings.seated().get().worker.first_name == "Bob"


def test_a_session_over_and_not_marked_waits_on_the_home_page(rhys):
    found = session()
    booking = training.book(found, person("Ann"), by=BY)
    session("Nobody booked")

    assert waiting(rhys) == []
    with time_machine.travel(AFTER):
        assert [(thing.kind, thing.number) for thing in waiting(rhys)] == [("training", found.pk)]
        training.mark_attendance(booking, by=BY, attended=False)
        assert waiting(rhys) == []


def test_who_may_not_run_training_sees_nothing_waiting():
    training.book(session(), person("Ann"), by=BY)
    with time_machine.travel(AFTER):
        assert waiting(member("emlyn@council.example.org", "editor")) == []


def waiting(user):
    now = timezone.now()
    return queue.things(user, on=timezone.localdate(now), now=now)


def test_an_auditor_looks_and_changes_nothing(client):
    found = session()
    client.force_login(member("aled@council.example.org", "auditor"))
    page = BeautifulSoup(client.get(at(found, "change/")).content, "html5lib")
    assert page.select_one("input[name=title_en]") is None
    assert "Attendance" not in client.get(LIST).content.decode()
    assert client.post(at(found, "change/"), typed()).status_code == 403
    assert client.post(at(found, "cancel/")).status_code == 403


def test_what_is_cancelled_is_changed_no_more(staff):
    found = session()
    training.cancel_session(found, by=BY)
    assert staff.post(at(found, "change/"), typed()).status_code == 403


def test_the_sheet_says_who_of_the_team_entered_a_booking_and_who_marked_it(staff, rhys):
    found, ann = session(), person("Ann")
    staff.post(at(found, "attendance/add/"), {"worker": ann.pk})
    assert "Seat, entered by rhys" in text(staff.get(sheet(found)))
    with time_machine.travel(AFTER):
        staff.post(sheet(found), {f"came_{Booking.objects.get().pk}": "yes"})
        assert "Marked by rhys" in text(staff.get(sheet(found)))
