"""The people of a business: each with their own tasks; what a change does to the page is said before it is done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from microcare.scheme import load
from onboarding import journey
from onboarding.models import Evidence, Worker
from onboarding.task_list import TaskList
from tests.builders import BY, make_listing
from tests.paper_builders import carer, seen, typed
from tests.team_builders import member

pytestmark = pytest.mark.django_db
TOMORROW = typed(works_from=date(2026, 11, 22))


@pytest.fixture
def flintshire(settings, today):
    settings.SCHEME = load("flintshire")
    return settings.SCHEME


@pytest.fixture
def megan(flintshire, client):
    """One person, with nothing left to show."""
    megan = carer(services=["mowing"])
    client.force_login(megan.owner)
    return megan


def words(response):
    return " ".join(response.content.decode().split())


def show_everything(megan):
    """All that is asked, seen by the team, and a page in the directory."""
    team = member()
    for task in TaskList(megan, date(2026, 11, 21)).tasks:
        worker = megan.workers.get(pk=task.person.pk) if task.person else None
        if task.requirement.slug != "code":
            ends = date(2027, 11, 20) if task.requirement.own_end else None
            seen(megan, task.requirement.slug, by=team, worker=worker, dated=date(2026, 11, 20), ends_on=ends)
    megan.listing = make_listing("Megan Price", owner=megan.owner, base="mold", offers=["mowing"])
    megan.save()


@pytest.fixture
def listed(megan, settings):
    """Public today; the scheme asks for no signature, which has a test file of its own."""
    known = settings.SCHEME.requirements
    every = tuple(one for one in known.every if one.slug != "code")
    settings.SCHEME = replace(settings.SCHEME, requirements=replace(known, every=every))
    show_everything(megan)
    return megan


def add(client, name="Tom", **sure):
    return client.post("/my/people/add/", {"first_name": name, **TOMORROW, **sure})


def test_where_one_is_the_most_there_is_no_such_page(client, today):
    client.force_login(carer().owner)
    assert client.get("/my/people/").status_code == 404
    assert "/my/people/" not in words(client.get("/my/"))


def test_adding_somebody_first_says_that_the_page_is_hidden_until_they_are_checked(client, listed):
    page = words(add(client))
    assert "From 22 November 2026 your page is not public, until these are there:" in page
    assert "Identity (Tom) is not there yet" in page
    assert Worker.objects.count() == 1


def test_sure_they_are_added_with_tasks_of_their_own(client, listed, today):
    assert add(client, sure="1")["Location"] == "/my/people/"
    assert "Tom" in words(client.get("/my/people/"))
    titles = [group.title for group in TaskList(listed, today).groups]
    assert {"About Megan", "About Tom"} <= set(titles)


def test_before_there_is_a_page_nothing_changes_there(client, megan):
    assert "Your page is not in the directory now" in words(add(client))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"first_name": ""}, "Enter their first name"),
        ({"first_name": "megan"}, "Somebody of that first name works with you already."),
        (typed(works_from=date(2026, 11, 20)), "Choose today or a day to come"),
        ({"works_from-day": ""}, "The date must have a day"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, megan, said, error):
    page = words(client.post("/my/people/add/", {"first_name": "Tom", **TOMORROW, **said, "sure": "1"}))
    assert error in page
    assert "There is a problem" in page
    assert Worker.objects.count() == 1


def test_over_the_most_nobody_is_added(client, megan, flintshire):
    for name in ("Ann", "Bob", "Cai", "Dai"):
        journey.add_worker(megan, by=BY, first_name=name, works_from=date(2026, 11, 21), most=5)
    assert "No more people may work in one business." in words(client.get("/my/people/"))
    assert "No more people may work in one business." in words(add(client, sure="1"))
    assert Worker.objects.count() == 5


def test_whose_papers_are_missing_stands_down_and_the_page_is_public_again(client, listed, today):
    tom = journey.add_worker(listed, by=BY, first_name="Tom", works_from=today, most=5)
    listed.listing.refresh_from_db()
    assert not listed.listing.checked_on(today)
    address = f"/my/people/{tom.pk}/stand-down/"
    assert "Your page is public again from 21 November 2026." in words(client.post(address, typed(off_from=today)))
    client.post(address, {**typed(off_from=today), "sure": "1"})
    listed.listing.refresh_from_db()
    assert listed.listing.checked_on(today)
    assert listed.listing.team_size == 1
    assert "Does not work since 21 November 2026." in words(client.get("/my/people/"))


def test_brought_back_they_are_asked_again(client, listed, today):
    tom = journey.add_worker(listed, by=BY, first_name="Tom", works_from=today, most=5)
    journey.stand_down(tom, by=BY, on=today)
    page = words(client.get(f"/my/people/{tom.pk}/back/"))
    assert "From 21 November 2026 your page is not public, until these are there:" in page
    client.post(f"/my/people/{tom.pk}/back/", {"sure": "1"})
    tom.refresh_from_db()
    assert tom.stood_down_on is None


def test_removed_they_are_gone_with_their_tasks(client, listed, today):
    tom = journey.add_worker(listed, by=BY, first_name="Tom", works_from=today, most=5)
    client.post(f"/my/people/{tom.pk}/remove/", {"sure": "1"})
    tom.refresh_from_db()
    assert tom.removed_at
    assert "Tom" not in words(client.get("/my/"))
    assert client.get(f"/my/tasks/identity/{tom.pk}/").status_code == 404


def test_the_last_one_stays(client, megan, today):
    me = megan.workers.get()
    said = {**typed(off_from=today), "sure": "1"}
    assert "Somebody must work in the business" in words(client.post(f"/my/people/{me.pk}/stand-down/", said))
    assert "Somebody must work in the business" in words(client.post(f"/my/people/{me.pk}/remove/", {"sure": "1"}))
    me.refresh_from_db()
    assert me.works_on(today + timedelta(days=1))


def test_somebody_elses_people_are_not_there(client, megan):
    other = carer("Ann").workers.get()
    for page in ("stand-down", "back", "remove"):
        assert client.post(f"/my/people/{other.pk}/{page}/", {"sure": "1"}).status_code == 404


def test_in_england_a_team_of_personal_care_is_asked_who_each_works_for(client, settings, today):
    settings.SCHEME = load("somerset")
    megan = carer(services=["washing-dressing"])
    client.force_login(megan.owner)
    assert client.get("/my/tasks/registration/").status_code == 404
    journey.add_worker(megan, by=BY, first_name="Tom", works_from=today, most=7)
    page = words(client.post("/my/tasks/registration/", {"works_for": "registered", "check": "1"}))
    assert "Enter the CQC provider number, like 1-123456789" in page
    response = client.post("/my/tasks/registration/", {"works_for": "person", "check": "1"})
    key = client.get(response["Location"]).context["key"]
    client.post(response["Location"], {"key": key})
    assert Evidence.objects.get().facts == {"works_for": "person"}


def test_somebody_removed_in_another_tab_meanwhile_is_said_and_is_no_fault(megan, client, monkeypatch):
    jan = journey.add_worker(megan, by=BY, first_name="Jan", works_from=date(2026, 11, 21), most=5)
    monkeypatch.setattr("onboarding.people_views.current", lambda request, pk: jan)
    journey.remove_worker(jan, by=BY, on=date(2026, 11, 21))
    for what in ("stand-down", "back", "remove"):
        said = typed(off_from=date(2026, 11, 21)) | {"sure": "1"}
        assert "They do not work in the business any more." in words(client.post(f"/my/people/{jan.pk}/{what}/", said))
