"""The whole way on a phone: interested, an account, every task of the list, one by help from the team, one by training,
the Code signed, and all of it accepted. In each language, and again without scripts."""

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

from onboarding import codes, helping, papers, training
from onboarding.models import Booking, Carer, Evidence, HelpRequest
from onboarding.standing import standing
from onboarding.task_list import TaskList
from onboarding.tasks import State
from tests.builders import BY, TODAY
from tests.team_builders import member
from tests.test_carer_journey import SAID, choose_services, press, send, tasks_of
from tests.test_code_pages import JOURNEYS as CODE
from tests.test_join_journey import WORDS, start, tell
from tests.training_builders import session

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]
PHONE = 320
AFTER = "2026-12-02T14:00:00Z"
BY_TRAINING, BY_HELP = "moving-and-handling", "references"


@pytest.fixture
def open_scheme():
    """The pages, the Code in force, and a session of training to come."""
    call_command("load_pages", verbosity=0)
    with transaction.atomic():
        codes.begin(by=BY, on=TODAY.replace(year=2025), body_en="1. Be kind.", body_cy="1. Byddwch yn garedig.")
        return session("Moving people", title_cy="Symud pobl", requirements=[BY_TRAINING], seats=5)


def book(page, prefix, training_session):
    page.goto(f"{prefix}/my/training/{training_session.pk}/")
    press(page, "main form button")
    assert Booking.objects.get().has_seat


def ask_for_help(page, prefix, nia):
    """From the task itself; the team finds the referees with her and records what they said."""
    page.goto(f"{prefix}/my/tasks/{BY_HELP}/")
    press(page, f"a[href*='about={BY_HELP}']")
    page.fill("[name=what]", "Whom may I name?")
    press(page, "button[name=send]")
    officer = member("officer@council.example.org", "case-officer")
    helping.answer(HelpRequest.objects.get(), by=officer, words="We rang both.", arranged="Two references")
    asked = next(need.requirement for need in standing(nia, TODAY).needs if need.requirement.slug == BY_HELP)
    papers.record_seen(nia, asked, by=officer, how=Evidence.How.RECORD)
    page.goto(f"{prefix}/my/help/")
    assert page.locator("main").inner_text()


def sign(page, language):
    address, name, tick, button, done = CODE[language]
    page.goto(address)
    page.get_by_label(name).fill("Nia Hughes")
    page.get_by_label(tick).check()
    press(page, f"main button:has-text('{button}')")
    assert f"{done} 1" in page.inner_text("main")


def accept_everything(nia):
    reviewer = member("reviewer@council.example.org", "reviewer")
    training.mark_attendance(Booking.objects.get(), by=reviewer, attended=True)
    for evidence in nia.evidence.undecided():
        papers.accept(evidence, by=reviewer)


def whole(page, language, training_session):
    prefix = WORDS[language]["prefix"]
    tell(page, WORDS[language], lambda page, name: None)
    start(page, WORDS[language], lambda page, name: None)
    nia = Carer.objects.get()
    choose_services(page, prefix)
    nia.refresh_from_db()
    book(page, prefix, training_session)
    ask_for_help(page, prefix, nia)
    sign(page, language)
    for task in tasks_of(nia):
        if task.requirement.slug not in {BY_TRAINING, BY_HELP}:
            send(page, prefix, task)
    assert {row.asked.facts for row in nia.evidence.all()} == set(SAID) - {"paper", "agreement", "cqc"}
    with time_machine.travel(AFTER):
        accept_everything(nia)
        day = TODAY.replace(month=12, day=2)
        page.goto(f"{prefix}/my/")
        left = {row.key for row in TaskList(nia, day).rows if row.state not in {State.DONE, State.ENDS_SOON}}
        assert left <= {"listing"}  # which is written, and approved, after this
        assert standing(nia, day).may_be_listed


@pytest.mark.parametrize("language", WORDS)
def test_from_interested_to_every_check_accepted(browser_page, open_scheme, language):
    whole(browser_page(width=PHONE), language, open_scheme)


def test_the_same_without_scripts(without_javascript, open_scheme):
    """In Welsh: no script has words of its own, so that in English the same would be found."""
    whole(without_javascript(width=PHONE), "cy", open_scheme)
