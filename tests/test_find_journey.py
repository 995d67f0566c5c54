"""Finding somebody, as a person does it: by mouse or thumb, without scripts, by keyboard, in both languages."""

import pytest
from playwright.sync_api import expect

from content import seeds
from content.models import Page
from directory.models import BANDS, cell
from tests.browser import EACH_ONCE, PREFIX
from tests.builders import TODAY, make_listing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("live_today")]
MORNINGS = sum(cell(day, BANDS.index("morning")) for day in range(7))
CHECK = {"what_en": "Public liability insurance", "what_cy": "Yswiriant", "seen_on": TODAY, "next_due": TODAY}


@pytest.fixture
def live_today(usk, time_machine):
    """The live server's own day, since its thread reads the clock too."""
    time_machine.move_to(f"{TODAY.isoformat()}T10:30:00Z", tick=True)
    make_listing("Carys Pugh", offers=["chat"], works=MORNINGS, space=MORNINGS, phone="01632 960142", checks=[CHECK])
    make_listing("Bryn Lewis", offers=["mowing"], works=MORNINGS, phone="01632 960143")
    make_listing("Nadia Rahman", offers=["chat"], phone="01632 960144", base="abergavenny", miles=2)
    for slug in Page.Slug.values:
        seeds.page(slug, on=TODAY).save()


def found(page, *names):
    """Waits until the results are these."""
    expect(page.locator(".results__list > .cards .card__name")).to_have_text(list(names))


@pytest.mark.parametrize(("width", "scripts"), [(1280, True), (320, True), (320, False)])
def test_from_the_front_door_to_the_telephone_number_and_the_same_page_in_welsh(
    browser_page, without_javascript, width, scripts
):
    page = browser_page(width) if scripts else without_javascript(width)
    page.goto("/")
    page.get_by_label("What help do you need?").fill("compny")
    page.get_by_label("Postcode or town").fill("np151ad")
    page.get_by_role("button", name="Find micro carers").click()
    expect(page.locator("h1")).to_have_text("1 micro carer who covers NP15 1AD")
    if width == 320:
        page.locator(".filters__more > summary").click()
    page.locator("#time-morning").check()
    page.get_by_role("button", name="Apply filters").click()
    found(page, "Carys Pugh")
    page.get_by_role("link", name="Carys Pugh").first.click()
    expect(page.locator("a[href='tel:+441632960142']").first).to_be_visible()
    address = page.url
    page.get_by_role("link", name="Cymraeg").click()
    expect(page).to_have_url(address.replace("/carers/", "/cy/carers/"))
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator("h1")).to_have_text("Carys Pugh")
    page.locator(".govuk-back-link").click()
    page.wait_for_url("**/cy/find/**")
    found(page, "Carys Pugh")


def test_by_keyboard_alone(browser_page, tab_to):
    page = browser_page()
    page.goto("/find/")
    tab_to(page, "#q")
    page.keyboard.type("gardening")
    tab_to(page, "#place")
    page.keyboard.type("Usk")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find/?*")
    found(page, "Bryn Lewis")
    link = tab_to(page, ".card__name a")
    assert link.evaluate("element => getComputedStyle(element).backgroundColor") == "rgb(255, 221, 0)"
    page.keyboard.press("Enter")
    page.wait_for_url("**/carers/bryn-lewis/**")


def test_a_wrong_place_takes_the_focus_to_the_problem_and_its_link_to_the_field(browser_page):
    page = browser_page(320)
    page.goto("/find/?place=Abergaveny+Xx&q=company")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#place")).to_be_focused()
    expect(page.locator("#q")).to_have_value("company")


@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(browser_page, axe, language, width):
    page, prefix = browser_page(width), PREFIX[language]
    for address in (
        "/",
        "/find/?place=usk",
        "/find/?place=usk&need=companionship&time=morning",
        "/find/?place=usk&need=hoisting",
        "/find/?place=Nowhere+At+All",
        "/carers/nobody-at-all/",
        "/about/",
        "/contact/",
    ):
        page.goto(prefix + address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
