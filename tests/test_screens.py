"""What a stylesheet promises, seen in a browser: hidden things, small screens, large letters, paper."""

import pytest

from content import seeds
from content.models import Page
from tests.builders import TODAY, make_listing

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_hidden_is_not_seen(browser_page):
    """A passkey's trouble shows only once there is one."""
    page = browser_page()
    page.goto("/accounts/login/")
    hidden = page.locator("[hidden]")
    assert page.locator("[data-passkey-trouble][hidden]").count() == 1
    assert not [it.evaluate("it => it.outerHTML") for it in hidden.all() if it.is_visible()]


@pytest.fixture
def pages(usk, time_machine):
    """A carer and the site's own pages, on a Saturday in November."""
    time_machine.move_to(f"{TODAY.isoformat()}T10:30:00Z", tick=True)
    make_listing("Carys Pugh", offers=["chat"], works=1, phone="01632 960142", website="https://carys.example.org")
    for slug in Page.Slug.values:
        seeds.page(slug, on=TODAY).save()


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


LONG = "a" * 500


@pytest.mark.parametrize(
    "address", ["/cookies/", f"/find/?place=usk&q={LONG}", f"/find/?place={LONG}", f"/find/?place=usk&pay={LONG}"]
)
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_nothing_long_makes_a_phone_scroll_sideways(browser_page, axe, pages, prefix, address):
    page = browser_page(320)
    page.goto(prefix + address)
    assert width_of(page) <= 320
    assert axe(page) == []
