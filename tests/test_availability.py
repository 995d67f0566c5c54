"""The 7×7 grid in words, and what is said of space, is what the carer said and no more."""

from datetime import date, timedelta
from functools import reduce
from operator import or_

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from directory import availability, capacity
from directory.availability import day_names, days_in_words, grid, in_words, legend, open_cells, week
from directory.models import BANDS, CELLS, DAYS, Listing, cell
from directory.templatetags.directory_tags import day, phone, tel
from tests.builders import TODAY

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WEEK = range(7)


def cells(**bands):
    return reduce(or_, (cell(day, BANDS.index(band)) for band, days in bands.items() for day in days), 0)


def said(**facts):
    return Listing(first_name="Carys", capacity_confirmed_on=TODAY - timedelta(days=3), **facts)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (WEEK, "every day"),
        ([SAT, SUN], "weekends"),
        (range(5), "Monday to Friday"),
        (range(6), "Monday to Saturday"),
        ([TUE, WED, THU], "Tuesday to Thursday"),
        ([MON, WED, THU, FRI, SAT, SUN], "not Tuesdays"),
        ([MON, WED, FRI, SAT, SUN], "not Tuesdays or Thursdays"),
        ([MON], "Mondays"),
        ([MON, TUE], "Mondays and Tuesdays"),
        ([MON, WED, FRI], "Mondays, Wednesdays and Fridays"),
    ],
)
def test_days_are_said_shortly(days, words):
    assert days_in_words(set(days)) == words


@pytest.mark.parametrize(
    ("works", "asked", "words"),
    [
        (cells(morning=range(6)), None, "Mornings, Monday to Saturday"),
        (cells(morning=WEEK, night=[MON]), ["morning"], "Mornings, every day"),
        (cells(morning=range(5), evening=range(5)), None, "Mornings and evenings, Monday to Friday"),
        (cells(morning=WEEK, evening=[MON]), None, "Mornings or evenings, every day"),
        (cells(early=[MON], morning=[TUE], night=[WED]), None, "Monday to Wednesday"),
        (cells(**{band: [MON, WED, THU, FRI, SAT, SUN] for band in BANDS}), None, "Every day but Tuesdays"),
        (cells(night=[SAT]), ["morning"], "Does not work then"),
        (0, None, "Ask for days and times"),
    ],
)
def test_times_are_named_while_they_are_few(works, asked, words):
    assert in_words(works, asked) == words


@given(st.integers(0, (1 << CELLS) - 1), st.lists(st.sampled_from(BANDS)))
def test_the_strip_marks_a_day_when_the_carer_works_in_any_asked_part_of_it(works, asked):
    strip = week(Listing(works=works), asked, on=TODAY)
    bands = [BANDS.index(band) for band in asked] or range(len(BANDS))
    assert [day.works for day in strip.days] == [any(works & cell(day, band) for band in bands) for day in WEEK]
    assert strip.words


@given(st.integers(0, (1 << CELLS) - 1), st.integers(0, (1 << CELLS) - 1))
def test_the_table_says_each_of_the_49_cells(works, inside):
    listing = said(works=works, space=works & inside, capacity="space")
    for band, row in enumerate(grid(listing, TODAY)):
        for weekday, shown in enumerate(row.cells):
            one = cell(weekday, band)
            assert shown.state == ("space" if works & inside & one else "works" if works & one else "no")


@pytest.mark.parametrize("state", ["waiting", "full", "from"])
def test_no_cell_has_space_while_the_carer_says_there_is_none(state):
    every = cells(morning=WEEK)
    listing = said(works=every, space=every, capacity=state, space_from=TODAY + timedelta(days=1))
    assert open_cells(listing, TODAY) == 0
    assert [entry.state for entry in legend(listing, TODAY)] == ["works", "no"]


def test_a_time_is_called_full_only_beside_times_with_space():
    listing = said(works=cells(morning=[MON, TUE]), space=cells(morning=[MON]), capacity="space")
    assert [shown.words for shown in grid(listing, TODAY)[1].cells[:3]] == [
        "has space",
        "works, but full",
        "does not work",
    ]


def test_the_strip_has_the_days_letters_and_the_words_beside_it():
    page = render_to_string("directory/_week.html", {"week": week(Listing(works=cells(morning=[MON])), on=TODAY)})
    assert page.count("week__day--works") == 1
    assert "Mornings, Mondays" in page
    assert len(day_names()) == len(availability.LETTERS) == len(DAYS)


# --- space -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "state", "label", "also"),
    [
        ({"capacity": "space"}, "space", "Space now", ""),
        ({"capacity": "full"}, "full", "Full", ""),
        ({"capacity": "waiting"}, "waiting", "Waiting list", ""),
        ({"capacity": "waiting", "waiting_weeks": 4}, "waiting", "Waiting list", "About 4 weeks. "),
        ({"capacity": "waiting", "waiting_weeks": 1}, "waiting", "Waiting list", "About 1 week. "),
        ({"capacity": "from", "space_from": date(2027, 1, 11)}, "from", "Full until 11 January", ""),
        ({"capacity": "from", "space_from": date(2028, 1, 11)}, "from", "Full until 11 January 2028", ""),
        ({"capacity": "from", "space_from": TODAY}, "space", "Space now", ""),
    ],
)
def test_space_is_shown_with_the_day_it_was_confirmed(facts, state, label, also):
    shown = capacity.shown(said(**facts), TODAY)
    assert (shown.state, shown.label.replace("\xa0", " ")) == (state, label)
    assert shown.detail.replace("\xa0", " ") == f"{also}Confirmed 18 November"


def test_what_was_confirmed_30_days_ago_counts_and_31_days_ago_does_not():
    listing = Listing(capacity="space", capacity_confirmed_on=TODAY)
    assert capacity.state(listing, TODAY + timedelta(days=30)) == "space"
    assert capacity.state(listing, TODAY + timedelta(days=31)) == "unconfirmed"


def test_space_that_is_not_confirmed_says_when_it_last_was():
    old = capacity.shown(Listing(capacity="space", capacity_confirmed_on=date(2026, 10, 9)), TODAY)
    assert (old.label, old.detail) == ("Not confirmed", "Last confirmed 9\xa0October")
    assert capacity.shown(Listing(capacity="space"), TODAY) == ("unconfirmed", "Not confirmed", "")


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        (said(capacity="space", hours_free=6), "6 hours a week. Carys told us on 18 November 2026."),
        (said(capacity="full", hours_free=6), "Carys told us on 18 November 2026."),
        (said(capacity="waiting", waiting_weeks=4), "About 4 weeks. Carys told us on 18 November 2026."),
        (Listing(first_name="Carys"), "Carys has not told us yet. Ask."),
        (
            Listing(first_name="Carys", capacity_confirmed_on=date(2026, 10, 9)),
            "Carys last told us on 9 October 2026. Ask.",
        ),
    ],
)
def test_the_profile_says_who_told_us_and_when(listing, words):
    assert capacity.told(listing, TODAY).replace("\xa0", " ") == words


def test_the_tag_carries_its_state_for_the_icon_and_its_word():
    page = render_to_string("directory/_capacity.html", {"listing": said(capacity="space"), "today": TODAY})
    assert 'class="capacity__tag capacity__tag--space">Space now<' in page


# --- dates and phone numbers -----------------------------------------------------------------------------


def test_dates_stay_whole():
    assert day(date(2026, 11, 1)) == "1\xa0November\xa02026"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("typed", "shown", "link"),
    [
        ("07700900142", "07700 900142", "tel:+447700900142"),
        ("01633 960123", "01633 960123", "tel:+441633960123"),
        ("+44 7700 900142", "07700 900142", "tel:+447700900142"),
        ("999 or ring", "999 or ring", "tel:999"),
    ],
)
def test_phone_numbers_are_spaced_to_read_and_plain_to_ring(typed, shown, link):
    assert phone(typed).replace("\xa0", " ") == shown
    assert tel(typed) == link
