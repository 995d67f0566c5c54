"""Which requirements are in force: adopted by themselves where they move few, else by a manager who has seen whom."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from audit.models import AuditEvent
from directory import services, vocabulary
from directory.models import Listing
from microcare.scheme import load
from onboarding import adopting, jobs, rules
from onboarding.losing import NotConfirmed
from onboarding.models import Rules
from onboarding.requirements import Requirements
from onboarding.rule_tables import as_table, differences, fingerprint, from_table
from onboarding.settling import NotSettled
from onboarding.standing import standing
from onboarding.task_list import TaskList
from onboarding.tasks import tasks
from tests.builders import BY, TODAY
from tests.listed_carers import listed_carer, show

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAMES = ("Ann Lewis", "Ben Lewis", "Cai Lewis", "Dai Lewis")
SCHEMES = ("monmouthshire", "flintshire", "somerset")


@pytest.fixture(autouse=True)
def _day(today):
    """Every test is on the same day."""


@pytest.fixture
def manager():
    return User.objects.create_user("manager@council.example.org", is_staff=True)


@pytest.fixture
def release(settings):
    """A new release whose files ask for these, each as it was but for what is given, and new ones of another scheme."""

    def change(*, new=(), levels=None, **changed):
        now = settings.SCHEME.requirements
        known = {**load("somerset").requirements.by_slug, **load("flintshire").requirements.by_slug}
        every = [replace(one, **changed.get(one.slug.replace("-", "_"), {})) for one in now.every]
        every += [replace(known[slug], **values) for slug, values in dict(new).items()]
        settings.SCHEME = replace(settings.SCHEME, requirements=Requirements(tuple(every), levels or now.levels))

    return change


PROFILE = {"one-page-profile": {"lapse": "hide", "applies": "all", "optional": False}}


def adopt(**facts):
    return adopting.adopt(**{"by": BY, "on": TODAY, **facts})


def live(on=TODAY):
    return sorted(Listing.objects.live(on=on).values_list("name", flat=True))


# --- kept and read back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_scheme_asks_for_is_the_same_after_it_was_kept(scheme):
    asked = load(scheme).requirements
    adopted = Rules.objects.create(number=1, table=as_table(asked), fingerprint=fingerprint(asked), actor=BY)
    adopted.refresh_from_db()
    again = from_table(adopted.table, asked)
    assert again == asked
    assert fingerprint(again) == fingerprint(asked)
    assert len({fingerprint(load(one).requirements) for one in SCHEMES}) == len(SCHEMES)


def test_a_new_kind_of_value_that_nobody_uses_changes_no_rule(settings):
    """Values that are as usual are not kept, so a release that adds one finds nothing new."""
    table = as_table(settings.SCHEME.requirements)
    assert all(value not in ({}, [], "", None, False) for row in table["requirements"] for value in row.values())


def test_what_another_release_kept_is_read_as_far_as_this_one_knows_it(settings, caplog):
    asked = settings.SCHEME.requirements
    table = as_table(asked)
    first, second, third = table["requirements"][:3]
    first["weight"] = 3
    second["applies"] = "on-full-moon"
    table["requirements"].append({**third, "slug": "moon-paper", "lapse": "vanish"})
    table["levels"] |= {"ghosts": ["chat"], "enhanced": [*table["levels"]["enhanced"], "nursing"]}
    again = from_table(table, asked)
    assert again == asked
    assert "moon-paper was kept by another release" in caplog.text


# --- adopted by themselves -------------------------------------------------------------------------------


def test_with_no_rules_the_files_count_and_the_first_ones_move_nobody(release):
    listed_carer()
    release(new=PROFILE)
    assert rules.in_force() == rules.of_files()
    before = AuditEvent.objects.count()
    first = adopt()
    assert (first.number, first.moved, first.actor) == (1, 0, BY)
    assert AuditEvent.objects.count() == before + 1
    assert adopt() is None


@pytest.mark.parametrize("names", [NAMES[:3], NAMES])
def test_the_night_adopts_what_moves_three_and_leaves_what_moves_four(release, names):
    for name in names:
        listed_carer(name)
    adopt()
    release(new=PROFILE)
    jobs.settle_standing()
    few = len(names) == 3
    assert Rules.objects.count() == (2 if few else 1)
    assert live() == ([] if few else sorted(NAMES))
    assert rules.waiting() is not few


def test_what_waits_is_asked_of_carers_and_hides_nobody(release):
    carers = [listed_carer(name) for name in NAMES]
    adopt()
    release(new=PROFILE, public_liability={"months": 6, "own_end": False})
    assert adopting.adopt_if_few(on=TODAY) is None
    assert standing(carers[0], TODAY).may_be_listed
    assert TaskList(carers[0], TODAY).now.may_be_listed
    assert "one-page-profile" in {task.requirement.slug for task in tasks(carers[0], TODAY)}
    for carer in carers[:1]:
        show(carer, "one-page-profile", carer.workers.get())
    assert [loss.carer.name for loss in adopting.would_lose(TODAY)] == list(NAMES[1:])
    assert adopting.adopt_if_few(on=TODAY).moved == 3
    assert live() == ["Ann Lewis"]


def test_what_is_asked_no_longer_still_counts_while_more_waits(release, settings):
    carers = [listed_carer(name) for name in NAMES]
    carers.append(listed_carer("Eve Lewis", without=("references",)))
    adopt()
    release(new=PROFILE)
    asked = settings.SCHEME.requirements
    fewer = tuple(one for one in asked.every if one.slug != "references")
    settings.SCHEME = replace(settings.SCHEME, requirements=Requirements(fewer, asked.levels))
    assert adopting.adopt_if_few(on=TODAY) is None
    assert standing(carers[0], TODAY).may_be_listed
    assert not standing(carers[-1], TODAY).may_be_listed
    assert "references" in {task.requirement.slug for task in tasks(carers[-1], TODAY)}


# --- by a manager ----------------------------------------------------------------------------------------


def test_more_than_three_are_moved_only_with_their_number_as_it_is_then(release, manager):
    carers = [listed_carer(name) for name in (*NAMES, "Eve Lewis")]
    adopt()
    release(new=PROFILE)
    for confirmed in (None, 4, 6):
        with pytest.raises(NotConfirmed, match="5 carers"):
            adopt(by=manager, confirmed=confirmed)
    show(carers[-1], "one-page-profile", carers[-1].workers.get())  # meanwhile
    with pytest.raises(NotConfirmed, match="4 carers"):
        adopt(by=manager, confirmed=5)
    assert live() == sorted((*NAMES, "Eve Lewis"))
    row = adopt(by=manager, confirmed=4)
    assert (row.actor, row.actor_id, row.moved, row.confirmed) == ("user", manager.pk, 4, 4)
    assert AuditEvent.objects.get(event="rules.adopted", target_id=str(row.pk)).data["carers"] == [
        carer.pk for carer in carers[:4]
    ]
    assert live() == ["Eve Lewis"]


def test_a_requirement_that_binds_next_year_moves_on_its_day(release):
    for name in NAMES:
        listed_carer(name)
    adopt()
    day = TODAY + 60 * DAY
    release(new={"one-page-profile": {**PROFILE["one-page-profile"], "since": TODAY + DAY, "existing_by": day}})
    found = adopting.would_lose(TODAY)
    assert [(loss.carer.name, loss.day, loss.services) for loss in found] == [(name, day, ()) for name in NAMES]
    assert [str(reason) for reason in found[0].reasons] == [f"One-page profile ({NAMES[0][:3]}) is not there yet"]
    adopt(confirmed=4)
    assert live(day - DAY) == sorted(NAMES)
    assert live(day) == []


def test_a_service_that_goes_counts_and_is_named(release):
    for name in NAMES:
        carer = listed_carer(name, offers=("chat", "meals"), without=("food-hygiene",))
        show(carer, "food-hygiene", carer.workers.get(), last=TODAY + 200 * DAY)
    adopt()
    release(food_hygiene={"grace": 0}, moving_and_handling={"applies": ("meals",)})
    found = adopting.would_lose(TODAY)
    assert {(loss.day, loss.services, loss.what) for loss in found} == {(TODAY, ("meals",), "loses Meals")}
    adopt(confirmed=4)
    assert live() == sorted(NAMES)
    assert all(service.checked_from is None for service in carer.listing.services.filter(service="meals"))


def test_a_shorter_validity_moves_nobody_and_less_grace_moves_those_it_ends_for(release):
    carers = [listed_carer(name) for name in NAMES]
    adopt()
    release(safeguarding={"months": 1})
    assert adopting.adopt_if_few(on=TODAY).moved == 0
    for carer in carers:
        show(carer, "hmrc", first=TODAY - 400 * DAY, last=TODAY - 10 * DAY)
        carer.evidence.filter(requirement="hmrc").exclude(valid_until=TODAY - 10 * DAY).delete()
    release(hmrc={"grace": 5})
    assert [loss.day for loss in adopting.would_lose(TODAY)] == [TODAY] * 4


def test_a_higher_dbs_level_is_a_rule_too(release, settings):
    for name in NAMES:
        listed_carer(name)
    adopt()
    levels = settings.SCHEME.requirements.levels
    release(levels=replace(levels, barred=levels.barred | {"chat"}, enhanced=levels.enhanced - {"chat"}))
    chat = vocabulary.SERVICES["chat"].en
    said = f"DBS check for “{chat}”: enhanced-barred, was enhanced."
    assert list(differences(rules.in_force(), rules.of_files())) == [said]
    with pytest.raises(NotConfirmed, match="4 carers"):
        adopt()


def test_who_is_suspended_or_gone_is_moved_by_nothing(release):
    carers = [listed_carer(name) for name in NAMES]
    adopt()
    services.suspend(carers[0].listing, by=BY)
    services.end(carers[1].listing, by=BY)
    release(new=PROFILE)
    assert [loss.carer.name for loss in adopting.would_lose(TODAY)] == ["Cai Lewis", "Dai Lewis"]


def test_when_a_listing_cannot_be_settled_nothing_is_adopted(release, monkeypatch):
    listed_carer()
    adopt()
    release(new=PROFILE)

    def broken(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr("onboarding.settling.set_checked", broken)
    with pytest.raises(NotSettled):
        adopt()
    assert Rules.objects.count() == 1
    assert live() == ["Bryn Lewis"]


def test_rules_are_never_changed(release):
    adopt()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Rules.objects.update(moved=9)


def test_facts_are_read_in_no_more_statements_for_many_than_for_one(release, django_assert_num_queries):
    carers = [listed_carer(name) for name in NAMES]
    adopt()
    release(new=PROFILE)
    adopting.would_lose(TODAY)
    with django_assert_num_queries(7):
        assert len(adopting.would_lose(TODAY)) == len(carers)
