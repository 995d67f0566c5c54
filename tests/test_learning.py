"""What is learnt of many cases: counted, with small numbers hidden, and only of those that the reader may see."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from feedback import cases, learning
from feedback.models import Case
from feedback.models.cases import Kind, Outcome
from tests.builders import BY, TODAY
from tests.case_builders import make_case
from tests.team_builders import member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ({"a": 12, "b": 30}, {"a": "12", "b": "30"}),
        ({"a": 2, "b": 3, "c": 9}, {"a": "fewer than 5", "b": "fewer than 5", "c": "9"}),
        ({"a": 2, "b": 30, "c": 9}, {"a": "fewer than 5", "b": "30", "c": "hidden"}),  # 41 in all less 30 is 11
        ({"a": 4}, {"a": "fewer than 5"}),
        ({}, {}),
    ],
)
def test_small_numbers_are_hidden_and_cannot_be_worked_out(counted, said):
    assert learning.safe(counted) == said


def test_a_period_is_whole_months():
    assert [day.isoformat() for day in learning.period(TODAY)] == ["2025-12-01", "2026-11-30"]
    assert [day.isoformat() for day in learning.period(TODAY, 3)] == ["2026-09-01", "2026-11-30"]


def of(title, found):
    return dict(next(table.rows for table in found if table.title == title))


def test_it_counts_kinds_themes_outcomes_and_times(today):
    officer = member("o@council.example.org", "case-officer")
    for number in range(6):
        case = make_case(kind=Kind.COMPLAINT)
        cases.describe(case, by=BY, themes=["money"], service="companionship")
        cases.take_on(case, by=officer)
        cases.acknowledge(case, by=officer, on=TODAY)
        if number:
            cases.answer(case, by=officer, outcome=Outcome.UPHELD, words="Yes.", on=TODAY)
    make_case(hold="links")
    found = learning.tables(Case.objects.visible(officer), learning.period(TODAY))
    assert of("By month", found) == {"November 2026": "6"}
    assert of("What they were", found) == {"A complaint about the council": "6"}
    assert of("Themes", found) == {"Money and prices": "6"}
    assert of("What came of them", found) == {"Upheld": "hidden", "Under way": "fewer than 5"}
    assert of("Acknowledge it", found) == {"In time": "6"}


def test_the_page_and_its_file_leave_out_what_the_reader_may_not_see(client, today):
    for _ in range(7):
        make_case(kind=Kind.SAFEGUARDING)
        make_case()
    page, file = reverse("admin:feedback_case_learning"), reverse("admin:feedback_case_learning_file")
    for role, shows in (("case-officer", False), ("auditor", False), ("manager", True)):
        client.force_login(member(f"{role}@council.example.org", role))
        for answer in (client.get(page), client.get(file)):
            text = answer.content.decode()
            assert "A concern about a carer" in text
            assert ("Somebody may be being harmed" in text) is shows
    assert AuditEvent.objects.filter(event="cases.learning_exported").count() == 3
