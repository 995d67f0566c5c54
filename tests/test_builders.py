"""The test house itself: the builders make live listings, the network is off, the browser reaches the server."""

import urllib.request

import pytest

from directory.models import Listing
from tests.builders import TODAY, make_listing


def test_a_built_listing_is_live_on_the_day(db):
    listing = make_listing(offers=["companionship"])
    assert list(Listing.objects.live(on=TODAY)) == [listing]


def test_a_built_listing_can_be_unpublished(db):
    make_listing(published=False)
    assert not Listing.objects.live(on=TODAY).exists()


def test_no_test_reaches_beyond_this_machine():
    with pytest.raises(AssertionError, match="tried to reach"):
        urllib.request.urlopen("http://198.51.100.7/")


def test_the_day_is_set_for_the_request(today, rf):
    from microcare.middleware import Today

    request = rf.get("/")
    Today(lambda request: request)(request)
    assert request.today == today


def test_a_browser_reaches_the_live_server_and_its_database(browser_page, live_server, today):
    listing = make_listing("Bryn Lewis")
    page = browser_page()
    page.goto(listing.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == "Bryn Lewis"
