"""The team decides about a paper in a browser, on a wide screen and on a phone."""

import pytest
from django.db import transaction

from onboarding import papers
from onboarding.models import Evidence
from tests.paper_builders import asked, carer, insurance
from tests.papers import photo
from tests.team_builders import member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reviewer(browser_page, client, live_server, today):
    """`reviewer(width=320)`: a page of somebody who decides."""

    def enter(width):
        with transaction.atomic():
            client.force_login(member())
        page = browser_page(width=width)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return enter


def wide(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_paper_is_looked_at_and_sent_back(reviewer, axe, width):
    megan = carer()
    evidence = insurance(megan, uploads=[photo()])
    page = reviewer(width)
    for address in ("evidence/", f"evidence/{evidence.pk}/change/", f"carer/{megan.pk}/change/"):
        page.goto(f"/admin/onboarding/{address}")
        assert axe(page) == [], address
        assert not wide(page), address
    page.goto(f"/admin/onboarding/evidence/{evidence.pk}/change/")
    page.check("[name=decision][value=send-back]")
    page.check("[name=reasons][value=no-end]")
    page.get_by_text("We could not see the day it ends.").nth(1).wait_for()  # in the message
    assert axe(page) == []
    assert not wide(page)
    with page.expect_navigation():
        page.click("[name=press][value=send-back]")
    assert "is sent back to Megan Price." in page.inner_text(".messagelist")
    assert Evidence.objects.get().outcome == "sent-back"


def test_what_was_only_shown_is_accepted_with_the_dates_that_were_worked_out(reviewer):
    megan = carer()
    said = {"level": "enhanced", "workforce": "adult", "update_service": "no", "showing": "Mondays"}
    worker = megan.workers.get()
    evidence = papers.send(
        megan, asked("enhanced-dbs"), by=megan.owner, how="seen", facts=said, worker=worker, dated=worker.works_from
    )
    page = reviewer(1280)
    page.goto(f"/admin/compliance/review/original/{evidence.pk}/")
    for box in page.locator("[name=checks]").all():
        box.check()
    page.select_option("[name=level]", "enhanced")
    with page.expect_navigation():
        page.click("[name=press][value=accept]")
    evidence.refresh_from_db()
    assert (evidence.outcome, evidence.valid_until.isoformat()) == ("accepted", "2029-11-20")
