"""Spam is kept out of the enquiry form without puzzles, and no person's message is lost over it."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core import signing
from django.core.cache import cache
from django.utils import timezone

from audit.models import AuditEvent
from directory import enquiries, spam
from directory.enquiry_models import Enquiry
from directory.waiting import waiting
from notifications.models import Message
from tests.builders import BY, make_listing
from tests.enquiry_form import ADDRESS, FACTS, hide, opened, post

pytestmark = pytest.mark.django_db
LIST = "/admin/directory/enquiry/"


@pytest.fixture
def listing(today):
    return make_listing("Bryn Lewis", email="bryn@example.org")


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def summary(answer):
    return [error.get_text(strip=True) for error in soup(answer).select(".govuk-error-summary__list li")]


# --- the signed form and its time ------------------------------------------------------------------------


def test_a_form_sent_too_fast_comes_back_whole_and_goes_the_second_time(client, listing):
    token = soup(client.get(ADDRESS)).select_one("input[name=token]")["value"]
    answer = post(client, token=token)
    assert summary(answer) == ["That was very quick. Look through your message, then send it."]
    assert soup(answer).select_one("#id_what").get_text(strip=True) == "Company for my mother"
    again = soup(answer).select_one("input[name=token]")["value"]
    assert again == token
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        assert post(client, token=again).status_code == 302


def test_an_empty_form_sent_too_fast_says_only_what_is_missing(client, listing):
    answer = client.post(ADDRESS, {"token": soup(client.get(ADDRESS)).select_one("input[name=token]")["value"]})
    assert "That was very quick. Look through your message, then send it." not in summary(answer)
    assert "Enter your name" in summary(answer)


@pytest.mark.parametrize(
    "make",
    [
        lambda client: "",
        lambda client: "nonsense",
        lambda client: opened(client)[:-2] + "xx",
        lambda client: opened(client, "/carers/ann-price/contact/"),
        lambda client: signing.TimestampSigner(salt="other").sign("1.abc"),
    ],
    ids=["none", "nonsense", "changed", "another listing's", "another form's"],
)
def test_a_form_that_is_not_ours_comes_back_whole_with_a_token_that_is(client, listing, make):
    make_listing("Ann Price", email="ann@example.org")
    answer = client.post(ADDRESS, {**FACTS, "token": make(client)})
    assert summary(answer) == ["This page was open too long. Look through your message, then send it again."]
    assert soup(answer).select_one("#id_what").get_text(strip=True) == "Company for my mother"
    token = soup(answer).select_one("input[name=token]")["value"]
    with time_machine.travel(timezone.now() + timedelta(seconds=10)):
        assert post(client, token=token).status_code == 302


@pytest.mark.parametrize(("hours", "status"), [(23, 302), (25, 200)])
def test_a_form_may_lie_open_for_a_day(client, listing, hours, status):
    token = opened(client)
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert post(client, token=token).status_code == status


def test_a_form_needs_its_cookie(listing):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(ADDRESS, FACTS).status_code == 403


# --- what looks like spam --------------------------------------------------------------------------------


def test_the_trap_is_hidden_from_eyes_keyboards_and_readers(client, listing):
    field = soup(client.get(ADDRESS)).select_one("input[name=website]")
    assert (field["tabindex"], field["autocomplete"]) == ("-1", "off")
    around = field.find_parent(attrs={"aria-hidden": "true"})
    assert "govuk-visually-hidden" in around["class"]
    assert "Leave this empty" in around.get_text()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"website": "https://spam.example"}, "trap"),
        ({"what": "See https://a.example and http://b.example"}, "links"),
        ({"what": "See www.a.example", "when": "and www.b.example"}, "links"),
        ({"what": "<a href=x>cheap</a>"}, "links"),
        ({"what": "[url=x]cheap[/url]"}, "links"),
        ({"name": "https://a.example"}, "links"),
    ],
)
def test_what_looks_like_spam_is_kept_aside_and_gets_the_same_answer(client, listing, facts, reason):
    answer = post(client, **facts)
    enquiry = Enquiry.objects.get()
    assert answer["Location"] == f"{ADDRESS}{enquiry.reference}/"
    assert (enquiry.held_reason, enquiry.sent_at) == (reason, None)
    assert not Message.objects.exists()
    held = client.get(answer["Location"]).content
    usual = client.get(post(client, what="Something usual")["Location"]).content
    sent = Enquiry.objects.sent().get()
    assert held.replace(enquiry.reference.encode(), b"") == usual.replace(sent.reference.encode(), b"")


BY_PHONE = {"answer_by": "phone", "phone": "01633 960123", "email": ""}


@pytest.mark.parametrize(
    "what",
    [
        "My mother's page is https://mum.example",
        "Www is short for wow wow wow",
        "a < b",
        "£5/hour?",
        "See mum.example or write to ann@mum.example",
    ],
)
def test_what_people_write_goes(client, listing, what):
    post(client, what=what, **BY_PHONE)
    assert Enquiry.objects.sent().count() == 1


LINKED = [
    {"what": "My mother's page is https://mum.example"},
    {"what": "Look at //mum.example/now"},
    {"what": "Look at mum.example"},
    {"what": "Look at MUM.example/now"},
    {"what": "Write to ann@mum.example"},
    {"what": "мама.рф"},
    {"what": "mum。example"},
    {"when": "Mondays, see mum.example"},
    {"name": "win.example"},
]


@pytest.mark.parametrize("facts", LINKED, ids=lambda facts: next(iter(facts.values())))
def test_with_a_copy_to_whatever_address_was_typed_no_link_goes(client, listing, facts):
    answer = post(client, **facts)
    enquiry = Enquiry.objects.get()
    assert answer["Location"] == f"{ADDRESS}{enquiry.reference}/"
    assert (enquiry.held_reason, enquiry.sent_at) == ("links", None)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"what": "She needs help.Mum is 80. Between 9.30 and 10.15 a.m., e.g. shopping etc."},
        {"what": "Write to Margaret@example.org, or ring: 01633 960123"},
        {"name": "J.P.Hale"},
        {"name": "J.P.HALE"},
    ],
)
def test_a_space_left_out_and_ones_own_address_are_no_links(client, listing, facts):
    post(client, **facts)
    assert Enquiry.objects.sent().count() == 1


def test_the_copy_makes_a_link_of_nothing_that_a_stranger_typed(client, listing):
    post(client, what="She needs help.Mum is 80.", when="Mondays.Not Tuesdays", name="J.Hale")
    copy = Message.objects.get(key__endswith=":copy")
    for text in (copy.text, copy.html):
        assert "help. Mum is 80." in text
        assert "Mondays. Not Tuesdays" in text
        assert "J. Hale" in text
    assert "help.Mum" in Message.objects.get(key__endswith=":carer").text


def test_nothing_of_what_was_typed_is_in_the_subject_of_the_copy(client, listing):
    post(client, name="Winner Prize", what="Claim now", when="today")
    subject = Message.objects.get(key__endswith=":copy").subject
    assert subject == f"Your message to Bryn, reference {Enquiry.objects.get().reference}"


def test_what_was_held_for_a_link_can_be_sent_on_with_its_copy(client, listing, reader):
    post(client, what="Mum's page is mum.example")
    act(client, Enquiry.objects.kept_aside().get())
    assert Message.objects.count() == 2


# --- how often -------------------------------------------------------------------------------------------


def many(client, number, **facts):
    token = opened(client)
    return [post(client, token=token, what=f"Message {i}", **facts) for i in range(number)]


def test_the_eleventh_in_an_hour_from_one_address_is_turned_away_with_a_page(client, listing):
    answers = many(client, 11, email="", answer_by="phone", phone="01633 960123")
    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert soup(answers[-1]).h1.get_text(strip=True) == "Too many tries"
    assert answers[-1]["Retry-After"] == "3600"
    assert Enquiry.objects.count() == 10


def test_the_page_is_in_the_language_of_the_address(client, listing):
    many(client, 10)
    assert soup(post(client, f"/cy{ADDRESS}")).html["lang"] == "cy"


def test_an_hour_later_they_may_again(client, listing):
    many(client, 11)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert post(client).status_code == 302


def test_a_form_sent_twice_is_counted_once(client, listing):
    token = opened(client)
    assert {post(client, token=token).status_code for _ in range(15)} == {302}


def test_a_form_with_errors_is_not_counted(client, listing):
    for _ in range(15):
        post(client, name="")
    assert post(client).status_code == 302


def test_too_many_to_one_listing_wait_for_the_team_whoever_sends_them(client, listing, settings):
    settings.TRUSTED_PROXIES = 1
    token = opened(client)
    for i in range(21):
        post(
            client,
            token=token,
            what=f"Message {i}",
            email=f"m{i}@example.org",
            headers={"X-Forwarded-For": f"10.0.0.{i}"},
        )
    assert Enquiry.objects.sent().count() == 20
    assert Enquiry.objects.kept_aside().get().held_reason == "often"


def test_nobody_elses_mailbox_is_filled_with_copies(client, listing, settings):
    settings.TRUSTED_PROXIES = 1
    token = opened(client)
    for i in range(11):
        post(client, token=token, what=f"Message {i}", headers={"X-Forwarded-For": f"10.0.0.{i}"})
    assert Enquiry.objects.kept_aside().get().held_reason == "mailbox"


def test_a_cache_that_is_down_loses_nothing(client, listing, monkeypatch):
    def down(*args, **kwargs):
        raise ConnectionError("no cache")

    for name in ("add", "incr", "get_or_set"):
        monkeypatch.setattr(type(cache._connections[cache._alias]), name, down)
    assert {answer.status_code for answer in many(client, 12)} == {302}
    assert Enquiry.objects.sent().count() == 12


def test_no_address_is_kept_anywhere(client, listing):
    post(client, headers={"X-Forwarded-For": "203.0.113.9"})
    kept = repr(cache._connections[cache._alias]._cache) + repr(list(Enquiry.objects.values()))
    assert "127.0.0.1" not in kept
    assert "203.0.113.9" not in kept
    assert "margaret@example.org" not in repr(cache._connections[cache._alias]._cache)


def test_the_same_address_is_hidden_as_something_else_on_another_day(today):
    assert spam._hidden("127.0.0.1", today) == spam._hidden("127.0.0.1", today)
    assert spam._hidden("127.0.0.1", today) != spam._hidden("127.0.0.1", today + timedelta(days=1))


# --- the team --------------------------------------------------------------------------------------------


def held(listing, key="one", **facts):
    fields = {name: FACTS[name] for name in ("what", "when", "name", "answer_by", "phone", "email", "language")}
    return enquiries.send_enquiry(listing=listing, by=BY, form_key=key, hold="links", **{**fields, **facts})


def member(client, users, *permissions):
    user = users.objects.create_user("team@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


@pytest.fixture
def reader(client, django_user_model):
    return member(client, django_user_model, "view_enquiry", "read_enquiries")


def test_those_kept_aside_come_first_with_how_many(client, listing, reader):
    held(listing)
    held(listing, key="two")
    post(client)
    page = client.get(LIST)
    assert {one.held_reason for one in page.context["cl"].queryset} == {"links"}
    text = " ".join(soup(page).get_text().split())
    assert "Kept aside (2)" in text
    assert "Sent (1)" in text
    assert "All (3)" in text
    assert len(client.get(f"{LIST}?state=sent").context["cl"].queryset) == 1
    assert len(client.get(f"{LIST}?state=all").context["cl"].queryset) == 3


def test_what_it_says_is_for_those_who_may_read_it(client, listing, django_user_model):
    enquiry = held(listing, what="Something private")
    member(client, django_user_model, "view_enquiry")
    page = client.get(f"{LIST}{enquiry.pk}/change/").content.decode()
    assert enquiry.reference in page
    for word in ("Something private", "Margaret", "margaret@example.org", "Tuesdays"):
        assert word not in page


def test_readers_read_it_and_change_nothing(client, listing, reader):
    enquiry = held(listing, what="Something private")
    page = client.get(f"{LIST}{enquiry.pk}/change/").content.decode()
    assert "Something private" in page
    assert 'name="_save"' not in page
    assert client.post(f"{LIST}{enquiry.pk}/delete/", {"post": "yes"}).status_code == 403


def act(client, *found):
    return client.post(LIST, {"action": "looks_right", "_selected_action": [one.pk for one in found]}, follow=True)


def test_what_looks_right_is_sent_on(client, listing, reader):
    enquiry = held(listing)
    assert f"{enquiry.reference} goes to Bryn Lewis now." in act(client, enquiry).content.decode()
    assert Message.objects.count() == 2
    event = AuditEvent.objects.get(event="enquiry.released")
    assert (event.actor, event.actor_id) == ("user", reader.pk)


def test_what_cannot_be_sent_on_stays_and_says_why(client, listing, reader):
    enquiry = held(listing)
    hide(listing, suspended_at=timezone.now())
    assert "the listing is not live today" in act(client, enquiry).content.decode()
    assert not Message.objects.exists()


def test_whoever_may_not_read_them_may_not_send_them_on(client, listing, django_user_model):
    member(client, django_user_model, "view_enquiry")
    act(client, held(listing))
    assert not Message.objects.exists()


def test_the_teams_home_counts_what_is_kept_aside(listing, django_user_model, client, reader):
    held(listing)
    assert [(queue.what, queue.count) for queue in waiting(reader)] == [("Enquiries kept aside", 1)]
    assert waiting(django_user_model.objects.create_user("carer@example.org")) == []
