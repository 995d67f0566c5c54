"""Training: seats go to who booked first, the waiting list moves up, and attendance is evidence of its day."""

from datetime import date, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils.translation import override

from accounts.models import User
from audit.models import AuditEvent
from audit.recording import NoActor
from notifications.models import Message
from onboarding import journey, papers, training
from onboarding.models import Booking, Evidence, TrainingSession
from onboarding.standing import standing
from onboarding.tasks import State, tasks
from tests.builders import BY
from tests.training_builders import HOUR, STARTS, attended, carer, person, session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
AFTER = STARTS + 4 * HOUR


def templates():
    return sorted(Message.objects.values_list("template", flat=True).order_by("pk"))


def mails(name):
    return Message.objects.filter(template=f"onboarding/mail/training_{name}")


def seats(found):
    return list(found.bookings.standing().values_list("worker__first_name", "has_seat"))


def book(found, *people):
    return [training.book(found, worker, by=BY) for worker in people]


# --- seats -----------------------------------------------------------------------------------------------


def test_who_books_while_there_is_a_seat_has_it_and_the_others_wait():
    found = session(seats=1)
    book(found, person("Ann"), person("Bob"), person("Cai"))
    assert seats(found) == [("Ann", True), ("Bob", False), ("Cai", False)]
    assert [booking.place_in_line for booking in found.bookings.waiting()] == [1, 2]
    assert (mails("booked").count(), mails("waiting").count()) == (1, 2)


def test_a_seat_given_back_goes_to_who_waits_longest_and_they_are_told():
    found = session(seats=1)
    first, *_ = book(found, person("Ann"), person("Bob"), person("Cai"))
    assert training.cancel_booking(first, by=BY)
    assert seats(found) == [("Bob", True), ("Cai", False)]
    assert list(mails("seat").values_list("to", flat=True)) == ["bob@example.org"]


def test_leaving_the_waiting_list_moves_nobody_into_a_seat():
    found = session(seats=1)
    _, second, third = book(found, person("Ann"), person("Bob"), person("Cai"))
    training.cancel_booking(second, by=BY)
    assert seats(found) == [("Ann", True), ("Cai", False)]
    assert third.place_in_line == 1
    assert not mails("seat").exists()


def test_cancelling_twice_gives_one_seat():
    found = session(seats=1)
    first, *_ = book(found, person("Ann"), person("Bob"), person("Cai"))
    assert [training.cancel_booking(first, by=BY) for _ in range(2)] == [True, False]
    assert seats(found) == [("Bob", True), ("Cai", False)]


def test_nobody_is_booked_twice_but_may_come_back_after_leaving():
    found, ann = session(), person("Ann")
    (booking,) = book(found, ann)
    with pytest.raises(training.Booked):
        training.book(found, ann, by=BY)
    training.cancel_booking(booking, by=BY)
    assert book(found, ann)[0].has_seat


@pytest.mark.parametrize("moment", [STARTS, STARTS + HOUR, AFTER])
def test_what_has_begun_is_neither_booked_nor_left(moment):
    found = session()
    (booking,) = book(found, person("Ann"))
    with time_machine.travel(moment):
        with pytest.raises(training.Begun):
            training.book(found, person("Bob"), by=BY)
        with pytest.raises(training.Begun):
            training.cancel_booking(booking, by=BY)
    assert seats(found) == [("Ann", True)]


def test_what_is_cancelled_is_not_booked():
    found = session()
    training.cancel_session(found, by=BY)
    with pytest.raises(training.Cancelled):
        training.book(found, person("Ann"), by=BY)


def test_who_leaves_the_business_gives_their_seats_back():
    found, ann = session(seats=1), person("Ann")
    book(found, ann, person("Bob"))
    jan = journey.add_worker(ann.carer, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)
    assert training.leave_all(jan, by=BY) == 0
    journey.remove_worker(ann, by=BY, on=date(2026, 11, 21))
    assert seats(found) == [("Bob", True)]


def test_without_an_address_nothing_is_mailed_and_the_seat_is_theirs():
    found = session()
    assert book(found, person("Ann", mail=False))[0].has_seat
    assert not Message.objects.exists()


# --- the team's sessions ---------------------------------------------------------------------------------


def test_a_new_time_is_mailed_to_everybody_booked_and_counted_for_calendars():
    found = session(seats=1)
    book(found, person("Ann"), person("Bob"))
    assert training.change_session(found, by=BY, starts_at=STARTS + HOUR)
    found.refresh_from_db()
    assert (found.starts_at, found.sequence, mails("changed").count()) == (STARTS + HOUR, 1, 2)
    assert "10:30am to 12:30pm" in mails("changed").first().text


def test_a_change_of_words_is_mailed_to_nobody():
    found = session()
    book(found, person("Ann"))
    assert training.change_session(found, by=BY, notes_en="Bring a pen")
    assert not mails("changed").exists()


def test_the_same_again_changes_nothing():
    found = session()
    assert not training.change_session(found, by=BY, seats=2, title_en="Safeguarding")
    found.refresh_from_db()
    assert found.sequence == 0
    assert not AuditEvent.objects.filter(event="training.changed").exists()


def test_more_seats_go_to_who_waits():
    found = session(seats=1)
    book(found, person("Ann"), person("Bob"), person("Cai"))
    training.change_session(found, by=BY, seats=2)
    assert seats(found) == [("Ann", True), ("Bob", True), ("Cai", False)]
    assert mails("seat").count() == 1


def test_nobody_loses_a_seat_by_a_smaller_room():
    found = session(seats=2)
    book(found, person("Ann"), person("Bob"))
    with pytest.raises(training.TooFewSeats):
        training.change_session(found, by=BY, seats=1)
    found.refresh_from_db()
    assert found.seats == 2


def test_a_cancelled_session_is_told_to_everybody_booked_once():
    found = session(seats=1)
    book(found, person("Ann"), person("Bob"))
    assert [training.cancel_session(found, by=BY) for _ in range(2)] == [True, False]
    assert mails("cancelled").count() == 2
    found.refresh_from_db()
    assert found.sequence == 1


def test_what_has_begun_is_not_cancelled():
    found = session()
    with time_machine.travel(STARTS), pytest.raises(training.Begun):
        training.cancel_session(found, by=BY)


def test_a_meeting_of_peers_counts_for_nothing():
    found, ann = session("Coffee", requirements=()), person("Ann")
    (booking,) = book(found, ann)
    with time_machine.travel(AFTER):
        training.mark_attendance(booking, by=BY, attended=True)
    assert not attended(ann).exists()


def test_a_task_finds_the_sessions_that_count_for_it():
    first, later = session(), session(starts_at=STARTS + timedelta(days=7))
    session("First aid", requirements=("first-aid",))
    training.cancel_session(session("Cancelled"), by=BY)
    session("Over", starts_at=STARTS - timedelta(days=30))
    assert training.upcoming_for("safeguarding", date(2026, 11, 21)) == [first, later]


def test_every_verb_leaves_its_trace_and_needs_somebody():
    found, ann = session(), person("Ann")
    (booking,) = book(found, ann)
    training.cancel_booking(booking, by=BY)
    training.change_session(found, by=BY, seats=9)
    training.cancel_session(found, by=BY)
    events = AuditEvent.objects.filter(event__startswith="training.").order_by("pk")
    assert list(events.values_list("event", flat=True)) == [
        "training.created", "training.booked", "training.booking_cancelled", "training.changed", "training.cancelled",
    ]  # fmt: skip
    with pytest.raises(NoActor):
        training.create_session(by="", title_en="x", starts_at=STARTS, ends_at=AFTER, seats=1, place_en="Usk")
    assert TrainingSession.objects.count() == 1


# --- who came --------------------------------------------------------------------------------------------


@pytest.fixture
def came():
    """Ann's booking, on the afternoon after the session."""
    booking = book(session(requirements=("safeguarding", "first-aid")), person("Ann"))[0]
    with time_machine.travel(AFTER):
        yield booking


def test_attendance_shows_each_requirement_from_the_days_session_on(came):
    assert training.mark_attendance(came, by=BY, attended=True)
    shown = {row.requirement: row for row in attended(came.worker)}
    assert shown.keys() == {"safeguarding", "first-aid"}
    row = shown["safeguarding"]
    assert (row.dated, row.valid_from, row.seen_on) == (date(2026, 12, 1),) * 3
    assert row.valid_until == date(2029, 11, 30)
    assert (row.facts["course"], row.facts["provider"], row.worker) == ("Safeguarding", "Gofal Ltd", came.worker)
    state = {task.requirement.slug: task.state for task in tasks(came.worker.carer, date(2026, 12, 1))}
    assert state["safeguarding"] == State.DONE


def test_marked_twice_is_marked_once(came):
    assert [training.mark_attendance(came, by=BY, attended=True) for _ in range(2)] == [True, False]
    assert attended(came.worker).count() == 2
    assert AuditEvent.objects.filter(event="training.attendance_marked").count() == 1


def test_who_did_not_come_has_shown_nothing(came):
    training.mark_attendance(came, by=BY, attended=False)
    assert not attended(came.worker).exists()
    came.refresh_from_db()
    assert (came.attended, came.marked_at is not None) == (False, True)


@pytest.mark.parametrize("mark", [False, None])
def test_a_mark_taken_back_withdraws_its_papers_and_says_why(came, mark):
    training.mark_attendance(came, by=BY, attended=True)
    with pytest.raises(training.NoReason):
        training.mark_attendance(came, by=BY, attended=mark, reason=" ")
    training.mark_attendance(came, by=BY, attended=mark, reason="That was another Ann.")
    assert {row.outcome for row in attended(came.worker)} == {Evidence.Outcome.WITHDRAWN}
    needs = standing(came.worker.carer, date(2026, 12, 2)).needs
    assert not next(need for need in needs if need.requirement.slug == "safeguarding").shown
    assert "another Ann" in Message.objects.filter(template=papers.WITHDRAWN).first().text


def test_taken_back_and_marked_again_counts_again(came):
    for mark in (True, None, True):
        training.mark_attendance(came, by=BY, attended=mark, reason="A slip.")
    assert attended(came.worker).accepted().count() == 2


def test_an_earlier_paper_is_left_alone_when_a_mark_is_taken_back(came):
    asked = settings.SCHEME.requirements["safeguarding"]
    facts = {"how": "upload", "worker": came.worker, "dated": date(2026, 1, 5)}
    own = papers.record_seen(came.worker.carer, asked, by=BY, **facts)
    training.mark_attendance(came, by=BY, attended=True)
    training.mark_attendance(came, by=BY, attended=None, reason="A slip.")
    own.refresh_from_db()
    assert own.outcome == Evidence.Outcome.ACCEPTED


def test_a_requirement_that_the_scheme_has_not_is_left_out(came):
    TrainingSession.objects.update(requirements=["safeguarding", "juggling"])
    training.mark_attendance(came, by=BY, attended=True)
    assert [row.requirement for row in attended(came.worker)] == ["safeguarding"]


def test_nobody_marks_their_own(came):
    own = came.worker.carer.owner
    for mark in (True, False):
        with pytest.raises(papers.OwnPaper):
            training.mark_attendance(came, by=own, attended=mark)
    assert not attended(came.worker).exists()


def test_the_member_of_the_team_who_marked_is_kept(came):
    staff = User.objects.create_user("rhys@example.org", is_staff=True)
    training.mark_attendance(came, by=staff, attended=True)
    came.refresh_from_db()
    assert came.marked_by == staff
    assert {row.decided_by for row in attended(came.worker)} == {staff}


def test_nobody_has_come_before_it_begins():
    (booking,) = book(session(), person("Ann"))
    with pytest.raises(training.NotBegun):
        training.mark_attendance(booking, by=BY, attended=True)


def test_who_waited_and_came_sat_there():
    _, second = book(session(seats=1), person("Ann"), person("Bob"))
    with time_machine.travel(AFTER):
        training.mark_attendance(second, by=BY, attended=True)
    assert Booking.objects.get(pk=second.pk).has_seat
    assert attended(second.worker).count() == 1


def test_who_came_without_a_booking_is_added_once():
    found, ann = session(seats=1), person("Ann")
    book(found, person("Bob"))
    with pytest.raises(training.NotBegun):
        training.add_who_came(found, ann, by=BY)
    with time_machine.travel(AFTER):
        booking = training.add_who_came(found, ann, by=BY)
        with pytest.raises(training.Booked):
            training.add_who_came(found, ann, by=BY)
        assert training.mark_attendance(booking, by=BY, attended=True)
    assert not Message.objects.filter(to="ann@example.org").exists()


def test_what_papers_rest_on_is_not_changed_under_them(came):
    training.mark_attendance(came, by=BY, attended=True)
    for facts in ({"requirements": []}, {"starts_at": STARTS - HOUR}):
        with pytest.raises(training.Marked):
            training.change_session(came.session, by=BY, **facts)
    assert training.change_session(came.session, by=BY, title_en="Safeguarding adults")


def test_one_of_two_who_came_is_taken_back_alone():
    whole = carer("Ann")
    jan = journey.add_worker(whole, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)
    first, second = book(session(requirements=("safeguarding", "references")), whole.workers.first(), jan)
    with time_machine.travel(AFTER):
        for booking in (first, second):
            training.mark_attendance(booking, by=BY, attended=True)
        training.mark_attendance(second, by=BY, attended=None, reason="A slip.")
    left = whole.evidence.accepted().filter(how="attended")
    assert sorted((row.requirement, row.worker_id) for row in left) == [
        ("references", None),
        ("safeguarding", first.worker_id),
    ]


def test_without_the_audit_row_nobody_came(came, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(training, "record", broken)
    with pytest.raises(RuntimeError):
        training.mark_attendance(came, by=BY, attended=True)
    came.refresh_from_db()
    assert came.attended is None
    assert not attended(came.worker).exists()


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Tuesday 1 December 2026, 9:30am to 12:30pm"), ("cy", "Dydd Mawrth 1 Rhagfyr 2026, 9:30am tan 12:30pm")],
)
def test_when_is_said_in_the_language(language, words):
    with override(language):
        assert session().when == words


def test_a_session_in_summer_is_in_summer_time():
    assert "10:30am to 1:30pm" in session(starts_at=STARTS.replace(month=7)).when
