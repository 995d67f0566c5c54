"""A carer finds training on a phone, books it, comes, and the task is done; the team marks who came."""

import os
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from onboarding import journey, training
from onboarding.models import Booking
from tests.browser import EACH_ONCE
from tests.builders import BY
from tests.team_builders import member
from tests.training_builders import STARTS, carer, person, session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]
AFTER = "2026-12-01T14:00:00Z"
WIDTHS = (320, 1280)


@pytest.fixture
def sign_in(live_server):
    def enter(page, user):
        client = Client()
        with transaction.atomic():  # the second factor that the team comes with is in the audit
            client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return enter


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window; kept as a picture where SCREENSHOTS says."""

    def check(page, name):
        page.wait_for_load_state()
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    return check


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def sessions():
    """One that is needed, one full, one online, one that counts for nothing."""
    session(notes_en="Bring proof of who you are.", notes_cy="Dewch â phrawf o bwy ydych chi.", seats=12)
    full = session("Moving and handling", title_cy="Symud a thrin", requirements=("moving-and-handling",), seats=1)
    training.book(full, person("Bob"), by=BY)
    session("Coffee and catch-up", title_cy="Coffi a sgwrs", requirements=(), place_en="", place_cy="",
            online_link="https://meet.example.org/coffee")  # fmt: skip


WORDS = {
    "en": ("", "Training", "Safeguarding", "Book a seat", "You have a seat", "Safeguarding training",
           "30 November 2029"),
    "cy": ("/cy", "Hyfforddiant", "Diogelu", "Archebu sedd", "Mae gennych sedd", "Hyfforddiant diogelu",
           "30 Tachwedd 2029"),
}  # fmt: skip


@pytest.mark.parametrize("language", WORDS)
def test_from_the_list_to_the_task_that_is_done(browser_page, sign_in, sound, language):
    prefix, heading, title, button, seat, task, until = WORDS[language]
    ann = carer("Ann", language=language)
    sessions()
    page = browser_page(width=320)
    sign_in(page, ann.owner)
    page.goto(f"{prefix}/my/training/")
    assert page.inner_text("h1") == heading
    sound(page, f"training-list-{language}")
    press(page, f"main a:text-is('{title}')")
    sound(page, f"training-session-{language}")
    press(page, f"main button:text-is('{button}')")
    assert seat in page.inner_text("main")
    sound(page, f"training-booked-{language}")
    page.goto(f"{prefix}/my/training/")
    sound(page, f"training-list-booked-{language}")
    with time_machine.travel(AFTER):
        rhys = member("rhys@council.example.org", "reviewer")
        sign_in(page, rhys)
        page.goto("/admin/")
        press(page, "text=Training to mark")
        sound(page, f"admin-list-{language}")
        press(page, "text=Who came? >> nth=0")
        page.select_option("select[aria-label='Ann, Ann Pugh']", "yes")
        sound(page, f"admin-sheet-{language}")
        press(page, "input[value=Save]")
        assert Booking.objects.get(worker__first_name="Ann").attended
        sign_in(page, ann.owner)
        page.goto(f"{prefix}/my/training/")
        sound(page, f"training-been-{language}")
        page.goto(f"{prefix}/my/tasks/safeguarding/{ann.workers.get().pk}/")
        assert task in page.inner_text("h1")
        assert until in page.inner_text("main").replace("\xa0", " ")
        sound(page, f"task-done-{language}")


@pytest.mark.parametrize("language", WORDS)
def test_the_same_without_scripts_waiting_and_leaving(without_javascript, sign_in, language):
    prefix = WORDS[language][0]
    ann = carer("Ann", language=language)
    sessions()
    page = without_javascript(width=320)
    sign_in(page, ann.owner)
    page.goto(f"{prefix}/my/training/")
    press(page, "main a:text-is('Moving and handling')" if language == "en" else "main a:text-is('Symud a thrin')")
    press(page, "main form button")
    assert Booking.objects.waiting().get().worker.carer == ann
    press(page, "main a[href*='/cancel/']")
    press(page, "main form button")
    assert not Booking.objects.waiting().exists()


@pytest.mark.parametrize(("language", "width"), EACH_ONCE)
def test_every_state_of_the_pages_is_sound(browser_page, sign_in, sound, width, language):
    prefix = WORDS[language][0]
    ann = carer("Ann", language=language)
    page = browser_page(width=width)
    sign_in(page, ann.owner)
    page.goto(f"{prefix}/my/training/")
    sound(page, f"none-{language}-{width}")
    sessions()
    journey.add_worker(ann, by=BY, first_name="Jan", works_from=STARTS.date(), most=5)
    found = session("Infection control", title_cy="Rheoli heintiau", requirements=("infection-control",), seats=1)
    off = session("Cancelled", title_cy="Wedi’i ganslo")
    own = [training.book(found, worker, by=BY) for worker in ann.workers.order_by("pk")]
    training.book(off, ann.workers.first(), by=BY)
    training.cancel_session(off, by=BY)
    for name, address in {
        "list": "", "both-booked": f"{found.pk}/", "off": f"{off.pk}/", "leave": f"{found.pk}/cancel/{own[0].pk}/",
        "leave-line": f"{found.pk}/cancel/{own[1].pk}/",
    }.items():  # fmt: skip
        page.goto(f"{prefix}/my/training/{address}")
        sound(page, f"{name}-{language}-{width}")
    page.goto(f"{prefix}/my/training/")
    press(page, f"main a:text-is('{WORDS[language][2]}')")
    press(page, "main form button")
    assert page.locator(".govuk-error-summary").evaluate("it => it === document.activeElement")
    sound(page, f"who-{language}-{width}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_teams_pages_are_sound(browser_page, sign_in, sound, width):
    sessions()
    found = session("Infection control", title_cy="Rheoli heintiau", seats=2)
    for name in ("Ann", "Cai", "Dai"):
        training.book(found, person(name, mail=name != "Dai"), by=BY)
    page = browser_page(width=width)
    sign_in(page, member("rhys@council.example.org", "reviewer"))
    start = "/admin/onboarding/trainingsession/"
    for name, address in {
        "list": "", "add": "add/", "change": f"{found.pk}/change/", "sheet-before": f"{found.pk}/attendance/",
        "cancel": f"{found.pk}/cancel/", "cancel-booking": f"{found.pk}/bookings/{found.bookings.first().pk}/cancel/",
    }.items():  # fmt: skip
        page.goto(f"{start}{address}")
        sound(page, f"team-{name}-{width}")
    with time_machine.travel(AFTER):
        page.goto(f"{start}{found.pk}/attendance/")
        sound(page, f"team-sheet-{width}")
        page.emulate_media(media="print")
        sound(page, f"team-sheet-print-{width}")


def test_all_of_it_by_keyboard(browser_page, sign_in, tab_to):
    ann = carer("Ann")
    sessions()
    page = browser_page()
    sign_in(page, ann.owner)
    page.goto("/my/training/")
    tab_to(page, "main a:text-is('Safeguarding')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "main button:text-is('Book a seat')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "main a:text-is('Cancel the booking')")
    assert Booking.objects.seated().filter(worker__carer=ann).exists()
