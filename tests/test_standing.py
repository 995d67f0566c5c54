"""Standing against an oracle that knows no stretches: it asks each day of a window by itself, in plain loops."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microcare.scheme import load
from onboarding.models import CodeAgreement, CodeOfPractice
from onboarding.requirements import LEVELS, Levels, Requirement, Requirements
from onboarding.standing import Facts, Paper, Person, signatures, standing_of
from onboarding.stretches import LAST

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
GRACE = 4
# Every date of the facts lies within thirty days of today; with the grace and a day more nothing changes any longer.
WINDOW = [TODAY + timedelta(days=number) for number in range(-40, 41)]
BARRED, ENHANCED, BASIC, NONE = "washing-dressing", "chat", "regular-cleaning", "mowing"
SERVICES = (BARRED, ENHANCED, BASIC, NONE, "meals")


def asks(slug, of="business", lapse="hide", applies="all", **values):
    return Requirement(slug, slug, slug, of, applies, ("upload",), values.pop("facts", "paper"), lapse, **values)


LEVELS_OF = Levels(frozenset({BARRED}), frozenset({ENHANCED, "meals"}), frozenset({NONE}))
BINDS = {"since": TODAY + 5 * DAY, "existing_by": TODAY + 12 * DAY}
EVERY = (
    asks("insurance", own_end=True),
    asks("tax", grace=GRACE),
    asks("identity", of="worker"),
    asks("enhanced-dbs", of="worker", applies="enhanced-dbs", facts="dbs"),
    asks("basic-dbs", of="worker", applies="basic-dbs", facts="dbs", also=("enhanced-dbs",)),
    asks("moving", of="worker", lapse="drop", applies=(BARRED,)),
    asks("food", of="worker", lapse="drop", applies=("meals",), grace=GRACE),
    asks("registration", lapse="drop", applies="personal-care-team"),
    asks("fee", lapse="tell", applies="keeps-records"),
    asks("profile", optional=True),
    asks("new", **BINDS),
)
# Most facts ask for few of them, or nothing would ever be listed.
some_requirements = st.lists(st.sampled_from(EVERY), min_size=1, max_size=4, unique=True).map(
    lambda chosen: Requirements(tuple(sorted(chosen, key=EVERY.index)), LEVELS_OF)
)
near = st.integers(-30, 30).map(lambda number: TODAY + timedelta(days=number))


@st.composite
def some_people(draw):
    """Each starts some day, mostly long ago; some are stood down. Whoever was brought back has no such day."""
    people = []
    for number in range(draw(st.integers(0, 3))):
        starts = draw(st.one_of(st.just(TODAY - 30 * DAY), near))
        stood_down = draw(st.one_of(st.none(), st.none(), near.map(lambda day, start=starts: max(day, start))))
        people.append(Person(number + 1, f"Worker {number + 1}", starts, stood_down))
    return tuple(people)


@st.composite
def some_papers(draw, requirements, people):
    """For each requirement and person up to three: short ones within long ones, with gaps, without an end, or none."""
    papers = []
    for requirement in requirements.every:
        for person in people if requirement.of == "worker" else (None,):
            for _ in range(draw(st.sampled_from((0, 1, 1, 2, 3)))):
                first, another = draw(near), draw(st.one_of(near, st.just(LAST)))
                first, last = sorted((first, another))
                level = draw(st.sampled_from((1, 2, 3, 3))) if requirement.facts == "dbs" else 0
                papers.append(Paper(requirement.slug, person.pk if person else None, first, last, first, level))
    return tuple(papers)


@st.composite
def some_facts(draw):
    requirements, people = draw(some_requirements), draw(some_people())
    return Facts(
        requirements=requirements,
        services=frozenset(draw(st.lists(st.sampled_from(SERVICES), max_size=3))),
        people=people,
        papers=draw(some_papers(requirements, people)),
        keeps_records=draw(st.booleans()),
        listed_on=draw(st.one_of(st.none(), near)),
    )


# --- the oracle: one day, no stretches -------------------------------------------------------------------


def works(person, day):
    return person.works_from <= day and (person.stood_down_on is None or day < person.stood_down_on)


def working(facts, day):
    return [person for person in facts.people if works(person, day)]


def level_of(service):
    return {BARRED: "enhanced-barred", ENHANCED: "enhanced", "meals": "enhanced", BASIC: "basic", NONE: "none"}[service]


def level(facts):
    return max((LEVELS.index(level_of(service)) for service in facts.services), default=0)


def is_asked(requirement, facts, day):
    """Whether the business, or whoever works, must have it that day."""
    if requirement.slug == "enhanced-dbs" and level(facts) < LEVELS.index("enhanced"):
        return False
    if requirement.slug == "basic-dbs" and level(facts) != LEVELS.index("basic"):
        return False
    if requirement.slug == "registration" and (BARRED not in facts.services or len(working(facts, day)) < 2):
        return False
    if requirement.slug == "new":
        was_listed = facts.listed_on is not None and facts.listed_on < BINDS["since"]
        return day >= (BINDS["existing_by"] if was_listed else BINDS["since"])
    return True


def is_covered(requirement, person, facts, day):
    """Whether a paper holds that day, or held on one so few days before that grace is still given."""
    answers = {requirement.slug, "enhanced-dbs"} if requirement.slug == "basic-dbs" else {requirement.slug}
    for paper in facts.papers:
        enough = requirement.facts != "dbs" or paper.level >= level(facts)
        theirs = paper.worker == (person.pk if person else None)
        in_time = paper.first <= day and (day - paper.last).days <= requirement.grace
        if paper.requirement in answers and theirs and enough and in_time:
            return True
    return False


def is_met(requirement, facts, day):
    if not is_asked(requirement, facts, day):
        return True
    people = working(facts, day) if requirement.of == "worker" else [None]
    return all(is_covered(requirement, person, facts, day) for person in people)


DROPS = {"moving": BARRED, "registration": BARRED, "food": "meals"}


def services_on(facts, day):
    return frozenset(
        service
        for service in facts.services
        if all(is_met(one, facts, day) for one in facts.requirements.every if DROPS.get(one.slug) == service)
    )


def is_listed(facts, day):
    hiding = [one for one in facts.requirements.every if one.slug not in {*DROPS, "fee", "profile"}]
    return bool(
        working(facts, day)
        and services_on(facts, day)
        and all(is_met(requirement, facts, day) for requirement in hiding)
    )


# --- held against it -------------------------------------------------------------------------------------

many = settings(
    derandomize=True, deadline=None, database=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow]
)


@many
@given(some_facts())
def test_every_day_is_as_the_oracle_says(facts):
    days = standing_of(facts, TODAY)
    for day in WINDOW:
        on = replace(days, on=day)
        assert on.may_be_listed == is_listed(facts, day), day
        assert on.services_now == services_on(facts, day), day


@many
@given(some_facts(), st.sampled_from(WINDOW))
def test_it_is_the_same_whatever_day_it_is_asked_on(facts, on):
    asked, other = standing_of(facts, TODAY), standing_of(facts, on)
    assert (asked.days, asked.services) == (other.days, other.services)


@many
@given(some_facts())
def test_the_next_change_is_the_next_day_on_which_anything_differs(facts):
    def seen(day):
        return is_listed(facts, day), services_on(facts, day)

    differs = [day for day in WINDOW if day > TODAY and seen(day) != seen(day - DAY)]
    assert standing_of(facts, TODAY).next_change == min(differs, default=None)


@many
@given(some_facts())
def test_the_stretch_is_the_one_that_holds_the_day_or_the_next(facts):
    def check(stretch, is_there):
        ahead = [day for day in WINDOW if day >= TODAY and is_there(day)]
        assert (stretch is None) == (not ahead)
        if stretch:
            first, last = stretch
            assert first <= ahead[0] <= last
            assert all(is_there(day) for day in WINDOW if first <= day <= last)
            assert not any(is_there(day) for day in WINDOW if day + DAY == first or day - DAY == last)

    now = standing_of(facts, TODAY)
    check(now.stretch, lambda day: is_listed(facts, day))
    for service in facts.services:
        check(now.service_stretch(service), lambda day, one=service: one in services_on(facts, day))


@many
@given(some_facts())
def test_there_is_a_reason_just_when_the_listing_or_a_service_is_not_there(facts):
    now = standing_of(facts, TODAY)
    assert bool(now.reasons) == (not now.may_be_listed)
    assert all(str(reason) for reason in now.reasons)
    for service in facts.services:
        assert bool(now.reasons_for(service)) == (service not in now.services_now)


@many
@given(some_facts(), st.data())
def test_one_more_paper_never_takes_a_day_away_and_one_less_never_adds_one(facts, data):
    if not facts.papers:
        return
    gone = data.draw(st.sampled_from(facts.papers))
    fewer = replace(facts, papers=tuple(paper for paper in facts.papers if paper is not gone))
    with_it, without_it = standing_of(facts, TODAY), standing_of(fewer, TODAY)
    for day in WINDOW:
        assert replace(with_it, on=day).may_be_listed >= replace(without_it, on=day).may_be_listed


def test_the_facts_that_hypothesis_makes_are_not_all_of_one_kind():
    """Or the tests above would show little."""
    kinds = set()

    @many
    @given(some_facts())
    def look(facts):
        now = standing_of(facts, TODAY)
        kinds.add((now.may_be_listed, now.next_change is not None))
        kinds.add("some dropped" if set() < now.services_now < facts.services else "")
        kinds.add("gap" if len(now.days) > 1 else "whole" if now.days else "never")
        kinds.add(f"{len(facts.people)} people")

    look()
    assert {(True, True), (True, False), (False, True), (False, False)} <= kinds
    assert {"some dropped", "gap", "whole", "never", "0 people", "1 people", "2 people", "3 people"} <= kinds


# --- the Code: three dates -------------------------------------------------------------------------------


@many
@given(st.lists(near, min_size=1, max_size=4).map(sorted), st.data())
def test_a_signature_stands_until_the_end_of_the_day_by_which_the_next_version_must_be_signed(sign_by, data):
    versions = [CodeOfPractice(number=number, sign_by=day) for number, day in enumerate(sign_by, start=1)]
    signed = data.draw(
        st.lists(st.tuples(st.sampled_from(versions), near), max_size=4, unique_by=lambda pair: pair[0].number)
    )
    agreements = [CodeAgreement(code=code, signed_on=day) for code, day in signed]
    requirements = Requirements((asks("code", own_end=True),), LEVELS_OF)
    facts = Facts(
        requirements, frozenset({NONE}), (Person(1, "Ann", date.min),), tuple(signatures(agreements, versions))
    )

    def is_signed(day):
        for code, signed_on in signed:
            following = [other for other in versions if other.number == code.number + 1]
            if signed_on <= day and (not following or day <= following[0].sign_by):
                return True
        return False

    now = standing_of(facts, TODAY)
    for day in WINDOW:
        assert replace(now, on=day).may_be_listed == is_signed(day), day


# --- by hand: what people would ask about -----------------------------------------------------------------


def facts_with(*papers, services=(NONE,), requirements=EVERY, people=None, **values):
    people = (Person(1, "Ann", TODAY - 30 * DAY),) if people is None else people
    return Facts(Requirements(tuple(requirements), LEVELS_OF), frozenset(services), people, papers, **values)


def paper(slug, first, last, worker=None, level=0):
    return Paper(slug, worker, first, last, first, level)


INSURANCE, TAX, DBS, NEW = EVERY[0], EVERY[1], EVERY[3], EVERY[10]


def test_the_last_day_of_a_certificate_counts_whole():
    now = standing_of(facts_with(paper("insurance", TODAY - DAY, TODAY), requirements=[INSURANCE]), TODAY)
    assert now.may_be_listed
    assert now.next_change == TODAY + DAY
    assert not standing_of(now.facts, TODAY + DAY).may_be_listed


def test_a_shorter_paper_never_shortens_cover():
    long, short = paper("insurance", TODAY - 30 * DAY, TODAY + 30 * DAY), paper("insurance", TODAY, TODAY + 2 * DAY)
    now = standing_of(facts_with(long, short, requirements=[INSURANCE]), TODAY)
    assert now.stretch == (TODAY - 30 * DAY, TODAY + 30 * DAY)


def test_grace_is_given_for_its_days_and_not_one_more():
    facts = facts_with(paper("tax", TODAY - 9 * DAY, TODAY), requirements=[TAX])
    assert standing_of(facts, TODAY + GRACE * DAY).may_be_listed
    assert not standing_of(facts, TODAY + (GRACE + 1) * DAY).may_be_listed


def test_a_check_at_a_lower_level_is_no_check():
    lower = paper("enhanced-dbs", TODAY - DAY, LAST, worker=1, level=LEVELS.index("enhanced"))
    assert standing_of(facts_with(lower, services=[ENHANCED], requirements=[DBS]), TODAY).may_be_listed
    assert not standing_of(facts_with(lower, services=[BARRED], requirements=[DBS]), TODAY).may_be_listed


@pytest.mark.parametrize(("listed_on", "first_day"), [(None, 5), (TODAY, 12), (TODAY + 5 * DAY, 5)])
def test_a_new_requirement_binds_new_carers_first_and_those_listed_later(listed_on, first_day):
    facts = facts_with(requirements=[NEW], listed_on=listed_on)
    assert standing_of(facts, TODAY).next_change == TODAY + first_day * DAY


def test_who_is_stood_down_holds_nobody_up():
    ann, jan = Person(1, "Ann", TODAY - 30 * DAY), Person(2, "Jan", TODAY - 30 * DAY)
    papers = [paper("identity", TODAY - 9 * DAY, LAST, worker=1)]
    identity = [EVERY[2]]
    assert not standing_of(facts_with(*papers, requirements=identity, people=(ann, jan)), TODAY).may_be_listed
    gone = replace(jan, stood_down_on=TODAY)
    assert standing_of(facts_with(*papers, requirements=identity, people=(ann, gone)), TODAY).stretch == (TODAY, LAST)


def test_what_a_team_must_say_is_asked_on_the_days_when_it_is_one():
    registration = [EVERY[7]]
    starts, leaves = TODAY + 3 * DAY, TODAY + 7 * DAY
    team = (Person(1, "Ann", TODAY - 30 * DAY), Person(2, "Jan", starts, leaves))
    facts = facts_with(services=[BARRED, NONE], requirements=registration, people=team)
    assert standing_of(facts, TODAY).services_now == {BARRED, NONE}
    assert [need.requirement.slug for need in standing_of(facts, TODAY).needs] == ["registration"]
    assert standing_of(facts, starts).services_now == {NONE}
    assert standing_of(facts, leaves).services_now == {BARRED, NONE}
    assert not standing_of(facts, leaves).needs


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "insurance ended on 20 November 2026"), ("cy", "Daeth hyn i ben ar 20 Tachwedd 2026: insurance")],
)
def test_a_reason_is_said_in_each_language(language, said):
    now = standing_of(facts_with(paper("insurance", TODAY - 9 * DAY, TODAY - DAY), requirements=[INSURANCE]), TODAY)
    with translation.override(language):
        assert [str(reason) for reason in now.reasons] == [said]


@pytest.mark.parametrize("scheme", ["monmouthshire", "flintshire", "somerset"])
def test_nothing_shown_is_nothing_listed(scheme):
    facts = Facts(load(scheme).requirements, frozenset({"mowing"}), (Person(1, "Ann", TODAY),))
    now = standing_of(facts, TODAY)
    assert now.stretch is None
    assert now.next_change is None
    assert len(now.reasons) == sum(need.requirement.lapse == "hide" for need in now.needs) > 4
