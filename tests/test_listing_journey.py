"""A carer writes their listing on a phone, in either language, with and without scripts, sends it, and changes it."""

import io
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from directory import basemap
from directory.models import Listing
from files.models import Photo
from onboarding import listings
from onboarding.models import ListingChange, ListingDraft
from tests.browser import PHONE_IN_BOTH
from tests.listing_pages import approved, begun, officer

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {
    "en": ("", "Check your answers and send", "Sent to the team", "This is a preview."),
    "cy": ("/cy", "Gwirio eich atebion ac anfon", "Wedi’i anfon at y tîm", "Rhagolwg yw hwn."),
}


@pytest.fixture
def carer(today, client):
    carer = begun()
    basemap.build()
    client.force_login(carer.owner)
    return carer


@pytest.fixture
def sign_in(client, live_server):
    def signed(page):
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return signed


def look(page, name):
    """Keeps a picture where SCREENSHOTS says so."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"listing-{name}.png", full_page=True)


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window."""

    def check(page, name):
        look(page, name)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    return check


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def save(page):
    press(page, "button[name=save]")


def portrait(folder):
    path = folder / "me.png"
    image = Image.new("RGB", (600, 900), "teal")
    image.paste("orange", (0, 600, 600, 900))
    image.save(path)
    return path


def write_all(page, prefix, folder, check):
    """Every step, as somebody would go through them."""
    page.goto(f"{prefix}/my/listing/")
    check("overview")
    press(page, ".govuk-task-list__link >> nth=0")
    page.fill("[name=first_name]", "Bryn")
    page.fill("[name=intro_en]", "I help you stay at home.")
    page.fill("[name=intro_cy]", "Rwy’n eich helpu i aros gartref.")
    page.fill("[name=about_en]", "I have worked in care for ten years.")
    check("words")
    save(page)
    page.set_input_files("[name=photo]", portrait(folder))
    check("photo")
    save(page)
    check("photo-chosen")
    press(page, "a.govuk-button")
    page.select_option("[name=place]", "usk")
    page.fill("[name=miles]", "7")
    check("where")
    save(page)
    page.check("[name=services][value=walks]")
    check("services")
    save(page)
    page.check("[name=groups][value=older-people]")
    page.select_option("[name=level-cy]", "4")
    check("who")
    save(page)
    mark_the_week(page)
    check("when")
    save(page)
    page.check("[name=capacity][value=space]")
    page.fill("[name=hours_free]", "6")
    check("space")
    save(page)
    page.fill("[name=price_hour]", "22")
    page.fill("[name=price_weekend_hour]", "25")
    page.check("[name=payments][value=direct-payments]")
    check("prices")
    save(page)
    page.fill("[name=phone]", "01633 960123")
    check("contact")
    save(page)


def mark_the_week(page):
    """Monday morning has space, Monday at lunchtime is worked."""
    buttons = page.locator(".slot__button")
    if buttons.count():
        buttons.nth(1).click()
        buttons.nth(1).click()
        buttons.nth(2).click()
    else:
        page.check("[name=space][value=mon-morning]")
        page.check("[name=works][value=mon-lunchtime]")


def send(page, words, check):
    press(page, f"text={words[1]}")
    check("check")
    press(page, "main form button")
    assert page.inner_text("h1") == words[2]
    check("sent")


def facts():
    return ListingDraft.objects.get().facts


@pytest.mark.parametrize(("language", "width"), PHONE_IN_BOTH)
def test_written_looked_at_sent_and_changed(browser_page, sign_in, carer, sound, tmp_path, language, width):  # noqa: PLR0917
    words = WORDS[language]
    page = sign_in(browser_page(width=width))
    write_all(page, words[0], tmp_path, lambda name: sound(page, f"{name}-{language}-{width}"))
    assert (facts()["works"].bit_count(), facts()["space"].bit_count()) == (2, 1)
    page.goto(f"{words[0]}/my/listing/preview/")
    assert words[3] in page.inner_text(".preview")
    sound(page, f"preview-{language}-{width}")
    page.goto(f"{words[0]}/my/listing/")
    send(page, words, lambda name: sound(page, f"{name}-{language}-{width}"))
    listings.approve(ListingChange.objects.get(), by=officer())
    page.goto(f"{words[0]}/my/listing/where/")
    page.fill("[name=miles]", "9")
    save(page)
    page.goto(f"{words[0]}/my/listing/words/")
    page.fill("[name=name]", "Bryn Morgan")
    save(page)
    page.goto(f"{words[0]}/my/listing/")
    sound(page, f"changed-{language}-{width}")
    send(page, words, lambda name: sound(page, f"{name}-again-{language}-{width}"))
    listing = Listing.objects.get()
    assert (listing.miles, listing.name) == (9, "Bryn Lewis")
    page.goto(f"{words[0]}/my/listing/")
    sound(page, f"waits-{language}-{width}")


@pytest.mark.parametrize("language", WORDS)
def test_without_scripts_it_works_as_well(without_javascript, sign_in, carer, tmp_path, language):
    words = WORDS[language]
    page = sign_in(without_javascript(width=320))
    write_all(page, words[0], tmp_path, lambda name: look(page, f"{name}-plain-{language}"))
    assert (facts()["works"].bit_count(), facts()["space"].bit_count()) == (2, 1)
    page.goto(f"{words[0]}/my/listing/where/")
    page.fill("[name=miles]", "3")
    press(page, "button[name=show]")
    assert page.locator("[data-shown] svg").count() == 1
    assert facts()["miles"] == 7
    page.goto(f"{words[0]}/my/listing/")
    send(page, words, lambda name: look(page, f"{name}-plain-{language}"))
    assert ListingChange.objects.get().is_waiting


def test_errors_stand_at_their_fields(browser_page, sign_in, carer, sound):
    page = sign_in(browser_page(width=320))
    for slug, name, typed in (("where", "miles", "900"), ("prices", "price_hour", "-1"), ("contact", "phone", "12")):
        page.goto(f"/my/listing/{slug}/")
        page.fill(f"[name={name}]", typed)
        save(page)
        assert page.locator(".govuk-error-summary").evaluate("it => it === document.activeElement")
        assert page.input_value(f"[name={name}]") == typed
        sound(page, f"error-{slug}")
    page.goto("/my/listing/services/")
    page.uncheck("[name=services][value=chat]")
    save(page)
    sound(page, "error-services")


def test_the_map_and_the_week_are_drawn_while_they_are_typed(browser_page, sign_in, carer):
    page = sign_in(browser_page(width=1280))
    page.goto("/my/listing/where/")
    assert page.locator("[data-shown] svg").count() == 0
    page.select_option("[name=place]", "chepstow")
    page.wait_for_selector("[data-shown] svg")
    assert "Chepstow and 5 miles" in page.inner_html("[data-shown]")
    page.fill("[name=miles]", "2")
    page.wait_for_selector("text=Chepstow and 2 miles", state="attached")
    assert page.locator("[name=show]").is_hidden()
    page.goto("/my/listing/prices/")
    page.fill("[name=price_hour]", "20")
    page.wait_for_selector("text=cost £80.")
    assert not ListingDraft.objects.exists()


def test_the_square_of_a_photo_is_moved(browser_page, sign_in, carer, sound, tmp_path):
    page = sign_in(browser_page(width=320))
    page.goto("/my/listing/photo/")
    page.set_input_files("[name=photo]", portrait(tmp_path))
    page.focus(".crop__slider")
    page.keyboard.press("End")
    sound(page, "photo-crop")
    save(page)
    photo = Photo.objects.get()
    with open_photo(photo) as file:
        assert Image.open(io.BytesIO(file.read())).convert("RGB").getpixel((224, 440))[0] > 200


def open_photo(photo):
    return default_storage.open(photo.path(448, "jpg"))


def test_the_week_by_keyboard(browser_page, sign_in, carer, tab_to):
    page = sign_in(browser_page(width=1280))
    page.goto("/my/listing/when/")
    tab_to(page, ".slot__button")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Tuesday, Early: I work, and have space"
    save(page)
    assert (facts()["works"], facts()["space"]) == (3, 2)


def test_two_windows(browser_page, sign_in, carer, sound):
    approved(carer)
    first, second = (sign_in(browser_page(width=320)) for _ in range(2))
    for page in (first, second):
        page.goto("/my/listing/contact/")
    first.fill("[name=phone]", "01633 960111")
    save(first)
    second.fill("[name=phone]", "01633 960222")
    save(second)
    assert "01633 960111" in second.inner_text("main")
    sound(second, "both")
    save(second)
    assert facts()["phone"] == "01633 960222"
