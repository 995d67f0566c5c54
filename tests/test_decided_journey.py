"""From a decision to the public page and back: approved, found at once; insurance ends, gone; renewed, there again."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from compliance.models import Decision
from onboarding import codes, papers
from tests.builders import BY, TODAY
from tests.listed_carers import asked, shown
from tests.paper_builders import carer, insurance
from tests.papers import photo
from tests.signing_in import give_address, give_app
from tests.team_builders import member
from tests.test_listing_changes import WRITTEN, base, write
from tests.test_queue_journey import PASSWORD, enter

pytestmark = pytest.mark.django_db(transaction=True)
FIND = "/find/?place=NP15+1AD&need=chat"
NAME = "Megan Price"
LAST_DAY = TODAY + timedelta(days=2)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T10:30:00Z", tick=True) as traveller:
        yield lambda day: traveller.move_to(f"{day}T10:30:00Z")


@pytest.fixture
def megan(clock, usk, transactional_db):
    """All is there but the insurance and the listing, and those are with the team."""
    began = TODAY - timedelta(days=60)
    codes.begin(by=BY, on=began, body_en="Be kind.", body_cy="Byddwch garedig.")
    one = carer("Megan", services=("chat",), on=began)
    wanted = [shown(one, slug, worker) for slug, worker in asked(one, {"public-liability"})]
    papers.record_all(one, wanted, by=BY)
    codes.sign(one, by=one.owner, typed_name=NAME, language="en", on=began, tell=False)
    insurance(one, starts=date(2025, 11, 24), ends=LAST_DAY, uploads=[photo()])
    write(one, **{**WRITTEN, "name": NAME, "first_name": "Megan", "services": ["chat"]}, **base("usk"))
    return one


@pytest.fixture
def officer(megan):
    with transaction.atomic():
        user = member("ann@council.example.org", "reviewer", name="Ann Rees")
        user.set_password(PASSWORD)
        user.save()
        give_address(user)
        give_app(user)
    return user


def accept(page, kind, keys="a12345a"):
    """The first of its kind, by the keyboard."""
    page.goto(f"/admin/compliance/claim/?kind={kind}")
    page.get_by_role("link", name="Open the first").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{kind}/*/**")
    for key in keys:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def is_found(public):
    public.goto(FIND)
    return public.get_by_role("link", name=NAME).count() > 0


def test_a_decision_is_seen_by_the_public_at_once_and_so_is_what_ends(clock, megan, officer, browser_page):
    page, public = browser_page(), browser_page(width=320)
    enter(page, officer)
    accept(page, "paper")
    assert not is_found(public), "nobody approved the listing yet"
    accept(page, "listing", keys="aa")
    assert is_found(public)
    public.get_by_role("link", name=NAME).first.click()
    address = public.url
    assert "Public liability insurance" in public.inner_text("main")
    assert Decision.objects.get().actor_id == officer.pk

    clock(LAST_DAY)
    assert is_found(public), "the last day counts whole"
    clock(LAST_DAY + timedelta(days=1))  # no job has run
    assert not is_found(public)
    assert public.goto(address).status == 404
    assert "This listing is paused" in public.inner_text("main")

    insurance(megan, starts=LAST_DAY + timedelta(days=1), ends=date(2027, 11, 23), uploads=[photo()])
    assert not is_found(public), "sent is not accepted"
    accept(page, "paper")
    assert is_found(public)
    assert public.goto(address).status == 200
