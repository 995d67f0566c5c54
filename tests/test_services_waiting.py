"""A listed carer asks for more: what the new services ask for is shown while they wait, so approving hides nothing."""

from datetime import date

import pytest

from accounts.models import User
from onboarding import listings
from onboarding.models import ListingChange
from onboarding.standing import standing
from onboarding.task_list import TaskList
from onboarding.tasks import State
from tests.builders import TODAY
from tests.listed_carers import listed_carer
from tests.paper_builders import seen, typed
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DBS = {"level": "enhanced", "workforce": "adult", "update_service": "no", "showing": "Mondays"}


@pytest.fixture
def bryn():
    """A gardener, who would like to keep people company too."""
    owner = User.objects.create_user("bryn@example.org", language="en")
    carer = listed_carer(offers=("mowing",), owner=owner)
    listings.keep(carer, by=owner, facts={"services": ["chat", "mowing"]})
    listings.send(carer, by=owner)
    carer.refresh_from_db()
    return carer


@pytest.fixture
def reviewer(client):
    ann = member()
    client.force_login(ann)
    return client


def address(carer):
    return f"/my/tasks/enhanced-dbs/{carer.workers.get().pk}/"


def approve_page(carer):
    return f"/admin/compliance/review/change/{ListingChange.objects.waiting().get().pk}/"


def words(answer):
    return " ".join(answer.content.decode().split())


def test_the_papers_are_on_the_list_and_can_be_sent_before(client, bryn):
    client.force_login(bryn.owner)
    states = {task.requirement.slug: task.state for task in TaskList(bryn, TODAY).tasks}
    assert states["enhanced-dbs"] == State.NOT_STARTED
    assert states["public-liability"] == State.DONE
    assert standing(bryn, TODAY).may_be_listed
    client.post(address(bryn), {**DBS, **typed(dated=date(2026, 11, 10)), "check": "1"})
    key = client.get(f"{address(bryn)}check/").context["key"]
    client.post(f"{address(bryn)}check/", {"key": key})
    assert bryn.evidence.undecided().get().requirement == "enhanced-dbs"


def test_the_team_reads_what_approving_would_hide(reviewer, bryn):
    assert "The listing hides at once: Enhanced DBS check (Bryn)" in words(reviewer.get(approve_page(bryn)))


def test_shown_before_approving_hides_nothing(reviewer, bryn):
    officer = member("other@example.org")
    for slug in ("enhanced-dbs", "safeguarding"):
        facts = DBS if slug == "enhanced-dbs" else {}
        seen(bryn, slug, by=officer, worker=bryn.workers.get(), facts=facts, dated=TODAY)
    assert "hides at once" not in words(reviewer.get(approve_page(bryn)))
    reviewer.post(approve_page(bryn), {"press": "approve"})
    bryn.refresh_from_db()
    assert standing(bryn, TODAY).may_be_listed
    assert bryn.listing.services.count() == 2


def test_what_no_longer_waits_asks_for_nothing(bryn):
    listings.take_back(ListingChange.objects.waiting().get(), by=bryn.owner)
    assert "enhanced-dbs" not in {task.requirement.slug for task in TaskList(bryn, TODAY).tasks}
