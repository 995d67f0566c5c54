"""Help as the team answers it: what is open, one page with all that was said and paid, closing and opening again."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts import roles
from accounts.models import User
from compliance.queue import things
from notifications.models import Message
from onboarding import helping, journey
from onboarding.models import HelpAnswer, HelpRequest
from tests.builders import BY, TODAY
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/admin/onboarding/helprequest/"
NOTHING = {"press": "answer", "words": "", "arranged": "", "funded": "", "pot": ""}


@pytest.fixture
def carer():
    user = User.objects.create_user("nia@example.org", language="cy")
    return journey.start(by=BY, owner=user, name="Nia Hughes", first_name="Nia", phone="07700 900321")


@pytest.fixture
def asked(carer):
    return helping.ask(carer, by=carer.owner, what="Which insurance?", requirement="public-liability")


@pytest.fixture
def officer():
    return member("officer@example.org", "case-officer", name="Cerys Vaughan")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def page(asked):
    return f"/admin/compliance/review/help/{asked.pk}/"


def rows(answer):
    return [row.get_text(" ", strip=True) for row in soup(answer).select("#result_list tbody tr")]


def queue_of(user):
    """What waits for an answer of ours, the most urgent first."""
    now = timezone.now()
    return [thing for thing in things(user, on=TODAY, now=now) if thing.kind == "help"]


def test_the_list_begins_with_what_is_open(desk, carer, asked):
    helping.close(helping.ask(carer, by=BY, what="Old"), by=BY)
    first = rows(desk.get(LIST))
    assert len(first) == 1
    assert first[0].startswith("Nia Hughes Public liability insurance 0")
    assert "Settled (1)" in soup(desk.get(LIST)).get_text()


def test_the_page_says_who_is_mailed_and_in_which_language(desk, asked):
    text = soup(desk.get(page(asked))).get_text(" ", strip=True)
    assert "Which insurance?" in text
    assert "nia@example.org" in text
    shown = desk.post(page(asked), NOTHING | {"press": "show", "words": "Here is one."})
    assert [sheet["lang"] for sheet in soup(shown).select(".mail__text[lang]")] == ["cy"]
    assert "for you to read" in soup(shown).get_text()
    assert not HelpAnswer.objects.exists()


def test_an_answer_goes_to_the_carer_with_what_was_paid(desk, asked, officer):
    facts = {
        "press": "answer",
        "words": "Here is one.",
        "arranged": "From Monday",
        "funded": "85.50",
        "pot": "start-up",
    }
    assert desk.get(f"{LIST}{asked.pk}/change/")["Location"] == page(asked)
    assert desk.post(page(asked), facts)["Location"] == "/admin/compliance/claim/"
    answer = HelpAnswer.objects.get()
    assert (answer.by, answer.funded_pence, answer.pot) == (officer, 8550, "start-up")
    assert Message.objects.get().to == "nia@example.org"
    shown = soup(desk.get(page(asked))).get_text(" ", strip=True)
    assert "Cerys Vaughan answered" in shown
    assert "£85.50 , Start-up fund" in shown


def test_the_same_answer_sent_twice_pays_once(desk, asked):
    number = soup(desk.get(page(asked))).select_one("[name=number]")["value"]
    for _ in range(2):
        desk.post(page(asked), NOTHING | {"funded": "10", "pot": "training", "number": number})
    assert HelpAnswer.objects.count() == Message.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Write something, or say what is arranged or paid."),
        ({"funded": "10"}, "Choose what it is paid from."),
        ({"pot": "training", "words": "Yes"}, "Enter how much is paid, or choose that nothing is."),
        ({"funded": "0", "pot": "training"}, "greater than or equal to 0.01"),
        ({"funded": "-5", "pot": "training"}, "greater than or equal to 0.01"),
        ({"funded": "1.005", "pot": "training"}, "no more than 2 decimal places"),
        ({"funded": "NaN", "pot": "training"}, "Enter a number."),
        ({"funded": "5", "pot": "nothing"}, "Select a valid choice."),
    ],
)
def test_an_answer_that_cannot_be_comes_back(desk, asked, facts, said):
    assert said in soup(desk.post(page(asked), NOTHING | facts)).get_text()
    assert not HelpAnswer.objects.exists()


def test_answering_may_settle_it(desk, asked):
    desk.post(page(asked), NOTHING | {"words": "Done.", "close_it": "on"})
    assert not HelpRequest.objects.get().is_open


def test_closing_and_opening_again_say_first_that_nobody_is_mailed(desk, asked):
    for verb, is_open in (("close", False), ("reopen", True)):
        assert "Nobody is mailed." in soup(desk.get(f"{LIST}{asked.pk}/{verb}/")).get_text()
        desk.post(f"{LIST}{asked.pk}/{verb}/")
        assert HelpRequest.objects.get().is_open is is_open
    assert not Message.objects.exists()


def test_who_has_no_address_is_to_be_rung(desk):
    carer = journey.start(by=BY, name="Tom Rees", first_name="Tom", phone="07700 900123")
    text = soup(desk.get(page(helping.ask(carer, by=BY, what="Help")))).get_text()
    assert "Where it is urgent, ring them: 07700 900123." in " ".join(text.split())


def test_ones_own_request_is_a_colleagues(desk, officer):
    own = journey.start(by=BY, owner=officer, name="Cerys Vaughan", first_name="Cerys")
    request = helping.ask(own, by=officer, what="Help")
    assert desk.post(page(request), NOTHING | {"words": "Yes"}).status_code == 403
    assert "This is your own." in soup(desk.get(page(request))).get_text()
    assert not HelpAnswer.objects.exists()


def test_the_auditor_reads_and_answers_nothing(client, asked):
    client.force_login(member("auditor@example.org", roles.AUDITOR))
    shown = soup(client.get(page(asked)))
    assert "Which insurance?" in shown.get_text()
    assert not shown.select("#content form")
    assert client.post(page(asked), NOTHING | {"words": "Yes"}).status_code == 403
    assert client.post(f"{LIST}{asked.pk}/close/").status_code == 403


@pytest.mark.parametrize("number", ["nothing", "999999"])
def test_what_is_not_there_is_not_found(desk, number):
    assert desk.get(f"{LIST}{number}/change/").status_code == 404


def test_the_home_page_says_how_old_and_by_when(carer, officer, asked):
    assert [(thing.number, thing.since, thing.by) for thing in queue_of(officer)] == [(asked.pk, asked.asked_at, None)]
    later = helping.ask(carer, by=BY, what="Later", by_when=TODAY + timedelta(days=9))
    soon = helping.ask(carer, by=BY, what="Soon", by_when=TODAY + timedelta(days=5))
    assert [thing.number for thing in queue_of(officer)] == [soon.pk, later.pk, asked.pk]
    assert queue_of(officer)[0].why == "Needed by 26 November"
    assert [thing.is_soon for thing in queue_of(officer)] == [True, False, False]
    helping.answer(soon, by=officer, words="It is on its way.")  # the carer's turn
    assert [thing.number for thing in queue_of(officer)] == [later.pk, asked.pk]
    helping.add(soon, by=carer.owner, words="It did not come.")
    assert [thing.number for thing in queue_of(officer)] == [soon.pk, later.pk, asked.pk]
    HelpRequest.objects.all().update(closed_at=asked.asked_at)
    assert queue_of(officer) == []


@pytest.mark.parametrize("model", ["helprequest", "trainingsession"])
def test_an_address_that_is_no_number_or_too_large_a_one_is_not_there(desk, model):
    for pk in ("9" * 30, "9" * 5000, "\u0663"):
        assert desk.get(f"/admin/onboarding/{model}/{pk}/change/").status_code in {302, 404}
        assert desk.get(f"/admin/compliance/review/help/{pk}/").status_code == 404
