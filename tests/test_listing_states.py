"""What an address answers on a day: the page, “paused” without a reason, gone, or nothing at all."""

from datetime import timedelta

import pytest
import time_machine

from directory import services
from directory.models import Listing
from tests.builders import BY, TODAY, make_listing

HIDDEN = {
    "paused": lambda listing: services.pause(listing, by=BY, until=TODAY + timedelta(days=1), on=TODAY),
    "suspended": lambda listing: services.suspend(listing, by=BY),
    "lapsed": lambda listing: services.set_checked(
        listing, by=BY, stretch=(TODAY - timedelta(days=9), TODAY - timedelta(days=1)), services={}, checks=[]
    ),
    "not yet checked": lambda listing: services.set_checked(
        listing, by=BY, stretch=(TODAY + timedelta(days=1), TODAY + timedelta(days=9)), services={}, checks=[]
    ),
    "without checks": lambda listing: services.set_checked(listing, by=BY, stretch=None, services={}, checks=[]),
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(today):
    return make_listing("Bryn Lewis")


def test_a_live_listing_has_a_page(client, listing):
    answer = client.get("/carers/bryn-lewis/")
    assert answer.status_code == 200
    assert b"Bryn Lewis" in answer.content


@pytest.mark.parametrize("reason", HIDDEN)
def test_a_hidden_listing_says_paused_and_not_whose_or_why(client, listing, reason):
    HIDDEN[reason](listing)
    answer = client.get("/carers/bryn-lewis/")
    assert answer.status_code == 404
    assert b"This listing is paused" in answer.content
    assert b"Bryn Lewis" not in answer.content
    assert reason.encode() not in answer.content.replace(b"This listing is paused", b"")


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_every_reason_gives_the_same_answer_to_the_byte(client, listing, prefix):
    answers = []
    for hide in HIDDEN.values():
        Listing.objects.update(paused_until=None, suspended_at=None)
        hide(listing)
        answer = client.get(f"{prefix}/carers/bryn-lewis/")
        headers = {name: value for name, value in answer.headers.items() if name != "Date"}
        answers.append((answer.status_code, headers, answer.content))
    assert answers[0][0] == 404
    assert [answer for answer in answers if answer != answers[0]] == []


def test_the_paused_page_offers_the_team_and_the_search(client, listing):
    services.suspend(listing, by=BY)
    page = client.get("/carers/bryn-lewis/").content.decode()
    assert 'href="tel:+441632960118"' in page
    assert 'href="/find/"' in page


def test_an_ended_listing_is_gone_whatever_else_is_true(client, listing):
    services.suspend(listing, by=BY)
    services.end(listing, by=BY)
    answer = client.get("/carers/bryn-lewis/")
    assert answer.status_code == 410
    assert b"This listing has gone" in answer.content
    assert b"Bryn Lewis" not in answer.content


def test_a_draft_answers_as_an_address_that_never_was(client, today):
    make_listing("Ann Price", published=False)
    draft, unknown = client.get("/carers/ann-price/"), client.get("/carers/zoe-price/")
    assert draft.status_code == unknown.status_code == 404
    assert b"paused" not in draft.content
    assert draft.content.replace(b"ann-price", b"zoe-price") == unknown.content


def test_a_draft_that_was_ended_answers_so_too(client, today):
    services.end(make_listing("Ann Price", published=False), by=BY)
    answer = client.get("/carers/ann-price/")
    assert answer.status_code == 404
    assert b"has gone" not in answer.content


@pytest.mark.parametrize(("days", "status"), [(-1, 404), (0, 200), (9, 200), (10, 404)])
def test_a_listing_shows_from_its_first_checked_day_to_its_last(client, today, days, status):
    make_listing("Bryn Lewis", checked_from=TODAY, checked_until=TODAY + timedelta(days=9))
    with time_machine.travel(f"{TODAY + timedelta(days=days)}T12:00:00Z"):
        assert client.get("/carers/bryn-lewis/").status_code == status


@pytest.mark.parametrize(("days", "status"), [(6, 404), (7, 200)])
def test_a_pause_ends_by_itself_on_its_day(client, listing, days, status):
    services.pause(listing, by=BY, until=TODAY + timedelta(days=7), on=TODAY)
    with time_machine.travel(f"{TODAY + timedelta(days=days)}T12:00:00Z"):
        assert client.get("/carers/bryn-lewis/").status_code == status


def test_the_day_changes_at_midnight_in_london_not_in_greenwich(client):
    with time_machine.travel("2027-07-01T12:00:00Z"):
        last = TODAY.replace(year=2027, month=7, day=1)
        make_listing("Bryn Lewis", checked_from=TODAY, checked_until=last)
    with time_machine.travel("2027-07-01T22:59:00Z"):
        assert client.get("/carers/bryn-lewis/").status_code == 200
    with time_machine.travel("2027-07-01T23:01:00Z"):
        assert client.get("/carers/bryn-lewis/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_only_for_reading(client, listing, method):
    assert getattr(client, method)("/carers/bryn-lewis/").status_code == 405
