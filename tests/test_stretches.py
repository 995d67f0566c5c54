"""Sets of stretches are sets of days: each operation is held against the same one on the days themselves."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.stretches import ALWAYS, FIRST, LAST, NEVER, current, holds, later, meet, union, without

START = date(2026, 11, 1)
WINDOW = [START + timedelta(days=number) for number in range(-3, 24)]


def day(number):
    return START + timedelta(days=number)


# Some end before they begin, and so have no days at all.
stretches = st.lists(st.tuples(st.integers(0, 20).map(day), st.integers(0, 20).map(day)), max_size=5)
same_each_time = settings(derandomize=True, deadline=None, database=None, max_examples=100)


def days(some):
    return {one for one in WINDOW for first, last in some if first <= one <= last}


@same_each_time
@given(stretches, stretches)
def test_a_union_has_the_days_of_any(one, other):
    whole = union(one, other)
    assert days(whole) == days(one) | days(other)
    assert all(first <= last for first, last in whole)
    for (_first, last), (following, _last) in pairwise(whole):
        assert last + timedelta(days=1) < following


@same_each_time
@given(stretches, stretches)
def test_a_meeting_has_the_days_of_both(one, other):
    assert days(meet(one, other)) == days(one) & days(other)
    assert meet(one, other) == union(meet(other, one))


@same_each_time
@given(stretches)
def test_without_has_all_other_days(some):
    assert days(without(some)) == set(WINDOW) - days(some)
    assert without(without(some)) == union(some)
    assert union(some, without(some)) == ALWAYS


@same_each_time
@given(stretches, st.sampled_from(WINDOW))
@example([(day(1), day(3)), (day(4), day(9))], day(3))
def test_the_current_one_holds_the_day_or_is_the_next(some, on):
    covered, found = days(some), current(some, on)
    ahead = [one for one in WINDOW if one >= on and one in covered]
    assert holds(some, on) == (on in covered)
    assert (found is None) == (not ahead)
    if found:
        first, last = found
        assert first <= ahead[0] <= last
        assert {one for one in WINDOW if first <= one <= last} <= covered
        assert not {first - timedelta(days=1), last + timedelta(days=1)} & covered


def test_stretches_that_touch_are_one():
    assert union([(day(1), day(3))], [(day(4), day(9))]) == ((day(1), day(9)),)
    assert union([(day(1), day(3))], [(day(5), day(9))]) == ((day(1), day(3)), (day(5), day(9)))


def test_the_ends_of_time_are_days_like_others():
    assert without(ALWAYS) == NEVER
    assert without(NEVER) == ALWAYS
    assert union([(FIRST, day(1))], [(day(2), LAST)]) == ALWAYS
    assert without([(day(2), LAST)]) == ((FIRST, day(1)),)
    assert later(LAST, 28) == later(LAST - timedelta(days=3), 28) == LAST
    assert later(day(1), 28) == day(29)
