"""A message to a carer: taken once, passed on with its copy in one transaction, and gone on its date."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from directory import enquiries
from directory.enquiry_models import Enquiry
from directory.owners import set_owner
from notifications.models import JobRun, Message
from tests.builders import BY, TODAY, make_listing
from tests.enquiry_form import ADDRESS, FACTS, hide, opened, post

pytestmark = pytest.mark.django_db
FACTS_OF_VERB = {name: FACTS[name] for name in ("what", "when", "name", "answer_by", "phone", "email", "language")}


@pytest.fixture
def listing(today):
    return make_listing("Bryn Lewis", email="bryn@example.org", languages={"en": 4, "cy": 3})


def owner(listing, email="owner@example.org", language="cy"):
    user = User.objects.create_user(email, language=language)
    set_owner(listing, by=BY, owner=user)
    return user


def send(listing, key="one", **facts):
    return enquiries.send_enquiry(listing=listing, by=BY, form_key=key, **{**FACTS_OF_VERB, **facts})


def to_carer():
    return Message.objects.get(key__endswith=":carer")


def copy():
    return Message.objects.get(key__endswith=":copy")


def events(event):
    return AuditEvent.objects.filter(event=event)


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def errors(answer):
    return [error.get_text(strip=True) for error in soup(answer).select(".govuk-error-summary__list li")]


# --- the page --------------------------------------------------------------------------------------------


def test_the_form_names_the_carer_and_asks_to_leave_medical_details_out(client, listing):
    page = soup(client.get(ADDRESS))
    assert page.h1.get_text(strip=True) == "Send Bryn a message"
    assert "Say what help is wanted. Leave out names and medical details." in page.form.get_text()
    assert page.title.get_text().startswith("Send a message to Bryn Lewis – Micro Care Directory – ")


def test_the_profile_leads_to_the_form(client, listing):
    link = soup(client.get("/carers/bryn-lewis/")).select_one(".contact-panel a.govuk-button")
    assert (link.get_text(strip=True), link["href"]) == ("Send Bryn a message", ADDRESS)


def test_no_field_is_cut_off_and_each_knows_what_it_is_for(client, listing):
    page = soup(client.get(ADDRESS))
    assert not page.select("form [maxlength]")
    assert {field["name"]: field["autocomplete"] for field in page.select("form.enquiry [autocomplete]")} == {
        "name": "name",
        "phone": "tel",
        "email": "email",
        "website": "off",
    }


def test_the_form_sets_the_form_cookie_and_no_other(client, listing):
    assert set(client.get(ADDRESS).cookies) == {"csrftoken"}


def test_neither_form_nor_answer_nor_copy_shows_where_it_goes(client, listing):
    owner(listing)
    token = opened(client)
    pages = [client.get(ADDRESS), post(client, token=token, name=""), client.get(post(client, token=token)["Location"])]
    texts = [page.content.decode() for page in pages] + [copy().text, copy().html]
    assert not [text for text in texts if "bryn@example.org" in text or "owner@example.org" in text]


def test_phone_only_has_no_form_and_no_button(client, today):
    make_listing("Bryn Lewis", email="")
    assert client.get(ADDRESS).status_code == 404
    assert post(client, token="x").status_code == 404
    assert not soup(client.get("/carers/bryn-lewis/")).select(".contact-panel a.govuk-button")


def test_an_owner_alone_is_enough_for_a_form(client, today):
    listing = make_listing("Bryn Lewis", email="")
    user = owner(listing)
    assert post(client).status_code == 302
    assert to_carer().to == user.email


def test_an_owner_whose_account_is_closed_is_not(client, today):
    listing = make_listing("Bryn Lewis", email="")
    user = owner(listing)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"paused_until": TODAY + timedelta(days=9)}, 404, "This listing is paused"),
        ({"suspended_at": timezone.now()}, 404, "This listing is paused"),
        ({"ended_at": timezone.now()}, 410, "This listing has gone"),
    ],
    ids=["paused", "suspended", "ended"],
)
def test_a_listing_taken_down_while_somebody_writes_gives_their_words_back(client, listing, change, status, words):
    token = opened(client)
    hide(listing, **change)
    answer = post(client, token=token, what="Company for <b>my mother</b>")
    assert answer.status_code == status
    page = soup(answer)
    assert page.h1.get_text(strip=True) == words
    assert "Company for <b>my mother</b>" in page.main.get_text()
    assert "Bryn" not in page.get_text()
    assert client.get(ADDRESS).status_code == status
    assert not Enquiry.objects.exists()


def test_a_draft_has_no_form(client, today):
    make_listing("Bryn Lewis", email="bryn@example.org", published=False)
    assert client.get(ADDRESS).status_code == 404


def test_in_welsh_the_page_and_the_language_of_the_answer_are_welsh(client, listing):
    page = soup(client.get(f"/cy{ADDRESS}"))
    assert page.html["lang"] == "cy"
    assert page.select_one("input[name=language][checked]")["value"] == "cy"
    assert soup(client.get(ADDRESS)).select_one("input[name=language][checked]")["value"] == "en"


def test_whoever_asks_for_welsh_is_told_when_the_carer_does_not_list_it(client, today):
    make_listing("Bryn Lewis", email="bryn@example.org", languages={"en": 4})
    assert "Bryn does not list Welsh." in soup(client.get(ADDRESS)).form.get_text()


def test_where_there_is_one_language_nobody_is_asked(client, listing, settings):
    settings.SCHEME = load_somerset()
    settings.LANGUAGES = [("en", "English")]
    assert not soup(client.get(ADDRESS)).select("input[name=language]")
    assert post(client, language=None).status_code == 302
    assert Enquiry.objects.get().how_to_answer == "By email"


def load_somerset():
    from microcare.scheme import load

    return load("somerset")


# --- what is typed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"what": " "}, "Say what you would like Bryn to help with"),
        ({"what": "x" * 4001}, "Use 4,000 characters or fewer: there are 1 too many"),
        ({"what": "x" * 1_000_000}, "Use 4,000 characters or fewer: there are 996,000 too many"),
        ({"when": "x" * 600}, "Use 500 characters or fewer: there are 100 too many"),
        ({"name": ""}, "Enter your name"),
        ({"name": "x" * 101}, "Use 100 characters or fewer: there are 1 too many"),
        ({"answer_by": None}, "Choose how Bryn should answer you"),
        ({"answer_by": "pigeon"}, "Choose how Bryn should answer you"),
        ({"answer_by": "phone"}, "Enter the phone number that Bryn should ring"),
        ({"answer_by": "either"}, "Enter the phone number that Bryn should ring"),
        ({"phone": "12"}, "Enter a phone number, like 01632 960001 or 07700 900982"),
        ({"phone": "ring me"}, "Enter a phone number, like 01632 960001 or 07700 900982"),
        ({"phone": "960001"}, "Enter a phone number, like 01632 960001 or 07700 900982"),
        ({"email": ""}, "Enter the email address that Bryn should write to"),
        ({"email": "margaret@"}, "Enter an email address in the right form, like name@example.com"),
        ({"email": "m@a.org\r\nBcc: x@a.org"}, "Enter an email address in the right form, like name@example.com"),
        ({"email": "m" * 300 + "@example.org"}, "Enter an email address in the right form, like name@example.com"),
        ({"language": "fr"}, "Choose the language of the answer"),
        ({"language": None}, "Choose the language of the answer"),
        ({"consent": None}, "Tick the box to agree, so that we can pass your message on"),
    ],
)  # fmt: skip
def test_an_error_says_how_to_mend_it_once_and_nothing_is_sent(client, listing, facts, said):
    answer = post(client, **facts)
    assert answer.status_code == 200
    assert errors(answer) == [said]
    assert soup(answer).title.get_text().startswith("Error: ")
    assert not Enquiry.objects.exists()


def test_what_was_typed_stays_when_something_is_wrong(client, listing):
    page = soup(post(client, name="", answer_by="either", phone="07700 900142", when="Mondays & <Tuesdays>"))
    assert page.select_one("#id_what").get_text(strip=True) == "Company for my mother"
    assert page.select_one("#id_when").get_text(strip=True) == "Mondays & <Tuesdays>"
    assert page.select_one("#id_phone")["value"] == "07700 900142"
    assert page.select_one("#id_email")["value"] == "margaret@example.org"
    checked = {field["name"]: field["value"] for field in page.select("form input[type=radio][checked]")}
    assert checked == {"answer_by": "either", "language": "en"}
    assert page.select_one("#id_consent").has_attr("checked")


def test_each_error_leads_to_its_field(client, listing):
    page = soup(client.post(ADDRESS, {"token": opened(client)}))
    links = [link["href"] for link in page.select(".govuk-error-summary__list a")]
    assert links == ["#id_what", "#id_name", "#id_answer_by_0", "#id_language_0", "#id_consent"]
    assert all(page.select_one(link) for link in links)


def test_three_megabytes_are_too_large_and_said_so(client, listing):
    answer = post(client, what="x" * 3_000_000)
    assert answer.status_code == 413
    assert soup(answer).h1.get_text(strip=True) == "That was too large to send"


def test_control_characters_become_spaces_and_lines_stay(client, listing):
    assert post(client, what="One\x00\r\nTwo\x08", name="Margaret\r\nBcc: all@example.org\x00").status_code == 302
    enquiry = Enquiry.objects.get()
    assert enquiry.what == "One \nTwo"
    assert enquiry.name == "Margaret Bcc: all@example.org"


def test_no_name_brings_a_header_of_its_own(client, listing, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(client, name="Margaret\r\nBcc: all@localhost")
    assert len(mail.outbox) == 2
    assert {tuple(one.recipients()) for one in mail.outbox} == {("bryn@example.org",), ("margaret@example.org",)}
    assert not [one for one in mail.outbox if "\n" in one.subject or "Bcc" in one.message()]


@pytest.mark.parametrize(
    "number", ["07700 900142", "+44 7700 900142", "01633960123", "0044 1633 960123", "+353 1 234 5678"]
)
def test_numbers_are_taken_as_people_write_them(client, listing, number):
    assert post(client, answer_by="phone", phone=number, email="").status_code == 302
    assert Enquiry.objects.get().phone == number


def test_changing_the_language_keeps_what_was_typed_and_finds_no_fault(client, listing):
    page = soup(post(client, f"/cy{ADDRESS}", other_language="1", name=""))
    assert page.html["lang"] == "cy"
    assert page.select_one("#id_what").get_text(strip=True) == "Company for my mother"
    assert page.select_one("#id_consent").has_attr("checked")
    assert not page.select(".govuk-error-summary")
    assert not Enquiry.objects.exists()


# --- sending ---------------------------------------------------------------------------------------------


def test_sending_leads_to_a_page_with_the_reference_and_what_happens_next(client, listing):
    answer = post(client)
    enquiry = Enquiry.objects.get()
    assert answer["Location"] == f"{ADDRESS}{enquiry.reference}/"
    page = soup(client.get(answer["Location"]))
    assert page.h1.get_text(strip=True) == "Message sent"
    assert enquiry.reference in page.main.get_text()
    assert page.find("h2", string="What happens next")
    assert "Company for my mother" not in page.get_text()


def test_a_reference_answers_only_at_its_own_listing(client, listing):
    make_listing("Ann Price", email="ann@example.org")
    reference = send(listing).reference
    assert client.get(f"/carers/ann-price/contact/{reference}/").status_code == 404
    assert client.get(f"{ADDRESS}AAAA-AAAA/").status_code == 404


def test_the_carer_gets_it_and_answers_the_sender(listing):
    send(listing)
    message = to_carer()
    assert (message.to, message.reply_to) == ("bryn@example.org", "margaret@example.org")
    assert "Company for my mother" in message.text
    assert "Margaret Hale" in message.text
    assert message.reader == "directory.read_enquiries"


def test_the_address_in_the_listing_comes_before_the_owners(listing):
    owner(listing)
    send(listing)
    assert to_carer().to == "bryn@example.org"


def test_the_carers_mail_is_in_their_language_or_in_both(listing):
    send(listing)
    assert to_carer().language == ""
    assert "Hello Bryn" in to_carer().text
    assert "Helo Bryn" in to_carer().text
    Message.objects.all().delete()
    owner(listing, language="cy")
    send(listing, key="two")
    assert to_carer().language == "cy"
    assert "Hello Bryn" not in to_carer().text


def test_the_copy_goes_to_whoever_gave_an_address_in_their_language(listing):
    send(listing, language="cy")
    assert (copy().to, copy().language, copy().reply_to) == ("margaret@example.org", "cy", "")


def test_whoever_gave_no_address_gets_no_copy_and_is_to_be_rung(listing):
    send(listing, answer_by="phone", phone="07700 900142", email="")
    message = Message.objects.get()
    assert message.reply_to == ""
    assert "Ring them." in message.text
    assert "07700\xa0900142" in message.text


def test_nothing_of_the_sender_is_in_a_subject(listing):
    send(listing, name="Margaret Hale")
    assert not [one for one in Message.objects.all() if "Margaret" in one.subject or "Hale" in one.subject]


def test_what_was_typed_is_text_in_both_forms_of_the_mail(listing):
    send(listing, what="<script>alert(1)</script> & more", name="Mar<b>garet & Co")
    for message in (to_carer(), copy()):
        assert "<script>" not in message.html
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in message.html
        assert "<script>alert(1)</script> & more" in message.text
        assert "Mar<b>garet & Co" in message.text


def test_with_an_owner_the_mail_leads_to_their_enquiries(listing):
    owner(listing, language="en")
    enquiry = send(listing)
    assert f"http://localhost:8000/my/enquiries/{enquiry.pk}/" in to_carer().text
    assert "/my/" not in copy().text


def test_without_an_owner_it_leads_nowhere(listing):
    send(listing)
    assert "http" not in to_carer().text


def test_a_form_sent_twice_is_one_enquiry_and_one_answer(client, listing):
    token = opened(client)
    first, second = post(client, token=token), post(client, token=token)
    assert first["Location"] == second["Location"]
    assert Enquiry.objects.count() == 1
    assert Message.objects.count() == 2
    assert events("enquiry.sent").count() == 1


def test_a_form_changed_and_sent_again_is_another_so_that_no_word_is_lost(client, listing):
    token = opened(client)
    post(client, token=token)
    post(client, token=token, what="Company for my father")
    assert Enquiry.objects.count() == 2


def test_two_tabs_reach_the_two_they_are_for(client, listing):
    make_listing("Ann Price", email="ann@example.org")
    bryn, ann = opened(client), opened(client, "/carers/ann-price/contact/")
    post(client, token=bryn)
    post(client, "/carers/ann-price/contact/", token=ann)
    assert set(Enquiry.objects.values_list("listing__slug", flat=True)) == {"bryn-lewis", "ann-price"}


def test_whoever_comes_second_with_a_form_is_given_the_firsts_enquiry(listing):
    first = send(listing)
    assert send(listing) == first
    assert Message.objects.count() == 2


def test_when_the_audit_row_fails_nothing_was_sent(listing, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(enquiries, "record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        send(listing)
    assert not Enquiry.objects.exists()
    assert not Message.objects.exists()


def test_when_a_message_cannot_be_queued_nothing_is_kept(listing, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr(enquiries.outbox, "queue", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        send(listing)
    assert not Enquiry.objects.exists()


def test_a_broker_that_is_down_only_delays(client, listing, monkeypatch, django_capture_on_commit_callbacks):
    def down(*args):
        raise ConnectionError("no broker")

    monkeypatch.setattr("notifications.jobs.deliver_one.delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client).status_code == 302
    assert [one.state for one in Message.objects.all()] == ["waiting", "waiting"]


def test_the_audit_says_that_and_to_whom_not_what(listing):
    enquiry = send(listing)
    event = events("enquiry.sent").get()
    assert (event.target, event.target_id, event.data) == (
        "directory.enquiry",
        str(enquiry.pk),
        {"listing": listing.pk},
    )


def test_references_are_read_out_without_mistaking_a_sign():
    from directory.enquiry_models import SIGNS, new_reference

    assert not set("01OISU") & set(SIGNS) - {"S"}
    reference = new_reference()
    assert len(reference) == 9
    assert reference[4] == "-"


# --- what the database refuses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"sent_at": None},
        {"held_at": timezone.now()},
        {"held_reason": "links"},
        {"sent_at": None, "held_at": timezone.now(), "held_reason": "links", "answered_at": timezone.now()},
        {"answer_by": "phone", "phone": ""},
        {"answer_by": "email", "email": ""},
        {"answer_by": "either", "phone": "01633 960123", "email": ""},
    ],
)
def test_the_database_refuses_nonsense(listing, facts):
    enquiry = send(listing)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(**facts)


# --- the end ---------------------------------------------------------------------------------------------


def at(day, hour=12):
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 6, date(2026, 5, 21)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 1, 1), 1, date(2026, 12, 1)),
        (date(2027, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, before):
    assert enquiries.months_before(day, months) == before


@pytest.mark.parametrize(("sent_on", "kept"), [(date(2026, 5, 20), False), (date(2026, 5, 21), True)])
def test_enquiries_go_six_months_after_sending_with_their_messages(listing, sent_on, kept):
    send(listing, at=at(sent_on))
    assert enquiries.purge(on=TODAY, by="job:tests") == (not kept)
    assert Enquiry.objects.exists() is kept
    assert Message.objects.exists() is kept


def test_how_long_they_are_kept_is_a_setting(listing, settings):
    settings.ENQUIRY_MONTHS = 1
    send(listing, at=at(date(2026, 10, 20)))
    assert enquiries.purge(on=TODAY, by="job:tests") == 1


@pytest.mark.parametrize(("days", "kept"), [(14, True), (15, False)])
def test_what_was_kept_aside_goes_after_fourteen_days(listing, days, kept):
    send(listing, hold="links", at=at(TODAY - timedelta(days=days)))
    enquiries.purge(on=TODAY, by="job:tests")
    assert Enquiry.objects.exists() is kept


def test_what_was_released_is_kept_as_long_as_others(listing):
    enquiry = send(listing, hold="links", at=at(TODAY - timedelta(days=13)))
    enquiries.release(enquiry, by=BY, on=TODAY)
    assert enquiries.purge(on=TODAY + timedelta(days=30), by="job:tests") == 0


def test_the_purge_says_how_many_and_a_second_one_does_nothing(listing):
    send(listing, at=at(date(2026, 1, 2)))
    send(listing, key="two", at=at(date(2026, 1, 3)))
    call_command("run_job", "purge-enquiries")
    call_command("run_job", "purge-enquiries")
    assert [event.data for event in events("enquiry.purged")] == [{"count": 2}]
    assert [run.counted for run in JobRun.objects.filter(name="purge-enquiries").order_by("pk")] == [2, 0]


def test_the_day_of_the_purge_is_londons(listing):
    with time_machine.travel("2026-07-01T23:30:00Z"):  # the 2nd here
        send(listing)
    assert enquiries.purge(on=date(2027, 1, 2), by="job:tests") == 0
    assert enquiries.purge(on=date(2027, 1, 3), by="job:tests") == 1


# --- released --------------------------------------------------------------------------------------------


def test_what_is_kept_aside_reaches_nobody_until_it_is_released(listing):
    enquiry = send(listing, hold="links")
    assert not Message.objects.exists()
    assert events("enquiry.held").get().data == {"listing": listing.pk, "reason": "links"}
    assert enquiries.release(enquiry, by=BY, on=TODAY)
    assert Message.objects.count() == 2
    assert events("enquiry.released").count() == 1


def test_a_second_release_changes_nothing(listing):
    enquiry = send(listing, hold="links")
    enquiries.release(enquiry, by=BY, on=TODAY)
    assert not enquiries.release(enquiry, by=BY, on=TODAY)
    assert Message.objects.count() == 2


def test_nothing_is_released_to_a_listing_that_is_not_live(listing):
    enquiry = send(listing, hold="links")
    hide(listing, suspended_at=timezone.now())
    with pytest.raises(enquiries.CannotSend, match="not live"):
        enquiries.release(enquiry, by=BY, on=TODAY)
    assert not Message.objects.exists()
