"""What ends when: read for everybody at once, and the same as standing says of each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import lapsing
from directory.models import Listing
from onboarding import leaving
from onboarding.standing import standing
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show
from tests.paper_builders import insurance

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SOON = TODAY + timedelta(days=6)


@pytest.fixture(autouse=True)
def _today(today):
    return today


def insured_until(last, name="Bryn Lewis", **more):
    carer = listed_carer(name, without=("public-liability",), **more)
    show(carer, "public-liability", first=last - timedelta(days=364), last=last)
    return carer


def only(within=30, on=TODAY):
    (ending,) = lapsing.ends(on, within)
    return ending


def test_an_insurance_that_ends_takes_the_listing_down_the_day_after():
    carer = insured_until(SOON)
    listed_carer("Megan Price")
    ending = only()
    assert (ending.carer, ending.requirement.slug, ending.person) == (carer, "public-liability", None)
    assert (ending.last_day, ending.goes_on, ending.hides) == (SOON, SOON + DAY, True)
    assert not ending.sent_already
    assert standing(carer, SOON).may_be_listed
    assert not standing(carer, ending.goes_on).may_be_listed
    assert lapsing.ends(TODAY, 5) == []


def test_what_was_sent_for_it_is_told_and_once_accepted_it_ends_no_more():
    carer = insured_until(SOON)
    sent = insurance(carer, starts=SOON + DAY, ends=SOON + timedelta(days=365))
    assert only().sent == sent
    show(carer, "public-liability", first=SOON + DAY, last=SOON + timedelta(days=365))
    assert lapsing.ends(TODAY, 30) == []


def test_what_is_gone_already_is_not_to_come_but_was_asked_of_the_day_before():
    insured_until(TODAY - DAY)
    assert lapsing.ends(TODAY, 90) == []
    assert only(0, on=TODAY - DAY).goes_on == TODAY


def test_what_a_listing_can_do_without_hides_nothing_and_a_service_goes_alone():
    carer = listed_carer(offers=("chat", "transport"), without=("car-insurance",))
    show(carer, "car-insurance", carer.workers.first(), first=TODAY - timedelta(days=300), last=SOON)
    ending = only()
    assert (ending.effect, ending.services, ending.person.first_name) == ("drops", ("transport",), "Bryn")
    Listing.objects.get(pk=carer.listing_id).services.filter(service="chat").delete()
    assert only().effect == "hides"


def test_who_left_is_not_listed_and_everybody_is_read_in_as_many_statements_as_one():
    insured_until(SOON)
    with CaptureQueriesContext(
        connection,
    ) as one:
        lapsing.ends(TODAY, 30)
    for number, name in enumerate(("Ann Rees", "Cai Rees", "Dai Rees")):
        insured_until(SOON + number * DAY, name)
    with CaptureQueriesContext(connection) as four:
        found = lapsing.ends(TODAY, 30)
    assert [it.carer.name for it in found] == ["Ann Rees", "Bryn Lewis", "Cai Rees", "Dai Rees"]
    assert len(four) == len(one)
    leaving.leave(found[0].carer, by=BY, reason="stopped")
    assert len(lapsing.ends(TODAY, 30)) == 3
