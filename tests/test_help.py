"""Help: a carer asks, the team answers, arranges and pays, and the carer sees all of it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from notifications.models import Message
from onboarding import helping, journey
from onboarding.models import HelpAnswer, HelpRequest
from tests.builders import BY
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
LIST = "/my/help/"
NEW = "/my/help/new/"


@pytest.fixture
def carer():
    user = User.objects.create_user("nia@example.org", language="en")
    return journey.start(by=BY, owner=user, name="Nia Hughes", first_name="Nia", services=["companionship"])


@pytest.fixture
def officer():
    return member("officer@example.org", "case-officer")


@pytest.fixture
def page(client, carer):
    client.force_login(carer.owner)
    return client


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def summary(answer):
    return [error.get_text(strip=True) for error in soup(answer).select(".govuk-error-summary__list li")]


def asked(carer, **facts):
    return helping.ask(carer, by=carer.owner, **{"what": "I do not know which insurance to buy.", **facts})


def day(wanted):
    return {f"by_when-{part}": str(getattr(wanted, part)) for part in ("day", "month", "year")}


def said_in(answer):
    return [" ".join(part.get_text(" ", strip=True).split()) for part in soup(answer).select(".talk")]


# --- the carer asks --------------------------------------------------------------------------------------


def test_from_a_task_the_request_is_about_it(page, carer):
    form = soup(page.get(f"{NEW}?about=public-liability"))
    assert form.select_one("select option[selected]")["value"] == "public-liability"
    facts = {"requirement": "public-liability", "what": "Which one?", **day(date(2026, 12, 1))}
    answer = page.post(f"{NEW}?about=public-liability", facts)
    request = HelpRequest.objects.get()
    assert answer["Location"] == f"/my/help/{request.pk}/"
    assert (request.carer, request.requirement, request.by_when) == (carer, "public-liability", date(2026, 12, 1))
    assert said_in(page.get(answer["Location"])) == [
        "You asked on 21 November 2026 Which one? You need it by 1 December 2026."
    ]


def test_it_may_be_about_anything_else_and_needs_no_day(page):
    assert page.post(NEW, {"requirement": "", "what": "Where do I meet others?"}).status_code == 302
    assert HelpRequest.objects.get().about is None
    assert "Something else" in soup(page.get(LIST)).get_text()


def test_what_is_missing_or_wrong_comes_back_with_what_was_typed(page):
    answer = page.post(NEW, {"requirement": "nothing", "what": " ", "by_when-day": "30", "by_when-month": "2"})
    assert summary(answer) == [
        "Choose what it is about from the list",
        "Say what you need help with",
        "The date must have a year",
    ]
    assert soup(answer).select_one("[name=by_when-day]")["value"] == "30"
    assert not HelpRequest.objects.exists()


KEPT_NOWHERE = ["My UTR is 12345 67890.", "It is QQ 12 34 56 C", "The certificate says 0012 3456 7890"]


@pytest.mark.parametrize("words", KEPT_NOWHERE)
def test_a_tax_reference_or_certificate_number_is_refused_and_what_was_typed_comes_back(page, carer, words):
    answers = [page.post(NEW, {"what": words}), page.post(f"{LIST}{asked(carer).pk}/", {"words": words})]
    for answer in answers:
        assert summary(answer)[0].startswith("Leave out")
        assert soup(answer).select_one("textarea").get_text(strip=True) == words
    assert HelpRequest.objects.get().what == "I do not know which insurance to buy."
    assert not HelpRequest.objects.get().answers.exists()


@pytest.mark.parametrize("phone", ["07700 900123", "01632 960 123", "+44 7700 900123", "+447700900123"])
def test_a_phone_number_may_be_said(page, phone):
    assert page.post(NEW, {"what": f"Please ring me on {phone}."}).status_code == 302


def test_a_day_that_has_gone_by_is_no_day_to_need_it_by(page, today):
    answer = page.post(NEW, {"what": "A course", **day(today - timedelta(days=1))})
    assert summary(answer) == ["That day has gone by. Enter a day to come, or leave it empty"]
    assert page.post(NEW, {"what": "A course", **day(today)}).status_code == 302


@pytest.mark.parametrize("about", ["nothing", "ŵ", "x" * 500])
def test_an_address_about_nothing_known_is_about_anything(page, about):
    form = soup(page.get(NEW, {"about": about}))
    assert not form.select("select option[selected]")


def test_the_same_form_sent_twice_is_one(page):
    number = soup(page.get(NEW)).select_one("[name=number]")["value"]
    places = {page.post(NEW, {"what": "Help", "number": number})["Location"] for _ in range(2)}
    assert len(places) == HelpRequest.objects.count() == 1


def test_the_database_takes_a_form_once(carer):
    asked(carer, form_key="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.create(carer=carer, what="Again", form_key="one")


def test_another_carers_request_is_not_there(page, client):
    other = journey.start(by=BY, owner=User.objects.create_user("tom@example.org"), name="Tom Rees", first_name="Tom")
    theirs = asked(other)
    assert page.get(f"/my/help/{theirs.pk}/").status_code == 404
    assert page.post(f"/my/help/{theirs.pk}/", {"settled": "yes"}).status_code == 404
    assert page.post(f"/my/help/{theirs.pk}/", {"words": "Hello"}).status_code == 404
    assert HelpRequest.objects.get().is_open
    assert "insurance" not in soup(page.get(LIST)).get_text()


def test_without_a_journey_there_is_a_way_to_start(client):
    client.force_login(User.objects.create_user("new@example.org"))
    for address in (LIST, NEW):
        assert soup(client.get(address)).select_one("main a.govuk-button")["href"] == "/join/"
    assert client.get("/my/help/1/").status_code == 404


# --- the team answers ------------------------------------------------------------------------------------


def test_the_carer_sees_what_was_said_arranged_and_paid(page, carer, officer):
    request = asked(carer, requirement="public-liability")
    helping.answer(
        request,
        by=officer,
        words="We found one.",
        arranged="A policy from 1 December",
        funded_pence=8550,
        pot="start-up",
    )
    assert said_in(page.get(f"/my/help/{request.pk}/"))[1] == (
        "The team answered on 21 November 2026 We found one. Arranged: A policy from 1 December "
        "Paid for you: £85.50 (Start-up fund)"
    )
    message = Message.objects.get()
    assert (message.to, message.reader) == ("nia@example.org", "onboarding.answer_help")
    assert message.subject == "We answered you: Public liability insurance"
    for part in ("We found one.", "A policy from 1 December", "£85.50 (Start-up fund)", f"/my/help/{request.pk}/"):
        assert part in message.text


def test_who_is_mailed_is_read_after_the_request_is_held(carer, officer):
    """A row joined to one that waited for a lock is as it was before (PostgreSQL, read committed)."""
    request = asked(carer)
    with CaptureQueriesContext(connection) as said:
        helping.answer(request, by=officer, words="We found one.")
    held = [query["sql"] for query in said if 'FROM "onboarding_helprequest"' in query["sql"]]
    assert held
    assert not [sql for sql in held if "JOIN" in sql]


def test_in_welsh_the_mail_and_the_pot_are_welsh(carer, officer):
    User.objects.filter(pk=carer.owner.pk).update(language="cy")
    helping.answer(asked(carer), by=officer, funded_pence=1000, pot="start-up")
    text = Message.objects.get().text
    assert "Cronfa dechrau busnes" in text
    assert "/cy/my/help/" in text


def test_a_pot_that_the_scheme_dropped_keeps_its_name(page, carer, officer):
    request = asked(carer)
    helping.answer(request, by=officer, funded_pence=1000, pot="old-pot")
    assert "old-pot" in said_in(page.get(f"/my/help/{request.pk}/"))[1]


def test_whoever_has_no_address_is_not_mailed(officer):
    carer = journey.start(by=BY, name="Tom Rees", first_name="Tom")
    helping.answer(helping.ask(carer, by=officer, what="Help"), by=officer, words="Yes")
    assert not Message.objects.exists()


def test_every_answer_is_mailed_and_each_once(carer, officer):
    request = asked(carer)
    for key in ("one", "one", "two"):
        helping.answer(request, by=officer, words=f"Answer {key}", form_key=key)
    assert HelpAnswer.objects.count() == Message.objects.count() == 2


def test_nobody_answers_or_pays_for_themselves(officer):
    own = journey.start(by=BY, owner=officer, name="Cerys Vaughan", first_name="Cerys")
    request = asked(own)
    with pytest.raises(helping.OwnRequest):
        helping.answer(request, by=officer, funded_pence=100_00, pot="start-up")
    assert not HelpAnswer.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"funded_pence": 100},
        {"funded_pence": 0, "pot": "start-up"},
        {"words": "Mine", "from_carer": True, "arranged": "A lift"},
        {"from_carer": True, "funded_pence": 100, "pot": "start-up"},
    ],
)
def test_the_database_refuses_an_answer_that_cannot_be(carer, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        asked(carer).answers.create(**facts)


def test_when_the_audit_fails_nothing_was_answered(carer, officer, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the audit does not take it")

    request = asked(carer)
    monkeypatch.setattr(helping, "record", broken)
    with pytest.raises(RuntimeError):
        helping.answer(request, by=officer, words="Yes")
    assert HelpAnswer.objects.count() == Message.objects.count() == 0


def test_the_audit_holds_codes_and_no_words(carer, officer):
    helping.answer(asked(carer, requirement="hmrc"), by=officer, words="A secret", funded_pence=500, pot="training")
    rows = {row.event: row.data for row in AuditEvent.objects.filter(event__startswith="help.")}
    assert rows["help.asked"] == {"carer": carer.pk, "requirement": "hmrc"}
    answer = HelpAnswer.objects.get().pk
    assert rows["help.answered"] == {"carer": carer.pk, "answer": answer, "funded_pence": 500, "pot": "training"}


# --- more words, settled, open again ---------------------------------------------------------------------


def test_the_carer_adds_words_once_however_often_they_are_sent(page, carer):
    request = asked(carer)
    number = soup(page.get(f"/my/help/{request.pk}/")).select_one("[name=number]")["value"]
    for _ in range(2):
        page.post(f"/my/help/{request.pk}/", {"words": "I work in Usk.", "number": number})
    assert HelpAnswer.objects.get().from_carer
    assert said_in(page.get(f"/my/help/{request.pk}/"))[1] == "You added on 21 November 2026 I work in Usk."
    assert not Message.objects.exists()


def test_nothing_added_is_said_to_be_nothing(page, carer):
    request = asked(carer)
    assert summary(page.post(f"/my/help/{request.pk}/", {"words": " "})) == ["Write what you would like to add"]


def test_the_carer_says_that_it_is_settled_and_may_open_it_again(page, carer):
    request = asked(carer)
    page.post(f"/my/help/{request.pk}/", {"settled": "yes"})
    page.post(f"/my/help/{request.pk}/", {"settled": "yes"})
    request.refresh_from_db()
    assert (request.is_open, request.closed_by) == (False, carer.owner)
    assert AuditEvent.objects.filter(event="help.closed").count() == 1
    shown = soup(page.get(f"/my/help/{request.pk}/"))
    assert "This was settled on 21 November 2026." in " ".join(shown.get_text().split())
    assert not shown.select("[name=settled]")
    page.post(f"/my/help/{request.pk}/", {"words": "Not yet, it lapsed."})
    request.refresh_from_db()
    assert request.is_open


def test_an_answer_may_close_it_and_the_mail_says_so(carer, officer):
    request = asked(carer)
    helping.answer(request, by=officer, words="Done.", close_it=True)
    request.refresh_from_db()
    assert request.closed_by == officer
    assert "We take it as settled." in Message.objects.get().text


def test_the_list_says_whose_turn_it_is(page, carer, officer):
    request = asked(carer)
    state = lambda: soup(page.get(LIST)).select_one(".govuk-task-list__status").get_text(strip=True)  # noqa: E731
    assert state() == "With the team"
    helping.answer(request, by=officer, words="Which town?")
    assert state() == "Answered"
    helping.add(request, by=carer.owner, words="Usk")
    assert state() == "With the team"
    helping.close(request, by=officer)
    assert state() == "Settled"
