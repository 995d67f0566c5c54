"""A member of the team clears a queue of twenty with the keyboard alone, and two who are at one paper at once."""

from datetime import timedelta
from statistics import median

import pytest
from django.db import transaction

from audit.models import AuditEvent
from compliance.models import Claim
from notifications.models import Message
from onboarding.models import Evidence
from tests.builders import TODAY
from tests.paper_builders import carer, insurance
from tests.papers import photo
from tests.signing_in import code_now, give_address, give_app
from tests.team_builders import member

pytestmark = pytest.mark.django_db(transaction=True)
PAPERS, MOST_LOADS = 20, 2
PASSWORD = "three blue kettles"
FIRST_NAMES = ("Ann", "Bet", "Cai", "Dai", "Eve", "Fay", "Gwen", "Huw", "Ian", "Jac", "Kay", "Lyn", "Mai", "Nia",
               "Oli", "Pat", "Rex", "Sam", "Tom", "Una")  # fmt: skip


@pytest.fixture
def officer(today, transactional_db):
    def make(email, name):
        with transaction.atomic():
            user = member(email, "reviewer", name=name)
            user.set_password(PASSWORD)
            user.save()
            give_address(user)
            give_app(user)
        return user

    return make


def enter(page, user):
    """By password and by the code of the app, typed and sent with Enter."""
    page.goto("/admin/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.locator("[name=code]").fill(code_now())
    page.press("[name=code]", "Enter")
    page.get_by_role("heading", name="What needs me now").wait_for()


def test_a_queue_of_twenty_is_cleared_with_the_keyboard(officer, browser_page, axe, capsys):
    ann = officer("ann@council.example.org", "Ann Rees")
    for number, name in enumerate(FIRST_NAMES):
        insurance(carer(name, language="cy" if number % 2 else "en"), uploads=[photo(name=f"page-{number}.jpg")])
    page = browser_page()
    enter(page, ann)
    page.goto("/admin/compliance/claim/?kind=paper")
    assert "20 things wait" in page.locator(".queue-head").inner_text()
    page.get_by_role("link", name="Open the first").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/paper/*/?kind=paper")
    loads, pressed = [], []
    page.on("load", lambda _page: loads.append(1))
    counts = []
    for number in range(PAPERS):
        assert f"1 of {PAPERS - number}" in page.locator(".review-head__place").inner_text()
        before, keys = len(loads), list("s1s" if number % 5 == 4 else "a12345a")
        for key in keys:
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.matches('[data-go]')"), "the button that goes on has the focus"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        counts.append((len(keys) + 1, len(loads) - before))
        pressed += keys
    assert page.url.endswith("/admin/compliance/claim/?kind=paper")
    keys, opened = (median(column) for column in zip(*counts, strict=True))
    with capsys.disabled():
        print(f"\nA decision: {keys:g} keys, 0 clicks and {opened:g} page load, the median of {PAPERS}")
    assert max(loads for _keys, loads in counts) <= MOST_LOADS
    outcomes = list(Evidence.objects.values_list("outcome", "decided_by"))
    assert outcomes.count(("accepted", ann.pk)) == 16
    assert outcomes.count(("sent-back", ann.pk)) == 4
    assert AuditEvent.objects.filter(event="evidence.accepted").count() == 16
    assert Message.objects.filter(template__in=["onboarding/mail/accepted", "onboarding/mail/sent_back"]).count() == 20
    assert not Claim.objects.exists()


def test_the_second_of_two_is_told_who_decided_and_keeps_what_was_typed(officer, browser_page, axe):
    ann, bob = officer("ann@council.example.org", "Ann Rees"), officer("bob@council.example.org", "Bob Price")
    paper = insurance(carer("Megan"), uploads=[photo()])
    first, second = browser_page(), browser_page()
    enter(first, ann)
    enter(second, bob)
    address = f"/admin/compliance/review/paper/{paper.pk}/"
    first.goto(address)
    second.goto(address)
    assert "Ann Rees has this open until" in second.locator(".review-head").inner_text()
    assert second.locator("[data-decide]").count() == 0
    first.fill("[name=words]", "Thank you, Megan.")
    first.get_by_text("Thank you, Megan.").nth(0).wait_for()  # drawn in the message
    for box in first.locator("[name=checks]").all():
        box.check()
    Claim.objects.update(opened_at=Claim.objects.get().opened_at - timedelta(minutes=16))
    second.goto(address)
    assert "Only you have this open." in second.locator(".review-head").inner_text()
    second.keyboard.press("s")
    second.keyboard.press("1")
    with second.expect_navigation():
        second.click("[name=press][value=send-back]")
    with first.expect_navigation():
        first.click("[name=press][value=accept]")
    told = first.locator("[role=alert]").inner_text()
    assert "It was not done. Bob Price: sent back, 21 November 2026" in told
    assert "Thank you, Megan." in told
    assert axe(first) == []
    paper.refresh_from_db()
    assert (paper.outcome, paper.decided_by) == ("sent-back", bob)
    assert paper.decided_at.date() == TODAY


def test_without_scripts_the_message_is_shown_by_a_button_and_all_is_kept(officer, without_javascript):
    ann = officer("ann@council.example.org", "Ann Rees")
    paper = insurance(carer("Megan"), uploads=[photo()])
    page = without_javascript(width=320)
    enter(page, ann)
    page.goto(f"/admin/compliance/review/paper/{paper.pk}/")
    page.check("[name=decision][value=send-back]")
    page.check("[name=reasons][value=blurred]")
    page.fill("[name=own]", "Ring me if you like.")
    page.check("[name=checks] >> nth=0")
    with page.expect_navigation():
        page.click(".show-message button")
    assert "The photo is blurred" in page.locator(".mail__text").inner_text()
    assert page.input_value("[name=own]") == "Ring me if you like."
    assert page.is_checked("[name=checks] >> nth=0")
    with page.expect_navigation():
        page.click("[name=press][value=send-back-next]")
    assert "is sent back to Megan Price." in page.inner_text(".messagelist")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
