"""Somebody looking for help writes to a carer, as they would: with a slip, by keyboard, in Welsh, on a phone."""

import os
from pathlib import Path

import pytest

from accounts.models import User
from directory.enquiry_models import Enquiry
from directory.models import Listing
from directory.owners import set_owner
from notifications.models import Message
from tests.browser import EACH_ONCE, PHONE_IN_BOTH
from tests.builders import BY, make_listing
from tests.test_enquiries import send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("listing")]
PERSON_TYPES_FOR = 3500  # milliseconds: longer than a form that comes too fast


@pytest.fixture
def listing(today):
    return make_listing("Carys Pugh", email="carys@example.org", languages={"en": 4, "cy": 4}, phone="07700 900142")


def look(page, name):
    """Keeps a picture where SCREENSHOTS says so."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fill(page, **facts):
    page.fill("[name=what]", facts.get("what", "Company for my mother in the afternoons"))
    page.fill("[name=when]", "Tuesdays and Thursdays")
    page.fill("[name=name]", "Margaret Hale")


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window."""

    def check(page, name):
        page.wait_for_selector(".govuk-frontend-supported")
        look(page, name)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    return check


WORDS = {
    "en": ("", "Send Carys a message", "There is a problem", "Message sent"),
    "cy": ("/cy", "Anfon neges at Carys", "Mae problem", "Neges wedi’i hanfon"),
}


@pytest.mark.parametrize(("language", "width"), PHONE_IN_BOTH)
def test_from_the_profile_with_a_slip_to_the_reference(browser_page, sound, width, language):
    prefix, button, problem, sent = WORDS[language]
    page = browser_page(width=width)
    page.goto(f"{prefix}/carers/carys-pugh/")
    look(page, f"profile-{language}-{width}")
    press(page, f"text={button}")
    sound(page, f"form-{language}-{width}")
    fill(page)
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    assert problem in page.locator(".govuk-error-summary__title").inner_text()
    assert page.locator(".govuk-error-summary").evaluate("it => it === document.activeElement")
    assert page.input_value("[name=what]") == "Company for my mother in the afternoons"
    sound(page, f"errors-{language}-{width}")
    page.check("[name=answer_by][value=either]")
    page.fill("[name=phone]", "01633 960123")
    page.fill("[name=email]", "margaret@example.org")
    page.check("[name=consent]")
    press(page, "button[name=send]")
    assert page.inner_text("h1") == sent
    enquiry = Enquiry.objects.get()
    assert enquiry.reference in page.inner_text("main")
    assert enquiry.language == language
    sound(page, f"sent-{language}-{width}")
    assert Message.objects.count() == 2


def test_all_of_it_by_keyboard(browser_page):
    page = browser_page(width=1280)
    page.goto("/carers/carys-pugh/contact/")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if name := page.evaluate("document.activeElement.name || ''"):
            seen.append(name)
        if name == "send":
            break
    assert list(dict.fromkeys(seen)) == [
        "what",
        "when",
        "name",
        "answer_by",
        "phone",
        "email",
        "language",
        "consent",
        "send",
    ]


def test_without_scripts_it_works_as_well(without_javascript):
    page = without_javascript(width=320)
    page.goto("/carers/carys-pugh/contact/")
    fill(page)
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    page.check("[name=answer_by][value=phone]")
    page.fill("[name=phone]", "01633 960123")
    page.check("[name=consent]")
    press(page, "button[name=send]")
    assert page.inner_text("h1") == "Message sent"
    assert Enquiry.objects.sent().count() == 1


def test_changing_the_language_half_way_keeps_what_was_typed(browser_page):
    page = browser_page(width=1280)
    page.goto("/carers/carys-pugh/contact/")
    fill(page)
    page.check("[name=consent]")
    press(page, "text=Cymraeg >> nth=0")
    assert page.inner_text("h1") == "Anfon neges at Carys"
    assert page.url.endswith("/cy/carers/carys-pugh/contact/")
    assert page.input_value("[name=what]") == "Company for my mother in the afternoons"
    assert page.is_checked("[name=consent]")
    assert not page.locator(".govuk-error-summary").count()


@pytest.fixture
def carys(client, listing):
    """The listing's owner, signed in."""
    user = User.objects.create_user("carys@example.org", language="cy")
    set_owner(listing, by=BY, owner=user)
    client.force_login(user)
    return client.cookies["sessionid"].value


@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_the_carer_reads_it_and_marks_it(browser_page, live_server, sound, carys, width, language):  # noqa: PLR0917
    page, listing, prefix = browser_page(width=width), Listing.objects.get(), WORDS[language][0]
    page.context.add_cookies([{"name": "sessionid", "value": carys, "url": live_server.url}])
    page.goto(f"{prefix}/my/enquiries/")
    sound(page, f"my-none-{language}-{width}")
    send(listing)
    send(listing, key="two", name="Tom Okafor", answer_by="either", phone="07700 900145", language="cy")
    page.goto(f"{prefix}/my/enquiries/")
    press(page, "text=Tom Okafor")
    sound(page, f"my-one-{language}-{width}")
    press(page, "button.govuk-button")
    assert Enquiry.objects.get(name="Tom Okafor").answered_at
    page.goto(f"{prefix}/my/enquiries/")
    sound(page, f"my-{language}-{width}")
