"""`/my/training/`: a carer finds what counts for them, books it, waits, leaves, and sees nobody else's."""

from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup

from notifications.models import Message
from onboarding import journey, papers, training
from onboarding.models import Booking
from tests.builders import BY
from tests.team_builders import member
from tests.training_builders import HOUR, STARTS, carer, person, session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LINK = "https://meet.example.org/x"


@pytest.fixture
def ann():
    return carer("Ann")


@pytest.fixture
def mine(client, ann):
    client.force_login(ann.owner)
    return client


def soup(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib").main


def text(answer):
    return " ".join(soup(answer).get_text(" ").split())


def at(found, tail=""):
    return f"/my/training/{found.pk}/{tail}"


def book(client, found, worker, **data):
    return client.post(at(found), {"worker": worker.pk, **data}, follow=True)


def jan_of(whole):
    return journey.add_worker(whole, by=BY, first_name="Jan", works_from=date(2026, 11, 1), most=5)


# --- the list --------------------------------------------------------------------------------------------


def sections(client):
    page = soup(client.get("/my/training/"))
    return {
        part.h2.get_text(): [link.get_text() for link in part.select("li a.govuk-link")]
        for part in page.select("section")
    }


def test_what_counts_for_something_they_need_comes_first(mine):
    session("Coffee", requirements=(), starts_at=STARTS - timedelta(days=5))
    session("First aid", requirements=("first-aid",), starts_at=STARTS + timedelta(days=5))
    session("Safeguarding")
    assert sections(mine) == {
        "Sessions that count for your tasks": ["Safeguarding", "First aid"],
        "Other sessions": ["Coffee"],
    }


def test_what_they_have_shown_already_is_among_the_others(mine, ann, settings):
    papers.record_seen(
        ann, settings.SCHEME.requirements["safeguarding"], by=BY, how="upload", worker=ann.workers.get()
    )  # fmt: skip
    session("Safeguarding")
    assert sections(mine) == {"Sessions to book": ["Safeguarding"]}


def test_nothing_to_book_says_whom_to_ring(mine):
    assert "There is no session to book at the moment." in text(mine.get("/my/training/"))


def test_what_is_over_or_cancelled_is_not_offered(mine):
    session("Over", starts_at=STARTS - timedelta(days=30))
    session("Begun", starts_at=STARTS - timedelta(days=10, hours=1))
    training.cancel_session(session("Cancelled"), by=BY)
    assert "no session to book" in text(mine.get("/my/training/"))


@pytest.mark.parametrize(
    ("others", "seats", "words"),
    [
        (0, 2, "2 seats left"),
        (1, 2, "1 seat left"),
        (2, 2, "Full, with a waiting list"),
        (3, 2, "1 on the waiting list"),
    ],
)
def test_the_seats_left_stand_in_words(mine, others, seats, words):
    found = session(seats=seats)
    for number in range(others):
        training.book(found, person(f"Other{number}"), by=BY)
    assert words in text(mine.get("/my/training/"))
    assert words in text(mine.get(at(found)))


def test_what_is_booked_stands_on_top_and_is_offered_no_more(mine, ann):
    found = session("Safeguarding")
    training.book(found, ann.workers.get(), by=BY)
    assert sections(mine) == {
        "What you have booked": ["Safeguarding"],
        "Sessions to book": [],
    }


def test_where_they_have_been_stays(mine, ann):
    ids = [training.book(session(name), ann.workers.get(), by=BY) for name in ("Came", "Missed", "Unmarked")]
    with time_machine.travel(STARTS + 4 * HOUR):
        training.mark_attendance(ids[0], by=BY, attended=True)
        training.mark_attendance(ids[1], by=BY, attended=False)
        said = text(mine.get("/my/training/"))
    assert "Where you have been" in said
    for words in ("Came", "Did not come", "Not recorded yet"):
        assert words in said


def test_the_list_takes_the_same_statements_however_many_there_are(mine, django_assert_max_num_queries):
    mine.get("/my/training/")
    for number in range(12):
        session(f"Session {number}")
    with django_assert_max_num_queries(16):
        mine.get("/my/training/")


def test_without_a_journey_there_is_none(client):
    client.force_login(member("rhys@example.org", "reviewer"))
    found = session()
    for address in ("/my/training/", at(found)):
        assert "You have not started" in text(client.get(address))
    assert client.get(at(found, "calendar.ics")).status_code == 404


# --- one session -----------------------------------------------------------------------------------------


def test_booking_says_so_and_mails_it(mine, ann):
    found = session(notes_en="Bring a pen")
    answer = book(mine, found, ann.workers.get())
    assert "The seat is booked." in text(answer)
    assert "You have a seat" in text(answer)
    assert "Bring a pen" in Message.objects.get().text
    assert Booking.objects.get().worker.carer == ann


def test_the_online_link_is_for_who_has_a_seat(mine, ann):
    found = session(seats=1, online_link=LINK)
    assert LINK not in text(mine.get(at(found)))
    training.book(found, person("Bob"), by=BY)
    waiting = book(mine, found, ann.workers.get())
    assert "number 1 on the waiting list" in text(waiting)
    assert LINK not in waiting.content.decode()
    training.change_session(found, by=BY, seats=2)
    assert LINK in text(mine.get(at(found)))


def test_a_full_session_offers_the_waiting_list(mine):
    found = session(seats=1)
    training.book(found, person("Bob"), by=BY)
    assert soup(mine.get(at(found))).form.button.get_text() == "Join the waiting list"


def test_sent_twice_it_is_said_and_booked_once(mine, ann):
    found = session()
    book(mine, found, ann.workers.get())
    assert "This is booked already." in text(book(mine, found, ann.workers.get()))
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("moment", [STARTS, STARTS + 5 * HOUR], ids=["begun", "over"])
def test_what_has_begun_is_not_booked_and_says_so(mine, ann, moment):
    found = session()
    with time_machine.travel(moment):
        assert soup(mine.get(at(found))).form is None
        assert "This session has begun" in text(book(mine, found, ann.workers.get()))
    assert not Booking.objects.exists()


def test_what_is_cancelled_is_not_booked_and_says_so(mine, ann):
    found = session(online_link=LINK)
    book(mine, found, ann.workers.get())
    training.cancel_session(found, by=BY)
    page = text(mine.get(at(found)))
    assert "This session is cancelled." in page
    assert LINK not in page
    assert "Cancelled" in text(mine.get("/my/training/"))


def test_where_several_work_it_asks_who_comes(mine, ann):
    jan, found = jan_of(ann), session()
    page = soup(mine.get(at(found)))
    assert [label.get_text(strip=True) for label in page.select("label")] == ["Ann", "Jan"]
    nobody = mine.post(at(found), {})
    assert "Choose who is coming" in soup(nobody).select_one(".govuk-error-summary").get_text()
    assert "Jan has a seat" in text(book(mine, found, jan))
    assert soup(mine.get(at(found))).form.button.get_text() == "Book a seat for Ann"


@pytest.mark.parametrize("worker", ["", "x", "0", "99999999999999999999", "other"])
def test_nobody_is_booked_but_their_own(mine, worker):
    found, other = session(), person("Bob")
    mine.post(at(found), {"worker": other.pk if worker == "other" else worker})
    assert not Booking.objects.exists()


def test_leaving_says_what_happens_and_does_it(mine, ann):
    found = session(seats=1)
    own = training.book(found, ann.workers.get(), by=BY)
    page = mine.get(at(found, f"cancel/{own.pk}/"))
    assert "The seat is free for somebody else." in text(page)
    assert "You still need to show: Safeguarding training" in text(page)
    training.book(found, person("Bob"), by=BY)
    assert "goes to the first on the waiting list at once" in text(mine.get(at(found, f"cancel/{own.pk}/")))
    assert "The booking is cancelled." in text(mine.post(at(found, f"cancel/{own.pk}/"), follow=True))
    assert Booking.objects.seated().get().worker.first_name == "Bob"
    assert mine.post(at(found, f"cancel/{own.pk}/")).status_code == 404


def test_what_has_begun_is_not_left_and_says_so(mine, ann):
    found = session()
    own = training.book(found, ann.workers.get(), by=BY)
    with time_machine.travel(STARTS + HOUR):
        assert "This session has begun" in text(mine.post(at(found, f"cancel/{own.pk}/"), follow=True))
    assert Booking.objects.seated().count() == 1


def test_a_second_carer_finds_nothing_of_the_first(client, ann):
    found = session()
    own = training.book(found, ann.workers.get(), by=BY)
    client.force_login(carer("Bob").owner)
    for address in (at(found, f"cancel/{own.pk}/"), at(found, "calendar.ics")):
        assert client.get(address).status_code == 404
    assert client.post(at(found, f"cancel/{own.pk}/")).status_code == 404
    assert "Ann" not in text(client.get(at(found)))
    assert client.get("/my/training/999/").status_code == 404


def test_it_is_in_the_language_of_its_address(mine, ann):
    found = session(notes_en="Bring a pen", notes_cy="Dewch â beiro")
    page = text(mine.get(f"/cy/my/training/{found.pk}/"))
    for words in ("Diogelu", "Llyfrgell Brynbuga", "Dewch â beiro", "2 sedd ar ôl", "Archebu sedd"):
        assert words in page


def test_no_browser_or_proxy_keeps_it(mine):
    found = session()
    for address in ("/my/training/", at(found)):
        assert "no-store" in mine.get(address)["Cache-Control"]


def test_booked_at_the_desk_the_mail_leads_the_carer_to_their_own_page(client, ann):
    found = session()
    client.force_login(member("rhys@council.example.org", "reviewer"))
    answer = client.post(f"/desk/{ann.pk}/my/training/{found.pk}/", {"worker": ann.workers.get().pk})
    assert answer["Location"] == f"/desk/{ann.pk}/my/training/{found.pk}/"
    mail = Message.objects.get(to="ann@example.org")
    assert f"/my/training/{found.pk}/" in mail.text
    assert "/desk/" not in mail.text + mail.html
