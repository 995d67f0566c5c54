"""The search's rules: who covers a point, OR inside a group and AND between groups, order, and the fair turn."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import search, vocabulary
from directory.models import BANDS, DAYS, METRES_PER_MILE, Listing, cell
from directory.places import Spot
from directory.query import parse
from directory.results import find
from tests.builders import TODAY, make_listing

USK = Spot("Usk", 337700, 200800, True, False, True, "usk")
MORNINGS = sum(cell(day, BANDS.index("morning")) for day in range(5))
MONDAY_MORNING, SUNDAY_NIGHT = cell(0, BANDS.index("morning")), cell(6, BANDS.index("night"))


def ask(text, spot=USK):
    return find(parse(QueryDict(text)), spot, on=TODAY)


def names(text, spot=USK):
    pks = [row.pk for row in ask(text, spot).rows]
    return [Listing.objects.get(pk=pk).name for pk in pks]


def at(east_miles, **facts):
    """A carer whose base is so many miles east of Usk."""
    return make_listing(easting=round(USK.easting + east_miles * METRES_PER_MILE), northing=USK.northing, **facts)


@pytest.mark.django_db
def test_a_carer_is_found_only_where_the_point_is_inside_their_own_miles():
    at(4.9, name="Just Reaches", miles=5)
    at(5.1, name="Just Short", miles=5)
    assert names("") == ["Just Reaches"]


@pytest.mark.django_db
def test_whole_area_covers_every_point_inside_the_area_and_none_outside():
    at(30, name="Everywhere", whole_area=True)
    assert names("") == ["Everywhere"]
    assert names("", replace(USK, inside=False)) == []


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(-60_000, 60_000), st.integers(-60_000, 60_000), st.integers(1, 40), st.booleans(), st.booleans()
        ),
        max_size=8,
    )
)
def test_the_statement_agrees_with_plain_arithmetic(bases):
    Listing.objects.all().delete()
    expected = set()
    for number, (east, north, miles, whole, live) in enumerate(bases):
        listing = make_listing(
            name=f"Carer {number}", easting=337_700 + east, northing=200_800 + north, miles=miles, whole_area=whole,
            published=live,
        )  # fmt: skip
        if live and (whole or (east**2 + north**2) ** 0.5 <= miles * METRES_PER_MILE):
            expected.add(listing.pk)
    assert {row.pk for row in search.candidates(USK, on=TODAY)} == expected


@pytest.mark.django_db
def test_a_heading_finds_those_who_offer_any_of_its_details():
    make_listing("Chats", offers=["chat"])
    make_listing("Mows", offers=["mowing"])
    assert names("need=companionship") == ["Chats"]
    assert sorted(names("need=companionship&need=gardening")) == ["Chats", "Mows"]


@pytest.mark.django_db
def test_between_groups_both_must_hold():
    make_listing("Both", offers=["chat"], payments=["direct-payments"])
    make_listing("One", offers=["chat"], payments=["private"])
    assert names("need=chat&pay=direct-payments") == ["Both"]


@pytest.mark.django_db
def test_a_service_whose_own_papers_lapsed_is_not_found_though_the_listing_is():
    yesterday = TODAY - timedelta(days=1)
    make_listing("Lapsed", offers=["chat", "mowing"], service_dates={"mowing": (yesterday, yesterday)})
    assert names("need=mowing") == []
    assert names("need=chat") == ["Lapsed"]


@pytest.mark.django_db
def test_day_and_time_are_asked_of_the_same_hour():
    make_listing("Monday Mornings", works=MONDAY_MORNING)
    make_listing("Monday Nights", works=cell(0, BANDS.index("night")) | cell(1, BANDS.index("morning")))
    assert names("day=mon&time=morning") == ["Monday Mornings"]


@pytest.mark.django_db
def test_a_time_finds_those_who_work_then_and_space_now_those_with_space_then():
    make_listing("Works", works=MORNINGS, space=0)
    make_listing("Has Space", works=MORNINGS, space=MONDAY_MORNING)
    assert len(names("time=morning")) == 2
    assert names("time=morning&space=now") == ["Has Space"]


@pytest.mark.django_db
def test_space_that_was_not_confirmed_for_thirty_days_is_not_space_now():
    make_listing("Fresh", confirmed_on=TODAY - timedelta(days=30))
    make_listing("Stale", confirmed_on=TODAY - timedelta(days=31))
    assert names("space=now") == ["Fresh"]
    assert names("") == ["Fresh", "Stale"]


@pytest.mark.django_db
def test_a_language_is_asked_with_a_level():
    make_listing("Fluent", languages={"en": 4, "cy": 3})
    make_listing("A Few Words", languages={"en": 4, "cy": 1})
    assert len(names("language=cy")) == 2
    assert names("language=cy&level=3") == ["Fluent"]


@pytest.mark.django_db
def test_within_narrows_to_bases_that_near():
    at(2, name="Near", miles=10)
    at(8, name="Far", miles=10)
    assert names("within=3") == ["Near"]


@pytest.mark.django_db
def test_nearest_goes_by_base_and_recently_confirmed_by_day():
    at(4, name="Far Fresh", miles=10, confirmed_on=TODAY)
    at(1, name="Near Old", miles=10, confirmed_on=TODAY - timedelta(days=9))
    assert names("sort=nearest") == ["Near Old", "Far Fresh"]
    assert names("sort=confirmed") == ["Far Fresh", "Near Old"]


@pytest.mark.django_db
def test_best_match_puts_space_first_then_waiting_then_full_then_not_confirmed():
    make_listing("Not Confirmed", confirmed_on=TODAY - timedelta(days=90))
    make_listing("Full", capacity="full")
    make_listing("Waiting", capacity="waiting")
    make_listing("Space", capacity="space")
    assert names("") == ["Space", "Waiting", "Full", "Not Confirmed"]


@pytest.mark.django_db
def test_equals_take_turns_by_the_day_and_everybody_is_first_sometimes():
    for number in range(4):
        make_listing(f"Equal {number}")
    rows = search.candidates(USK, on=TODAY)
    days = [TODAY + timedelta(days=ahead) for ahead in range(365)]
    firsts = Counter(search.ordered(rows, parse(QueryDict("sort=nearest")), on=day)[0].pk for day in days)
    assert len(firsts) == 4
    assert min(firsts.values()) > 365 / 4 * 0.7


@pytest.mark.django_db
def test_the_order_of_one_day_does_not_change_between_two_looks():
    for number in range(9):
        make_listing(f"Equal {number}")
    assert names("") == names("")


@pytest.mark.django_db
def test_words_that_are_not_a_kind_of_help_find_a_name():
    make_listing("Bryn Lewis")
    make_listing("Carys Pugh")
    assert names("q=carys") == ["Carys Pugh"]


@pytest.mark.django_db
def test_words_found_nowhere_are_left_out_and_said():
    make_listing("Bryn Lewis")
    results = ask("q=zzyzx")
    assert results.count == 1
    assert results.ignored == "zzyzx"


@pytest.mark.django_db
def test_each_count_is_what_choosing_only_that_option_gives():
    make_listing("A", offers=["chat"], works=MORNINGS)
    make_listing("B", offers=["mowing"], works=SUNDAY_NIGHT)
    make_listing("C", offers=["chat", "mowing"], works=MORNINGS)
    results = ask("need=companionship&time=morning")
    for group in results.groups:
        for option in group.shown + group.more:
            kept = [pair for pair in results.query.filters if pair[0] != group.key]
            text = "&".join(f"{key}={value}" for key, value in [*kept, (option.key, option.value)])
            assert option.count == ask(text).count, option


@pytest.mark.django_db
def test_what_would_find_nobody_is_not_offered_but_each_kind_of_help_is():
    make_listing("A", offers=["chat"], works=MORNINGS)
    groups = {group.key: [option.value for option in group.shown + group.more] for group in ask("pay=self").groups}
    assert groups["time"] == ["morning"]
    assert groups["space"] == ["now"]
    assert len(groups["need"]) == len(vocabulary.HEADINGS)
    nobody = {group.key: group for group in ask("need=hoisting&time=night&day=sun").groups}
    assert [option.value for option in nobody["time"].shown] == ["night"]
    assert not nobody["day"].folded


@pytest.mark.django_db
def test_each_tag_says_what_taking_it_off_gives_and_leads_there():
    make_listing("A", offers=["chat"], works=MORNINGS)
    make_listing("B", offers=["chat"], works=SUNDAY_NIGHT)
    chips = ask("need=mowing&time=morning").chips
    assert [(chip.label, chip.count) for chip in chips] == [("Mowing and hedges", 1), ("Mornings", 0)]
    for chip in chips:
        assert ask(chip.address.removeprefix("?")).count == chip.count


@pytest.mark.django_db
def test_counts_are_left_out_when_there_are_too_many_to_count(monkeypatch):
    monkeypatch.setattr(search, "MOST_COUNTED", 1)
    make_listing("A")
    make_listing("B")
    assert {option.count for group in ask("").groups for option in group.shown} == {None}


@pytest.mark.django_db
def test_more_than_the_limit_is_said_and_the_nearest_are_kept(monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 2)
    for miles in (3, 1, 2, 4):
        at(miles, name=f"At {miles}", miles=10)
    assert ask("").heading == "At least 2 micro carers who cover Usk"
    assert ask("sort=nearest&within=1").heading == "At least 1 micro carer who covers Usk"
    assert names("sort=nearest") == ["At 1", "At 2", "At 3"]


@pytest.mark.django_db
def test_nobody_here_names_the_nearest_who_do_not_say_they_come():
    at(7, name="Near Chat", miles=5, offers=["chat"])
    at(6, name="Near Mower", miles=5, offers=["mowing"])
    assert [card.listing.name for card in ask("need=chat").near] == ["Near Chat"]


def test_an_address_and_back_is_the_same_question():
    text = "q=bryn&place=Usk&need=companionship&for=older-people&language=cy&level=3&day=mon&time=morning"
    query = parse(QueryDict(text + "&within=5&sort=nearest&page=2"))
    assert parse(QueryDict(query.address().removeprefix("?"))) == query


@pytest.mark.parametrize(
    "text",
    [
        "need=nonsense",
        "day=noday&time=&for=x",
        "page=-1",
        "page=x",
        "within=900",
        "level=99",
        "sort=worst",
    ],
)
def test_what_is_not_known_is_left_out(text):
    query = parse(QueryDict(text))
    assert query.filters == []
    assert query.page == 1


@given(st.text(max_size=400), st.sampled_from(["q", "place", "need", "day", "within", "page", "level", "sort"]))
def test_no_text_at_all_breaks_the_reading(text, key):
    query = parse(QueryDict(f"{key}={quote(text)}"))
    assert len(query.q) <= 200
    assert len(query.place) <= 200
    assert set(query.day) <= set(DAYS)
