"""“Still right” as it happens: on a small phone without scripts, opened, pressed, and pressed again in another tab."""

import re

import pytest

from accounts.models import User
from audit.models import AuditEvent
from directory.models import Listing
from directory.owners import set_owner
from onboarding import still_right
from onboarding.models import Carer
from tests.browser import PHONE
from tests.builders import BY, TODAY, make_listing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]
CONFIRMED = "listing.capacity_confirmed"
WORDS = {
    "en": ("", "Is your page still right?", "Space now", "Yes, still right", "Thank you"),
    "cy": ("/cy", "Ydy’ch tudalen yn dal yn gywir?", "Lle ar gael nawr", "Ydy, mae’n dal yn gywir", "Diolch"),
}


@pytest.fixture
def mailed(language, mailoutbox):
    """The address in the mail to a carer who has said nothing for half a year."""
    listing = make_listing(confirmed_on=TODAY.replace(month=5), published=True)
    owner = User.objects.create_user("bryn@example.org", language=language)
    set_owner(listing, by=BY, owner=owner)
    Carer.objects.create(name="Bryn Lewis", listing=listing, owner=owner, said_right_on=TODAY.replace(month=5))
    assert still_right.ask_all(on=TODAY, by="job:ask-still-right") == 1
    return re.search(r"http://[^/\s]+(\S*/still-right/\S+)", mailoutbox[0].body)[1]


def said():
    """When they said what, and how often anybody confirmed it."""
    carer, listing = Carer.objects.get(), Listing.objects.get()
    return carer.said_right_on, listing.capacity_confirmed_on, AuditEvent.objects.filter(event=CONFIRMED).count()


@pytest.mark.parametrize("language", WORDS)
def test_opened_it_changes_nothing_pressed_it_is_said_and_pressed_again_nothing_new(
    without_javascript, mailed, language
):
    prefix, question, space, yes, thanks = WORDS[language]
    assert mailed.startswith(f"{prefix}/still-right/")
    before = said()
    page, other_tab = without_javascript(PHONE), without_javascript(PHONE)
    for tab in (page, other_tab):
        tab.goto(mailed)
        assert tab.locator("h1").inner_text() == question
        assert tab.get_by_text(f"“{space}”").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert said() == before
    page.get_by_role("button", name=yes).click()
    assert page.locator("h1").inner_text() == thanks
    assert page.get_by_role("button", name=yes).count() == 0
    assert said() == (TODAY, TODAY, before[2] + 1)
    other_tab.get_by_role("button", name=yes).click()
    assert other_tab.locator("h1").inner_text() == thanks
    assert said() == (TODAY, TODAY, before[2] + 1)
