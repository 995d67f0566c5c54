"""A carer says how much space there is and pauses their page; it is public at once, and the page says what is."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import User
from audit.models import AuditEvent
from directory import services
from directory.days import as_typed
from directory.models import Listing
from onboarding import journey
from onboarding.models import Carer
from tests.builders import BY, TODAY, make_listing
from tests.paper_builders import typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)
PAGE = "/my/space/"


@pytest.fixture
def listing(client):
    owner = User.objects.create_user("bryn@example.org")
    listing = make_listing("Bryn Lewis", owner=owner, confirmed_on=TODAY - 40 * DAY, capacity="full")
    Carer.objects.create(name="Bryn Lewis", owner=owner, listing=listing)
    client.force_login(owner)
    return listing


def say(client, **said):
    return client.post(PAGE, {"say": "1", **said}, follow=True)


def pause(client, until):
    return client.post(PAGE, {"pause": "1", **typed(until=until)}, follow=True)


def fresh():
    return Listing.objects.get()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"capacity": "space", "hours_free": "6"}, ("space", 6, None, None)),
        ({"capacity": "space", "hours_free": ""}, ("space", None, None, None)),
        ({"capacity": "waiting", "waiting_weeks": "4"}, ("waiting", None, 4, None)),
        ({"capacity": "full"}, ("full", None, None, None)),
        ({"capacity": "from", **typed(space_from=date(2027, 1, 4))}, ("from", None, None, date(2027, 1, 4))),
        ({"capacity": "full", "hours_free": "6", "waiting_weeks": "4"}, ("full", None, None, None)),
    ],
)
def test_what_is_said_is_public_at_once(client, listing, said, kept):
    say(client, **said)
    now = fresh()
    assert (now.capacity, now.hours_free, now.waiting_weeks, now.space_from) == kept
    assert now.capacity_confirmed_on == TODAY


def test_the_page_says_what_the_public_sees(client, listing):
    assert "Not confirmed" in client.get(PAGE).content.decode()
    page = say(client, capacity="waiting", waiting_weeks="4").content.decode()
    assert "About 4 weeks" in page
    assert "Your space is changed" in page


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, "Choose how much space you have"),
        ({"capacity": "plenty"}, "Choose how much space you have"),
        ({"capacity": "space", "hours_free": "169"}, "Enter a whole number of hours from 0 to 168"),
        ({"capacity": "space", "hours_free": "-1"}, "Enter a whole number of hours from 0 to 168"),
        ({"capacity": "space", "hours_free": "six"}, "Enter a whole number of hours from 0 to 168"),
        ({"capacity": "waiting", "waiting_weeks": "1e9"}, "Enter a whole number of weeks from 0 to 104"),
        ({"capacity": "from"}, "Enter the day from which you have space"),
        ({"capacity": "from", **typed(space_from=TODAY)}, "Enter a day after today"),
        ({"capacity": "from", **typed(space_from=TODAY + 400 * DAY)}, "Enter a day within a year"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(client, listing, said, error):
    page = say(client, **said).content.decode()
    assert error in page
    assert "<title>Error: " in page
    assert fresh().capacity_confirmed_on == TODAY - 40 * DAY


def test_what_was_typed_stays(client, listing):
    assert 'value="six"' in say(client, capacity="space", hours_free="six").content.decode()


HOURS, UNTIL = {"capacity": "space", "hours_free": "6"}, typed(until=TODAY + 14 * DAY)


def boxes(page):
    """What stands in the page's boxes."""
    found = BeautifulSoup(page.content, "html.parser")
    chosen = found.select_one("input[name=capacity][checked]")
    texts = {box["name"]: box.get("value", "") for box in found.select("main input[type=text]")}
    return {**texts, "capacity": chosen and chosen["value"]}


@pytest.mark.parametrize("until", [UNTIL, typed(until=TODAY)], ids=["paused", "wrong"])
def test_what_was_typed_of_space_is_still_there_after_a_pause_and_is_not_said(client, listing, until):
    page = client.post(PAGE, {"pause": "1", **HOURS, **until})
    assert boxes(page).items() >= HOURS.items()
    assert fresh().capacity == "full"
    assert bool(fresh().paused_until) == ("is not sent" in page.content.decode()) == (until == UNTIL)


@pytest.mark.parametrize("hours", ["6", "six"])
def test_what_was_typed_of_a_pause_is_still_there_after_space_is_said_and_nothing_is_paused(client, listing, hours):
    page = client.post(PAGE, {"say": "1", **HOURS, "hours_free": hours, **UNTIL})
    assert boxes(page).items() >= UNTIL.items()
    assert "There is a problem" not in page.content.decode() or hours == "six"
    assert fresh().paused_until is None
    assert (fresh().capacity == "space") == (hours == "6")


def test_ending_a_pause_keeps_both(client, listing):
    services.pause(listing, by=BY, until=TODAY + 14 * DAY, on=TODAY)
    assert boxes(client.post(PAGE, {"resume": "1", **HOURS, **UNTIL})).items() >= {**HOURS, **UNTIL}.items()
    assert (fresh().paused_until, fresh().capacity) == (None, "full")


def test_where_nothing_else_was_typed_the_page_is_opened_anew(client, listing):
    as_it_stands = {"capacity": "full", "hours_free": "", "waiting_weeks": "", **as_typed("until", None)}
    assert client.post(PAGE, {"say": "1", **as_it_stands}).status_code == 302
    assert client.post(PAGE, {"pause": "1", **as_it_stands, **UNTIL}).status_code == 302


def test_a_pause_hides_the_page_until_its_day(client, listing):
    page = pause(client, TODAY + 14 * DAY).content.decode()
    assert fresh().paused_until == TODAY + 14 * DAY
    assert "This listing is paused" in page
    assert Client().get(listing.get_absolute_url()).status_code == 404


def test_a_pause_can_be_ended_before_its_day(client, listing):
    services.pause(listing, by=BY, until=TODAY + 14 * DAY, on=TODAY)
    client.post(PAGE, {"resume": "1"})
    assert fresh().paused_until is None
    assert Client().get(listing.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("until", "error"), [(TODAY, "Choose a day after today."), (TODAY + 367 * DAY, "Choose a day within a year.")]
)
def test_a_pause_ends_on_a_day_to_come_within_a_year(client, listing, until, error):
    assert error in pause(client, until).content.decode()
    assert fresh().paused_until is None


def test_whoever_did_it_stands_in_the_audit(client, listing):
    say(client, capacity="full")
    assert AuditEvent.objects.latest("pk").actor_id == listing.owner_id


def test_before_a_page_is_approved_there_is_no_space_to_speak_of(client):
    owner = User.objects.create_user("nia@example.org")
    journey.start(by=BY, owner=owner, name="Nia Pugh", first_name="Nia")
    client.force_login(owner)
    assert "Once your page is approved" in client.get(PAGE).content.decode()
    assert say(client, capacity="space").status_code == 200


def test_of_a_listing_that_ended_nothing_is_changed(client, listing):
    services.end(listing, by=BY)
    say(client, capacity="space")
    assert fresh().capacity == "full"


def test_in_welsh(client, listing):
    page = client.post("/cy" + PAGE, {"say": "1", "capacity": "waiting", "waiting_weeks": "2"}, follow=True)
    assert "Mae’ch lle wedi’i newid." in page.content.decode()


@pytest.mark.parametrize(
    "path", ["/my/more/", "/my/buddy/", "/my/library/", "/my/data/", "/my/leave/", "/cy/my/leave/"]
)
def test_the_navigation_says_that_a_page_is_one_of_more(client, listing, path):
    page = client.get(path).content.decode()
    assert "/my/more/" in page.partition('aria-current="page"')[0].rpartition("href=")[2]
