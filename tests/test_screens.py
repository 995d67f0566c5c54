"""What a stylesheet promises, seen in a browser: hidden things, small screens, large letters, paper."""

import pytest

from accounts.models import User
from content import seeds
from content.models import Page
from onboarding import journey
from tests.builders import BY, TODAY, make_listing

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


PAPER = 703


def test_results_on_paper_say_whom_to_ring_and_leave_out_what_only_a_screen_can_do(browser_page, pages):
    page = browser_page(PAPER)
    page.goto("/find/?place=usk")
    assert not page.get_by_text("01632 960142").is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("01632 960142").is_visible()
    for left_out in (".sortbar", ".filters", ".map-details", ".card .pin"):
        assert not page.locator(left_out).first.is_visible(), left_out
    address = "getComputedStyle(document.querySelector('.card__name a'), '::after').content"
    assert page.evaluate(address) == "none"
    assert width_of(page) <= PAPER


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_letters_twice_as_large_fit_a_phone(browser_page, pages, prefix):
    page = browser_page(390)
    for address in ("/", "/find/?place=usk&time=early", "/carers/carys-pugh/", "/become/", "/contact/"):
        page.goto(prefix + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert width_of(page) <= 390, address


@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_no_word_breaks_in_the_week_on_a_small_phone(browser_page, pages, prefix):
    page = browser_page(320)
    page.goto(f"{prefix}/carers/carys-pugh/")
    page.evaluate("document.querySelectorAll('.av th').forEach(it => it.style.overflowWrap = 'normal')")
    wider = "heads => heads.filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent)"
    assert page.locator(".av tbody th").evaluate_all(wider) == []


@pytest.fixture
def hers(client, live_server, pages):
    """`hers(page)`: the browser is that of a carer who is signed in."""
    owner = User.objects.create_user("carys@example.org")
    client.force_login(journey.start(by=BY, name="Carys Pugh", first_name="Carys", owner=owner).owner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}

    def sign_in(page):
        page.context.add_cookies([cookie])
        return page

    return sign_in


def seen(page):
    return page.locator(".own-navigation a:visible").all_inner_texts()


def test_a_carers_own_pages_are_one_line_on_a_phone_that_opens_as_a_menu(browser_page, axe, hers):
    page = hers(browser_page(320))
    page.goto("/my/training/")
    button = page.get_by_role("button", name="Your pages: Training")
    button.wait_for()
    assert page.locator(".own-navigation").bounding_box()["height"] < 50
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert (seen(page)[0], seen(page)[-1]) == ("Tasks", "Sign out")
    assert axe(page) == []
    wide = hers(browser_page())
    wide.goto("/my/training/")
    assert len(seen(wide)) == len(seen(page))


def test_without_scripts_a_phone_shows_what_is_needed_often_and_where_they_are(without_javascript, hers):
    page = hers(without_javascript(320))
    page.goto("/my/training/")
    assert seen(page) == ["Tasks", "Your listing", "Training", "Enquiries", "Space", "More"]
    page.click("text=More")
    assert {"Training", "Help from the team", "Account", "Sign out"} <= set(page.locator("main a").all_inner_texts())
