"""Somebody who would like to become a carer, as they would: from the page about it to their own task list, and a
question to the team. On a phone, in each language, with scripts and without."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from notifications.models import Message
from onboarding import helping
from onboarding.models import Carer, HelpRequest, Interest
from tests.builders import BY
from tests.join_form import PASSWORD, sent_links

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("pages")]
PERSON_TYPES_FOR = 3500  # milliseconds: longer than a form that comes too fast
PHONE = 320
WORDS = {
    "en": {
        "prefix": "",
        "tell": "Tell us that you are interested",
        "thanks": "Thank you",
        "problem": "Enter your email address",
        "ask": "Ask for help",
        "answered": "The team answered",
    },
    "cy": {
        "prefix": "/cy",
        "tell": "Dweud wrthym fod gennych ddiddordeb",
        "thanks": "Diolch",
        "problem": "Rhowch eich cyfeiriad e-bost",
        "ask": "Gofyn am help",
        "answered": "Atebodd y tîm",
    },
}


@pytest.fixture
def pages(today):
    call_command("load_pages", verbosity=0)


@pytest.fixture
def sound(axe):
    """A page with nothing for axe to find, and no wider than its window."""

    def check(page, name):
        page.wait_for_selector(".govuk-frontend-supported")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        assert axe(page) == []
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    return check


def press(page, selector):
    with page.expect_navigation():
        page.click(selector)


def tell(page, words, look):
    """From the page about becoming a carer, with a slip, to the thanks."""
    page.goto(f"{words['prefix']}/become/")
    press(page, ".govuk-button--start")
    assert page.inner_text("h1") == words["tell"]
    look(page, "form")
    page.fill("[name=name]", "Nia Hughes")
    page.fill("[name=words]", "I looked after my father.")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    assert words["problem"] in page.inner_text(".govuk-error-summary")
    assert page.input_value("[name=words]") == "I looked after my father."
    look(page, "slip")
    page.fill("[name=email]", "nia@example.org")
    page.check("[name=returning][value=yes]")
    press(page, "button[name=send]")
    assert page.inner_text("h1") == words["thanks"]
    look(page, "thanks")


def start(page, words, look):
    """From the mailed link to one's own tasks."""
    page.goto(sent_links()[0])
    look(page, "link")
    page.fill("[name=password]", PASSWORD)
    press(page, "button[name=start]")
    assert page.url.endswith(f"{words['prefix']}/my/")
    look(page, "tasks")


def ask(page, words, look):
    """A question to the team, its answer, and that it is settled."""
    page.goto(f"{words['prefix']}/my/help/")
    look(page, "help-none")
    press(page, f"main >> text={words['ask']}")
    page.fill("[name=what]", "Which insurance do others have?")
    page.fill("[name=by_when-day]", "1")
    page.fill("[name=by_when-month]", "12")
    page.fill("[name=by_when-year]", "2026")
    look(page, "help-form")
    press(page, "button[name=send]")
    facts = {"words": "We found one.", "arranged": "From Monday", "funded_pence": 8550, "pot": "start-up"}
    helping.answer(HelpRequest.objects.get(), by=BY, **facts)
    page.reload()
    assert words["answered"] in page.inner_text("main")
    assert "£85.50" in page.inner_text("main")
    look(page, "help-answered")
    press(page, "button[name=settled]")
    look(page, "help-settled")
    page.goto(f"{words['prefix']}/my/help/")
    look(page, "help")


def whole(page, words, look):
    tell(page, words, look)
    start(page, words, look)
    ask(page, words, look)
    user = User.objects.get(email="nia@example.org")
    assert (Carer.objects.get().owner, Interest.objects.get().state) == (user, Interest.State.STARTED)
    assert not HelpRequest.objects.get().is_open
    assert Message.objects.count() == 2


@pytest.mark.parametrize("language", WORDS)
def test_from_interested_to_ones_own_tasks_and_help_on_a_phone(browser_page, sound, language):
    page = browser_page(width=PHONE)
    whole(page, WORDS[language], lambda page, name: sound(page, f"join-{name}-{language}"))


@pytest.mark.parametrize("language", WORDS)
def test_without_scripts_it_works_as_well(without_javascript, language):
    whole(without_javascript(width=PHONE), WORDS[language], lambda page, name: None)


def test_on_a_wide_screen_it_is_sound_too(browser_page, sound):
    whole(browser_page(width=1280), WORDS["en"], lambda page, name: sound(page, f"join-{name}-wide"))


@pytest.mark.parametrize("language", WORDS)
def test_links_that_do_not_work_and_the_way_to_a_new_one(browser_page, sound, language):
    page, prefix = browser_page(width=PHONE), WORDS[language]["prefix"]
    page.goto(f"{prefix}/join/nothing/")
    sound(page, f"join-wrong-{language}")
    press(page, "main a.govuk-button")
    sound(page, f"join-new-link-{language}")
    page.fill("[name=email]", "nia@example.org")
    page.wait_for_timeout(PERSON_TYPES_FOR)
    press(page, "button[name=send]")
    sound(page, f"join-new-link-sent-{language}")


def test_changing_the_language_half_way_keeps_what_was_typed(browser_page):
    page = browser_page(width=PHONE)
    page.goto("/join/")
    page.fill("[name=name]", "Nia Hughes")
    press(page, "text=Cymraeg >> nth=0")
    assert page.url.endswith("/cy/join/")
    assert page.input_value("[name=name]") == "Nia Hughes"
    assert not page.locator(".govuk-error-summary").count()
