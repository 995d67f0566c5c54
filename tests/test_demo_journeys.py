"""The demonstration's two carers: one listed, with things to see to, and one in the middle of the journey."""

import pytest
from django.core.management import call_command
from django.test import override_settings

from accounts.models import User
from directory.demo.cast import people
from directory.models import Listing, PostcodeLoad
from microcare.scheme import load
from onboarding import headcounts
from onboarding.models import Buddy, Carer, Draft, Evidence, Headcount, Letter
from onboarding.standing import standing
from onboarding.tasks import State, tasks

pytestmark = pytest.mark.django_db
CARER, NEWCOMER = "carer@example.org", "newcomer@example.org"


@pytest.fixture(params=["monmouthshire", "flintshire", "somerset"])
def scheme(request, today, monkeypatch):
    monkeypatch.setattr("directory.demo.people", lambda scheme: people(scheme)[:4])
    PostcodeLoad.objects.create(source="tests", attribution="", rows=0, skipped=0)
    scheme = load(request.param)
    with override_settings(SCHEME=scheme):
        call_command("demo")
        yield scheme


def states(email, on):
    carer = Carer.objects.get(owner__email=email)
    return {task.requirement.slug: task.state for task in tasks(carer, on)}


def test_the_listed_carer_has_one_thing_of_each_kind_to_see_to(scheme, today):
    needs = standing(Carer.objects.get(owner__email=CARER), today).needs
    asked = {need.requirement.slug for need in needs}  # without what the change that waits will ask
    found = [state for slug, state in states(CARER, today).items() if slug in asked]
    assert [found.count(state) for state in (State.ENDS_SOON, State.WITH_TEAM, State.SENT_BACK)] == [1, 1, 1]
    assert set(found) == {State.ENDS_SOON, State.WITH_TEAM, State.SENT_BACK, State.DONE}
    assert User.objects.get(email=CARER).listing.state(today) == Listing.State.LIVE


def test_the_new_carer_is_in_the_middle_of_the_journey(scheme, today):
    assert {State.DONE, State.WITH_TEAM, State.IN_PROGRESS, State.NOT_STARTED} == set(states(NEWCOMER, today).values())
    assert not Listing.objects.filter(owner__email=NEWCOMER).exists()


def test_a_carer_has_the_account_that_owns_the_listing(scheme):
    owned = Listing.objects.filter(owner__isnull=False)
    assert owned.count() == 3
    for listing in owned:
        assert Carer.objects.get(listing=listing).owner == listing.owner


def test_the_carer_has_a_buddy_is_asked_by_another_and_waits_for_a_third(scheme):
    carer = Carer.objects.get(owner__email=CARER)
    known = Buddy.objects.of(carer)
    found = sorted((bool(row.agreed_at), row.waits_for(carer)) for row in known)
    assert found == [(False, False), (False, True), (True, False)]


def test_where_the_law_has_a_most_somebody_is_above_it(scheme, today):
    above = headcounts.above(today)
    assert len(above) == (0 if scheme.most_personal_care(today) is None else 1)
    assert all(row.carer.listing.no_space_for for row in above)


def test_again_changes_nothing(scheme, capsys):
    def counts():
        return [model.objects.count() for model in (User, Carer, Evidence, Draft, Buddy, Headcount, Letter)]

    before = counts()
    capsys.readouterr()
    call_command("demo")
    out = capsys.readouterr().out
    assert "Demonstration journeys: nothing changed." in out
    assert "Demonstration of upkeep: nothing changed." in out
    assert counts() == before
