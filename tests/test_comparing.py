"""The nightly comparison: what is mended, and what of it somebody must look at."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction

from audit.models import AuditEvent
from directory.models import CheckRow, Listing, ListingService
from onboarding import comparing, jobs, journey
from onboarding.models import Evidence, Mending
from onboarding.settling import NotSettled
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def carer(today):
    return listed_carer(offers=("chat", "meals"))


def night(day):
    with time_machine.travel(f"{day}T03:10:00Z"):
        return jobs.settle_standing()


def listing_of(carer):
    return Listing.objects.get(pk=carer.listing_id)


def test_what_somebody_wrote_around_the_verbs_is_mended_kept_and_in_the_audit(carer):
    night(TODAY)
    until = listing_of(carer).checked_until
    Listing.objects.update(checked_until=until + 99 * DAY)
    ListingService.objects.filter(service="meals").update(checked_from=None, checked_until=None)
    assert night(TODAY + DAY) == 1
    assert listing_of(carer).checked_until == until
    row = Mending.objects.get()
    meals, stretch = row.parts
    first = listing_of(carer).checked_from.isoformat()
    assert (row.carer_id, row.listing_id) == (carer.pk, carer.listing_id)
    assert (meals["part"], meals["was"]) == ("service:meals", [])
    assert stretch == {
        "part": "stretch", "was": [first, (until + 99 * DAY).isoformat()], "is": [first, until.isoformat()],
    }  # fmt: skip
    event = AuditEvent.objects.get(event="listing.mended")
    assert event.data["parts"] == ["service:meals", "stretch"]
    assert f"stretch:was:{until + 99 * DAY}" in event.data["days"]
    assert night(TODAY + 2 * DAY) == 0
    assert Mending.objects.count() == 1


def test_a_paper_accepted_by_no_verb_is_a_difference_and_so_is_one_taken_away(carer):
    night(TODAY)
    paper = Evidence.objects.filter(requirement="public-liability")
    paper.update(valid_until=TODAY + 5 * DAY)
    assert night(TODAY + DAY) == 1
    assert [part["part"] for part in Mending.objects.get().parts] == ["checks", "stretch"]
    paper.update(outcome=Evidence.Outcome.WITHDRAWN, reason="Forged.")
    assert night(TODAY + 2 * DAY) == 1
    assert not listing_of(carer).checked_from
    assert Mending.objects.count() == 2


@pytest.mark.parametrize("missed", [0, 1, 60])
def test_what_time_alone_changes_is_written_and_nobody_is_troubled(carer, missed):
    """A stretch after a gap, a panel that names a newer paper, and somebody's first day; nights that did not run."""
    night(TODAY)
    ends = listing_of(carer).checked_until
    show(carer, "public-liability", first=ends + 6 * DAY, last=ends + 300 * DAY)
    journey.add_worker(carer, by=BY, first_name="Jan", works_from=ends - 9 * DAY, most=7)
    day = ends - 10 * DAY
    night(day)
    while day < ends + 20 * DAY:
        day += DAY * (1 + missed)
        night(day)
        assert list(comparing.differences(on=day)) == []
    assert listing_of(carer).team_size == 2
    assert not Mending.objects.exists()


def test_what_time_explains_and_somebody_wrote_besides_is_told_apart(carer):
    night(TODAY)
    ends = listing_of(carer).checked_until
    show(carer, "public-liability", first=ends + 6 * DAY, last=ends + 300 * DAY)
    CheckRow.objects.filter(what_en="Identity").delete()
    night(ends + DAY)
    assert "checks" in [part["part"] for part in Mending.objects.get().parts]


def test_where_no_run_is_known_time_is_asked_for_a_year(carer):
    ends = listing_of(carer).checked_until
    show(carer, "public-liability", first=ends + 6 * DAY, last=ends + 300 * DAY)
    found = list(comparing.differences(on=ends + DAY))
    assert [difference.by_time for difference in found] == [True]
    assert [difference.by_time for difference in comparing.differences(on=TODAY + 800 * DAY)] == [False]


def test_a_run_that_failed_went_through_nobody(carer, monkeypatch):
    night(TODAY)
    with monkeypatch.context() as patch, pytest.raises(NotSettled):
        patch.setattr("onboarding.comparing.settle", lambda *args, **kwargs: 1 / 0)
        night(TODAY + DAY)
    assert comparing.compared_last(TODAY + 2 * DAY) == TODAY


def test_when_it_cannot_be_kept_nothing_is_mended(carer, monkeypatch):
    night(TODAY)
    until = listing_of(carer).checked_until
    Listing.objects.update(checked_until=until + 99 * DAY)

    def full(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr(comparing, "record", full)
    with pytest.raises(NotSettled):
        night(TODAY + DAY)
    assert listing_of(carer).checked_until == until + 99 * DAY
    assert not Mending.objects.exists()


def test_what_was_mended_stays_as_it_was_kept(carer):
    Listing.objects.update(checked_until=TODAY + 999 * DAY)
    night(TODAY)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Mending.objects.update(parts=[])


def test_many_listings_are_compared_in_few_statements(carer, django_assert_max_num_queries):
    for name in ("Ann Lewis", "Ben Lewis", "Cai Lewis"):
        listed_carer(name)
    Listing.objects.update(checked_until=TODAY)
    with django_assert_max_num_queries(11):
        assert len(list(comparing.differences(on=TODAY))) == 4
