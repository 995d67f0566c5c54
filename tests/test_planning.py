"""What will change by a day: who is shown, hidden, or loses or gains a service, in a command and in the admin."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from compliance import planning
from directory import services
from directory.models import Listing
from onboarding import adopting, jobs
from onboarding.models import CodeOfPractice, Mending, Rules
from onboarding.requirements import Requirements
from onboarding.settling import settle
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show
from tests.team_builders import member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGES = "/admin/onboarding/rules/"


@pytest.fixture(autouse=True)
def _day(today):
    """Every test is on the same day."""


@pytest.fixture
def cast():
    """Whose insurance ends on the 1st of December; whose begins then; who pauses till then; whose food hygiene ends."""
    ends = listed_carer("Ann Lewis", without=("public-liability",))
    show(ends, "public-liability", last=TODAY + 10 * DAY)
    begins = listed_carer("Ben Lewis", without=("public-liability",))
    show(begins, "public-liability", first=TODAY + 10 * DAY, last=TODAY + 300 * DAY)
    pauses = listed_carer("Cai Lewis")
    services.pause(pauses.listing, by=BY, until=TODAY + 10 * DAY, on=TODAY)
    drops = listed_carer("Dai Lewis", offers=("chat", "meals"), without=("food-hygiene",))
    show(drops, "food-hygiene", drops.workers.get(), last=TODAY + 10 * DAY)
    stays, gone = listed_carer("Eve Lewis"), listed_carer("Fay Lewis")
    services.suspend(gone.listing, by=BY)
    show(gone, "public-liability", last=TODAY + 10 * DAY)
    return ends, begins, pauses, drops, stays, gone


def said(*arguments):
    out = io.StringIO()
    call_command("check_standing", *arguments, stdout=out)
    return out.getvalue()


def facts(changes):
    return {(one.carer.name, one.what, (one.day - TODAY).days, one.reasons) for one in changes}


# --- the plan --------------------------------------------------------------------------------------------


def test_who_comes_and_goes_by_a_day_since_when_and_why(cast):
    assert planning.plan(TODAY, today=TODAY) == []
    food = f"Food hygiene training ({cast[3].workers.get()}): ends 1 December 2026, not shown from 2 December 2026"
    assert facts(planning.plan(TODAY + 20 * DAY, today=TODAY)) == {
        ("Ann Lewis", "hidden", 11, ("Public liability insurance: ends 1 December 2026, hides 2 December 2026",)),
        ("Ben Lewis", "shown", 10, ("Everything is in order from 1 December 2026",)),
        ("Cai Lewis", "shown", 10, ("The pause ends",)),
        ("Dai Lewis", "loses Meals", 11, (food,)),
    }


def test_on_each_day_it_is_what_the_public_then_sees_with_every_job_dead(cast):
    """Against the public query itself, which asks the dates that are written."""
    now = set(Listing.objects.live(on=TODAY).values_list("name", flat=True))
    for ahead in (0, 9, 10, 11, 60, 299, 400):
        day = TODAY + ahead * DAY
        changes = planning.plan(day, today=TODAY)
        shown = {one.carer.name for one in changes if one.effect == planning.SHOWN}
        hidden = {one.carer.name for one in changes if one.effect == planning.HIDDEN}
        assert (now | shown) - hidden == set(Listing.objects.live(on=day).values_list("name", flat=True)), day


def test_a_service_that_comes_back_is_gained(cast):
    drops = cast[3]
    show(drops, "food-hygiene", drops.workers.get(), first=TODAY + 10 * DAY, last=TODAY + 300 * DAY)
    assert "Dai Lewis" not in {one.carer.name for one in planning.plan(TODAY + 20 * DAY, today=TODAY)}
    drops.evidence.filter(requirement="food-hygiene", valid_until=TODAY + 10 * DAY).delete()
    settle(drops, by=BY)
    found = {one.carer.name: one for one in planning.plan(TODAY + 20 * DAY, today=TODAY)}["Dai Lewis"]
    assert (found.gained, found.lost, found.day) == (("meals",), (), TODAY + 10 * DAY)


def test_other_rules_and_a_code_that_would_be_published_are_planned_before_they_are(cast, settings):
    asked = settings.SCHEME.requirements
    every = tuple(replace(one, lapse="hide") if one.slug == "food-hygiene" else one for one in asked.every)
    stricter = planning.plan(TODAY + 20 * DAY, today=TODAY, requirements=Requirements(every, asked.levels))
    assert {one.carer.name for one in stricter if one.effect == planning.HIDDEN} == {"Ann Lewis", "Dai Lewis"}
    code = CodeOfPractice(number=2, sign_by=TODAY + 30 * DAY)
    hidden = planning.plan(TODAY + 31 * DAY, today=TODAY, code=code)
    assert {(one.carer.name, (one.day - TODAY).days) for one in hidden if one.effect == planning.HIDDEN} == {
        ("Ann Lewis", 11), ("Dai Lewis", 31), ("Eve Lewis", 31),
    }  # fmt: skip


def test_many_carers_are_planned_in_few_statements(cast, django_assert_num_queries):
    with django_assert_num_queries(8):
        planning.plan(TODAY + 20 * DAY, today=TODAY)


# --- the command -----------------------------------------------------------------------------------------


def test_the_command_prints_the_plan_and_its_count(cast):
    lines = said("--plan", "2026-12-11").splitlines()
    assert (
        "2026-12-02  Ann Lewis: hidden (Public liability insurance: ends 1 December 2026, hides 2 December 2026)"
        in lines
    )
    assert lines[-1] == (
        "By 2026-12-11, if nothing changes: 2 shown, 1 hidden, 1 losing a service, 0 gaining a service."
    )


def test_the_command_names_what_differs_ends_with_an_error_and_mends(cast):
    assert said() == "Every listing says where its carer stands.\n"
    until = cast[4].listing.checked_until
    Listing.objects.filter(pk=cast[4].listing_id).update(checked_until=until + 9 * DAY)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 listing is not right"):
        call_command("check_standing", stdout=out)
    assert f"Carer {cast[4].pk}: stretch is 2026-10-22 to {until + 9 * DAY}, to be 2026-10-22 to {until}" in (
        out.getvalue()
    )
    assert "1 listing is put right." in said("--mend")
    assert said() == "Every listing says where its carer stands.\n"
    assert Mending.objects.get().carer_id == cast[4].pk


@pytest.mark.parametrize(
    "arguments", [["--plan", "2026-11-20"], ["--plan", "2026-12-20", "--mend"], ["--plan", "soon"]]
)
def test_the_command_refuses_what_makes_no_sense(arguments):
    with pytest.raises(CommandError):
        call_command("check_standing", *arguments)


# --- the pages -------------------------------------------------------------------------------------------


@pytest.fixture
def as_(client):
    def sign_in(role):
        client.force_login(member(f"{role}@council.example.org", role))
        return client

    return sign_in


def text(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").select_one("#content").get_text(" ").split())


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_the_page_shows_the_plan_and_gives_it_as_a_file(cast, as_, role):
    team = as_(role)
    assert "What will change by …" in text(team.get("/admin/"))
    page = text(team.get(f"{PAGES}plan/"))
    assert "By 21 December 2026: 2 shown, 1 hidden, 1 losing a service, 0 gaining a service." in page
    assert "Ann Lewis Hidden 2 December 2026 Public liability insurance: ends 1 December 2026, hides" in page
    answer = team.get(f"{PAGES}plan/?on=2026-12-01&as=csv")
    assert "standing-2026-12-01.csv" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Carer", "What", "From", "Why"]
    assert [row[0] for row in rows[1:]] == ["Ben Lewis", "Cai Lewis"]
    assert AuditEvent.objects.get(event="plan.exported").data == {"count": 2, "day": "2026-12-01"}


@pytest.mark.parametrize(
    ("day", "wrong"),
    [("2026-11-20", "Choose today or a later day."), ("soon", "Enter a valid date."), ("", "required")],
)
def test_a_day_that_is_none_is_said_and_kept(cast, as_, day, wrong):
    team = as_("manager")
    for more in ("", "&as=csv"):
        page = team.get(f"{PAGES}plan/?on={day}{more}")
        assert wrong in text(page)
        assert f'value="{day}"' in page.content.decode() or not day


def test_new_rules_wait_on_the_home_page_until_a_manager_types_their_number(as_, settings):
    carers = [listed_carer(name) for name in ("Ann Lewis", "Ben Lewis", "Cai Lewis", "Dai Lewis")]
    adopting.adopt(by=BY, on=TODAY)
    team = as_("manager")
    assert "Rules that wait" not in text(team.get("/admin/"))
    assert "Nothing waits" in text(team.get(f"{PAGES}adopt/"))
    asked = settings.SCHEME.requirements
    strict = replace(asked["contingency"], slug="confidentiality", en="Confidentiality policy", cy="Polisi")
    settings.SCHEME = replace(settings.SCHEME, requirements=Requirements((*asked.every, strict), asked.levels))
    assert "Rules that wait for a manager: 4 carers would be hidden" in text(team.get("/admin/"))
    page = text(team.get(f"{PAGES}adopt/"))
    assert "New: Confidentiality policy." in page
    assert "Dai Lewis Is hidden 21 November 2026 Confidentiality policy is not there yet" in page
    for typed in ("", "3", "no"):
        again = team.post(f"{PAGES}adopt/", {"confirmed": "1", "number": typed})
        assert "Nothing has changed. 4 carers would be hidden" in again.content.decode()
    services.end(carers[0].listing, by=BY)
    again = team.post(f"{PAGES}adopt/", {"confirmed": "1", "number": "4"})
    assert "Nothing has changed. 3 carers would be hidden" in again.content.decode()
    assert Rules.objects.count() == 1
    done = team.post(f"{PAGES}adopt/", {"confirmed": "1", "number": "3"}, follow=True)
    assert "In force from now on, as rules 2." in done.content.decode()
    assert not Listing.objects.live(on=TODAY)
    twice = team.post(f"{PAGES}adopt/", {"confirmed": "1", "number": "3"}, follow=True)
    assert "They were in force already." in twice.content.decode()
    assert "Confidentiality policy" in text(team.get(f"{PAGES}{Rules.objects.first().pk}/change/"))


def test_the_home_page_says_how_many_the_night_mended_and_leads_to_them(as_):
    carer = listed_carer()
    team = as_("reviewer")
    row = "Listings mended by the last nightly comparison"

    def night(days):
        with time_machine.travel(f"{TODAY + days * DAY}T03:10:00Z"):
            jobs.settle_standing()

    def counted():
        page = BeautifulSoup(team.get("/admin/").content, "html.parser")
        link = page.find("a", string=row)
        line = link.find_parent("tr")
        return link["href"], line.find_all("td")[0].get_text() if line else link.find_parent("p").get_text()[:8]

    night(1)
    assert counted()[1] == "None now"
    Listing.objects.update(checked_until=TODAY + 999 * DAY)
    night(2)
    address, number = counted()
    assert number == "1"
    listed = text(team.get(address))
    assert f"Bryn Lewis ({carer.pk})" in listed
    assert f"stretch: said 2026-10-22 to {TODAY + 999 * DAY}, now says 2026-10-22 to" in listed
    night(3)
    address, number = counted()
    assert number == "None now"
    assert "Bryn Lewis" not in text(team.get(address))
