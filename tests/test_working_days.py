"""Working days and every clock of a case, for both nations, against days worked out by hand on a calendar.

2026: Good Friday 3 April, Easter Monday 6 April, 4 May, 25 May, 31 August, Christmas Friday 25 December, and Monday
28 December for Boxing Day, which is a Saturday. 2027: Friday 1 January, Good Friday 26 March, Easter Monday 29 March.
"""

from datetime import date

import pytest
from django.conf import settings

from feedback import clocks, rules
from feedback.models import BankHoliday, Case
from feedback.models.cases import Kind
from feedback.rules import rule_of
from feedback.working_days import Calendar
from tests.builders import BY
from tests.case_builders import make_case

D = date
BOTH = ("wales", "england")


@pytest.mark.parametrize("nation", BOTH)
@pytest.mark.parametrize(
    ("day", "amount", "wanted"),
    [
        (D(2026, 11, 25), 1, D(2026, 11, 26)),
        (D(2026, 11, 27), 1, D(2026, 11, 30)),  # a Friday: over the weekend
        (D(2026, 11, 28), 2, D(2026, 12, 1)),  # a Saturday counts for nothing
        (D(2026, 12, 23), 2, D(2026, 12, 29)),  # Thursday 24, then Christmas, weekend and Boxing Day's Monday
        (D(2026, 12, 24), 1, D(2026, 12, 29)),
        (D(2026, 12, 31), 1, D(2027, 1, 4)),
        (D(2026, 4, 1), 2, D(2026, 4, 7)),  # Maundy Thursday, then Easter
        (D(2026, 4, 2), 10, D(2026, 4, 20)),
        (D(2027, 3, 25), 2, D(2027, 3, 31)),
        (D(2026, 5, 1), 1, D(2026, 5, 5)),
        (D(2026, 8, 28), 3, D(2026, 9, 3)),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(nation, day, amount, wanted):
    days = Calendar(nation)
    assert days.after(day, amount) == wanted
    assert days.between(day, wanted) == amount


def test_a_one_off_bank_holiday_is_left_out():
    days = Calendar("wales", [D(2026, 11, 26)])
    assert days.after(D(2026, 11, 25), 1) == D(2026, 11, 27)
    assert days.before(D(2026, 11, 27)) == D(2026, 11, 25)
    assert days.between(D(2026, 11, 27), D(2026, 11, 25)) == -1


def test_no_working_day_at_all_is_no_amount():
    with pytest.raises(ValueError, match="at least one"):
        Calendar("wales").after(D(2026, 11, 25), 0)


# Each clock: nation, kind, which, from when, and the last day in time.
CHRISTMAS, EASTER, ORDINARY = D(2026, 12, 23), D(2026, 4, 1), D(2026, 11, 9)
HAND = [
    ("wales", "complaint", "acknowledge", CHRISTMAS, D(2026, 12, 29)),
    ("wales", "complaint", "acknowledge", EASTER, D(2026, 4, 7)),
    ("wales", "complaint", "acknowledge", ORDINARY, D(2026, 11, 11)),
    ("england", "complaint", "acknowledge", CHRISTMAS, D(2026, 12, 30)),
    ("england", "complaint", "acknowledge", EASTER, D(2026, 4, 8)),
    ("england", "complaint", "acknowledge", ORDINARY, D(2026, 11, 12)),
    ("wales", "concern", "acknowledge", CHRISTMAS, D(2026, 12, 29)),
    ("wales", "concern", "acknowledge", D(2026, 5, 1), D(2026, 5, 6)),
    ("england", "concern", "acknowledge", CHRISTMAS, D(2026, 12, 30)),
    ("england", "concern", "acknowledge", D(2026, 8, 28), D(2026, 9, 3)),
    ("wales", "data", "acknowledge", D(2026, 12, 1), D(2026, 12, 30)),  # the day it came is the first of the 30
    ("england", "data", "acknowledge", D(2027, 2, 1), D(2027, 3, 2)),
    ("wales", "complaint", "discuss", CHRISTMAS, D(2027, 1, 11)),
    ("wales", "complaint", "discuss", EASTER, D(2026, 4, 17)),
    ("wales", "complaint", "terms", CHRISTMAS, D(2027, 1, 4)),
    ("wales", "complaint", "terms", EASTER, D(2026, 4, 10)),
    ("wales", "complaint", "formal", CHRISTMAS, D(2027, 2, 1)),
    ("wales", "complaint", "formal", EASTER, D(2026, 5, 11)),  # over Easter and the first Monday of May
    ("england", "complaint", "respond", D(2026, 9, 1), D(2027, 2, 28)),  # the day it came is the first
    ("england", "complaint", "respond", D(2026, 11, 25), D(2027, 5, 24)),
    ("wales", "safeguarding", "refer", D(2026, 12, 24), D(2026, 12, 29)),
    ("england", "safeguarding", "refer", D(2026, 4, 2), D(2026, 4, 7)),
    ("wales", "safeguarding", "enquire", CHRISTMAS, D(2027, 1, 6)),
    ("wales", "safeguarding", "enquire", EASTER, D(2026, 4, 14)),
    ("wales", "concern", "reply", CHRISTMAS, D(2027, 1, 11)),
    ("england", "concern", "reply", EASTER, D(2026, 4, 17)),
    ("wales", "concern", "decide", CHRISTMAS, D(2027, 2, 1)),
    ("england", "concern", "decide", EASTER, D(2026, 5, 11)),
    ("wales", "concern", "appeal", CHRISTMAS, D(2027, 1, 20)),  # days, not working days
    ("england", "concern", "appeal", D(2027, 2, 1), D(2027, 3, 1)),
    ("wales", "concern", "hear", CHRISTMAS, D(2027, 2, 1)),
    ("england", "concern", "hear", EASTER, D(2026, 5, 11)),
]  # fmt: skip


@pytest.mark.parametrize(("nation", "kind", "slug", "first", "wanted"), HAND)
def test_each_clock_ends_on_the_day_worked_out_by_hand(nation, kind, slug, first, wanted):
    assert rule_of(slug, kind, nation).due(first, Calendar(nation)) == wanted


def test_every_clock_of_the_table_was_worked_out_by_hand():
    every = {(nation, kind, one.slug) for one in rules.RULES for nation in one.nations for kind in one.kinds}
    assert every == {(nation, kind, slug) for nation, kind, slug, _first, _wanted in HAND}


def test_every_clock_names_where_it_comes_from():
    for one in rules.RULES:
        assert one.ours or one.law.startswith(("SI ", "Data Protection Act", "Social Services")), one.slug
        assert one.law


def test_two_clocks_of_one_name_never_apply_at_once():
    for nation in BOTH:
        for kind in Kind.values:
            slugs = [one.slug for one in rules.rules(kind, nation)]
            assert len(slugs) == len(set(slugs)), (nation, kind)


# --- as they run -----------------------------------------------------------------------------------------

pytest_db = pytest.mark.django_db


def clock_of(case, slug):
    return case.clocks.get(rule=slug)


@pytest_db
def test_a_clock_is_paused_and_goes_on_with_what_was_left(today):
    case = make_case(received_on=D(2026, 11, 9))
    clocks.begin(case, rules.ALLEGED, on=D(2026, 11, 9))
    reply = clock_of(case, "reply")
    assert reply.due_on == D(2026, 11, 23)
    clocks.pause(reply, by=BY, on=D(2026, 11, 13), reason="In hospital")
    assert not clocks.late(D(2026, 12, 30)).filter(pk=reply.pk).exists()
    clocks.go_on(reply, by=BY, on=D(2026, 12, 22), reason="Home again")
    # Six working days were left: 23, 24, 29, 30, 31 December and 4 January.
    assert clock_of(case, "reply").due_on == D(2027, 1, 4)


@pytest_db
@pytest.mark.parametrize("verb", ["pause", "extend"])
def test_a_clock_changes_only_with_a_reason_and_where_its_law_lets_it(verb, today):
    case = make_case(received_on=D(2026, 11, 9))
    clocks.begin(case, rules.ALLEGED, on=D(2026, 11, 9))
    more = {"until": D(2027, 1, 1)} if verb == "extend" else {}
    for slug, reason in (("acknowledge", "Busy"), ("reply", " ")):
        with pytest.raises(clocks.ClockRefused):
            getattr(clocks, verb)(clock_of(case, slug), by=BY, on=D(2026, 11, 10), reason=reason, **more)


@pytest_db
def test_a_clock_is_extended_to_a_later_day_and_not_to_an_earlier(today):
    case = make_case(received_on=D(2026, 11, 9))
    clocks.begin(case, rules.ALLEGED, on=D(2026, 11, 9))
    reply = clock_of(case, "reply")
    with pytest.raises(clocks.ClockRefused, match="after 23 November"):
        clocks.extend(reply, by=BY, until=D(2026, 11, 23), reason="Ill", on=D(2026, 11, 10))
    clocks.extend(reply, by=BY, until=D(2026, 12, 1), reason="Ill", on=D(2026, 11, 10))
    assert clock_of(case, "reply").due_on == D(2026, 12, 1)


@pytest_db
def test_a_one_off_bank_holiday_moves_what_runs_over_it_and_back(today):
    case = make_case(received_on=D(2026, 11, 25))
    due = clock_of(case, "acknowledge").due_on
    holiday = clocks.add_bank_holiday(day=D(2026, 11, 26), name="A coronation", by=BY, on=D(2026, 11, 25))
    later = Calendar(settings.SCHEME.nation, [D(2026, 11, 26)]).after(due, 1)
    assert clock_of(case, "acknowledge").due_on == later
    clocks.take_away_bank_holiday(holiday, by=BY)
    assert clock_of(case, "acknowledge").due_on == due
    assert not BankHoliday.objects.exists()


@pytest_db
@pytest.mark.parametrize(
    ("day", "name"), [(D(2026, 12, 25), "Christmas"), (D(2026, 11, 28), "A Saturday"), (D(2026, 11, 26), " ")]
)
def test_a_day_that_moves_nothing_is_refused(day, name, today):
    with pytest.raises(clocks.ClockRefused):
        clocks.add_bank_holiday(day=day, name=name, by=BY, on=D(2026, 11, 25))


@pytest_db
def test_what_is_late_is_the_teams_and_not_the_carers(today):
    case = make_case(received_on=D(2026, 11, 9))
    clocks.begin(case, rules.ALLEGED, on=D(2026, 11, 9))
    assert {one.rule for one in clocks.late(D(2027, 3, 1))} == {"acknowledge"}
    assert Case.objects.get() == case
