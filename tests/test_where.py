"""The headline of a carer's page, and what it says will change by itself."""

from datetime import timedelta

import pytest

from compliance import deciding
from compliance.carer_page import CarerPage
from directory import services
from onboarding import journey, leaving
from onboarding.reasons import Reason
from onboarding.task_list import TaskList
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)
IN_A_MONTH = TODAY + timedelta(days=28)


@pytest.fixture
def officer(today):
    return member("ann@council.example.org", "manager", name="Ann Price")


def seen(carer, user, on=TODAY):
    carer.refresh_from_db()
    return CarerPage(carer, user, TaskList(carer, on), [])


def until(last, *, slug="public-liability", **more):
    """Listed, with one paper that ends then and nothing else that does."""
    carer = listed_carer(without=(slug,), **more)
    show(carer, slug, carer.workers.get() if slug in {"car-insurance"} else None, first=last - 300 * DAY, last=last)
    return carer


def test_what_keeps_a_page_away_is_said_before_that_every_paper_is_in_order(officer):
    carer = listed_carer()
    assert seen(carer, officer).where.headline == "In the directory today"
    services.pause(carer.listing, by=BY, until=IN_A_MONTH, on=TODAY)
    assert seen(carer, officer).where.headline == "Paused by the carer until 19 December 2026"
    deciding.suspend(carer, by=officer, reason=Reason.PAPERS, review_on=IN_A_MONTH, on=TODAY)
    assert seen(carer, officer).where.headline == "Suspended since 21 November 2026 by Ann Price: papers"
    assert not seen(carer, officer).standing.reasons
    deciding.end(carer, by=officer, reason=Reason.MOVED, on=TODAY)
    assert seen(carer, officer).where.headline == "Ended on 21 November 2026 by Ann Price: the carer moved away"


def test_who_leaves_by_themselves_is_hidden_or_is_new_was_decided_about_by_nobody(officer):
    gone = listed_carer()
    leaving.leave(gone, by=BY, reason=Reason.STOPPED)
    assert seen(gone, officer).where.headline == "Ended on 21 November 2026"
    assert seen(until(TODAY - DAY), officer).where.headline == "Hidden since 21 November 2026"
    new = journey.start(by=BY, name="Nia Prosser", first_name="Nia")
    assert seen(new, officer).where.headline == "Not in the directory yet"


def test_neither_somebody_themselves_nor_who_may_not_read_decisions_reads_why(officer):
    carer = listed_carer(owner=officer)
    boss = member("boss@council.example.org", "manager", name="Bea Jones")
    deciding.suspend(carer, by=boss, reason=Reason.CONCERN, review_on=IN_A_MONTH, on=TODAY)
    assert seen(carer, officer).where.headline == "Suspended since 21 November 2026"
    editor = member("editor@council.example.org", "editor")
    assert seen(carer, editor).where.headline == "Suspended since 21 November 2026"
    assert seen(carer, boss).where.headline == "Suspended since 21 November 2026 by Bea Jones: a concern"


def test_the_next_change_says_what_changes_when_and_because_of_what(officer):
    carer = until(TODAY + 10 * DAY)
    assert seen(carer, officer).next_change == (
        "Hides on 2 December 2026: public liability insurance ends 1 December 2026."
    )
    services.pause(carer.listing, by=BY, until=TODAY + 5 * DAY, on=TODAY)
    assert seen(carer, officer).next_change == "Shown again on 26 November 2026: the pause ends."
    services.pause(carer.listing, by=BY, until=IN_A_MONTH, on=TODAY)
    assert seen(carer, officer).next_change == (
        "Papers are no longer in order on 2 December 2026: public liability insurance ends 1 December 2026."
    )
    back = until(TODAY - 10 * DAY)
    show(back, "public-liability", first=TODAY + 3 * DAY, last=TODAY + 900 * DAY)
    assert seen(back, officer).next_change == "Shown again on 24 November 2026: everything is there from then."


def test_of_a_service_it_says_which(officer):
    carer = until(TODAY + 10 * DAY, slug="car-insurance", offers=("chat", "transport"))
    assert seen(carer, officer).next_change == (
        "Stops showing on 2 December 2026: Driving you in their car "
        "(business-use car insurance (Bryn) ends 1 December 2026)."
    )


def test_days_of_grace_are_said_alike_in_the_headline_the_tasks_and_what_runs_out(officer):
    carer = until(TODAY - 2 * DAY, slug="hmrc")
    page = seen(carer, officer)
    words = "ended 19 November 2026, hides 18 December 2026"
    assert [one.words for one in page.in_grace] == [words]
    assert page.next_change == "Hides on 18 December 2026: HMRC registration ended 19 November 2026."
    page.recorded = [(task, "") for task in page.page.tasks]
    assert {task.requirement.slug: ends for task, ends, _record in page.tasks}["hmrc"] == words
