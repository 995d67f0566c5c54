"""Prices and ways to pay read as people say them."""

import pytest
from django.utils import translation

from directory.models import Listing
from directory.money import example_week, headline, headline_words, minimum, money, prices
from directory.payments import payments_in_words


@pytest.mark.parametrize(
    ("pence", "said"),
    [(45, "45p"), (99, "99p"), (100, "£1"), (2200, "£22"), (2050, "£20.50"), (2005, "£20.05"), (100_000, "£1,000")],
)
def test_pence_are_shown_only_where_there_are_some(pence, said):
    assert money(pence) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"price_hour": 2200}, "£22 an hour"),
        ({"price_hour": 2200, "price_weekend_hour": 2500}, "From £22 an hour"),
        ({"price_hour": 2200, "price_weekend_hour": 2200}, "£22 an hour"),
        ({"price_hour": 2200, "price_visit": 1000}, "£22 an hour"),
        ({"price_half_hour": 1250}, "£12.50 for half an hour"),
        ({"price_visit": 3000, "price_night": 9000}, "£30 a visit"),
        ({"price_night": 9000}, "£90 a night"),
        ({}, "Ask for a price"),
    ],
)
def test_the_headline_is_the_price_people_compare(facts, said):
    assert headline_words(Listing(**facts)) == said


def test_the_headline_makes_the_amount_bold():
    assert headline(Listing(price_hour=2050)) == "<b>£20.50</b> an hour"


def test_the_table_has_a_row_for_each_price_and_no_other():
    listing = Listing(price_hour=2200, price_weekend_hour=2550, price_mile=45)
    assert prices(listing) == [
        ("Monday to Friday", "£22 an hour"),
        ("Saturday and Sunday", "£25.50 an hour"),
        ("Travel", "45p a mile"),
    ]


def test_every_kind_of_price_has_a_row():
    listing = Listing(**dict.fromkeys([*Listing.PRICES, "price_mile"], 2000))
    assert len(prices(listing)) == len(Listing.PRICES) + 1


def test_an_hour_is_not_called_weekdays_where_weekends_cost_the_same():
    assert prices(Listing(price_hour=2200))[0].what == "By the hour"


def test_no_charge_for_travel_is_said():
    assert ("Travel", "No charge") in prices(Listing(price_mile=0))


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(None, ""), (0, ""), (45, "45 minutes"), (60, "1 hour"), (61, "1 hour 1 minute"), (150, "2 hours 30 minutes")],
)
def test_the_shortest_visit_is_said_in_hours_and_minutes(minutes, said):
    assert minimum(Listing(minimum_minutes=minutes)) == said


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        (["direct-payments"], "Direct payments only"),
        (["private"], "Your own money only"),
        (["private", "direct-payments"], "Direct payments or your own money"),
        ([], "Ask how to pay"),
        (["personal-health-budget"], "Ask how to pay"),
    ],
)
def test_ways_to_pay_are_said_in_the_schemes_order_and_only_the_schemes(ways, said):
    assert payments_in_words(Listing(payments=ways)) == said


def test_three_ways_are_joined_as_people_say_them(settings):
    object.__setattr__(settings.SCHEME, "payments", ways := ("direct-payments", "private", "personal-health-budget"))
    try:
        said = payments_in_words(Listing(payments=list(ways)))
    finally:
        object.__setattr__(settings.SCHEME, "payments", ("direct-payments", "private"))
    assert said == "Direct payments, your own money or a personal health budget"


def test_the_thousands_comma_is_the_same_in_welsh():
    with translation.override("cy"):
        assert money(123_456) == "£1,234.56"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"price_hour": 2000}, "3 visits of 1 hour on weekdays and one on Sunday cost £80."),
        ({"price_hour": 2000, "price_weekend_hour": 2550},
         "3 visits of 1 hour on weekdays and one on Sunday cost £85.50."),
        ({"price_hour": 2000, "minimum_minutes": 90},
         "3 visits of 1 hour 30 minutes on weekdays and one on Sunday cost £120."),
        ({"price_hour": None, "price_visit": 1500}, "3 visits on weekdays and one on Sunday cost £60."),
        ({"price_hour": None, "price_night": 9000}, ""),
    ],
)  # fmt: skip
def test_a_week_is_worked_out(facts, said):
    assert example_week(Listing(**facts)) == said
