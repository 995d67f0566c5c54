"""“I am interested”: taken once, answered by mail, and begun by whoever the mail reached."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from directory import spam
from notifications.models import Message
from onboarding import joining, journey
from onboarding.joining import NotOpen
from onboarding.models import Carer, Interest, JoinLink
from tests.builders import BY
from tests.join_form import FACTS, PASSWORD, links, post
from tests.signing_in import give_address
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def soup(answer):
    return BeautifulSoup(answer.content, "html5lib")


def summary(answer):
    return [error.get_text(strip=True) for error in soup(answer).select(".govuk-error-summary__list li")]


def interested(**facts):
    said = {"name": "Nia Hughes", "email": "nia@example.org", "language": "en", "form_key": "one"}
    return joining.express(by=joining.BY_FORM, **{**said, **facts})


def later(days):
    return time_machine.travel(timezone.now() + timedelta(days=days))


def account(email="nia@example.org", **facts):
    user = User.objects.create_user(email, PASSWORD, **facts)
    give_address(user)
    return user


# --- the form --------------------------------------------------------------------------------------------


def test_the_form_is_kept_and_answered(client):
    answer = post(client)
    assert (answer.status_code, answer["Location"]) == (302, "/join/sent/")
    interest = Interest.objects.get()
    kept = {name: getattr(interest, name) for name in FACTS if name != "website"}
    assert kept == {name: value for name, value in FACTS.items() if name != "website"}
    assert (interest.source, interest.language, interest.state) == ("web", "en", Interest.State.WAITING)
    message = Message.objects.get()
    assert (message.to, message.subject) == ("nia@example.org", "Become a micro carer: what happens next")
    assert "The link works until 21 December 2026." in message.text
    assert soup(client.get("/join/sent/")).h1.get_text() == "Thank you"


def test_only_name_and_address_are_needed(client):
    empty = dict.fromkeys(("phone", "place", "words", "heard_from", "returning"), "")
    assert post(client, **empty).status_code == 302
    answer = post(client, name="", email="nia")
    assert summary(answer) == [
        "Enter your name",
        "Enter an email address in the right form, like name@example.com",
    ]
    assert soup(answer).select_one("#id_place")["value"] == "Usk"


def test_in_welsh_the_mail_and_its_link_are_welsh(client):
    assert post(client, "/cy/join/")["Location"] == "/cy/join/sent/"
    assert Message.objects.get().language == "cy"
    assert links()[0].startswith("/cy/join/")


def test_the_same_form_sent_twice_is_one(client):
    token = soup(client.get("/join/")).select_one("input[name=token]")["value"]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert post(client, token=token).status_code == post(client, token=token).status_code == 302
    assert (Interest.objects.count(), Message.objects.count()) == (1, 1)


def test_the_database_takes_a_form_once():
    interested()
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(name="Nia", email="nia@example.org", form_key="one")


def test_a_form_of_an_enquiry_is_none_of_ours(client):
    answer = post(client, token=spam.issue(1).token)
    assert summary(answer) == ["This page was open too long. Look through your message, then send it again."]
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"website": "x"}, "trap"),
        ({"words": "https://example.org/a https://example.org/b"}, "links"),
        ({"name": "Win at casino.example"}, "links"),
    ],
)
def test_what_looks_like_spam_is_kept_aside_with_the_same_answer(client, facts, why):
    answer = post(client, **facts)
    assert (answer.status_code, answer["Location"]) == (302, "/join/sent/")
    assert (Interest.objects.get().held, Message.objects.count()) == (why, 0)


def test_many_to_one_address_are_kept_aside(client, monkeypatch):
    monkeypatch.setattr(spam, "PER_MAILBOX", (2, spam.DAY))
    for number in range(3):
        post(client, words=f"Hello {number}")
    assert sorted(Interest.objects.values_list("held", flat=True)) == ["", "", "mailbox"]


def test_too_many_from_one_caller_are_turned_away(client, monkeypatch):
    monkeypatch.setattr(spam, "PER_CALLER", ((1, spam.HOUR),))
    post(client)
    assert post(client, words="Again").status_code == 429
    assert Interest.objects.count() == 1


def test_changing_the_language_keeps_what_was_typed(client):
    answer = client.post("/cy/join/", {"name": "Nia", "words": "Helo", "other_language": "1"})
    assert soup(answer).select_one("#id_name")["value"] == "Nia"
    assert not summary(answer)


def test_when_the_audit_fails_nothing_is_kept(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the audit does not take it")

    monkeypatch.setattr(joining, "record", broken)
    with pytest.raises(RuntimeError):
        post(client)
    assert (Interest.objects.count(), Message.objects.count()) == (0, 0)


# --- the link --------------------------------------------------------------------------------------------


def test_only_a_hash_of_the_link_is_kept(client):
    post(client)
    token = links()[0].split("/")[2]
    assert len(token) > 30
    assert JoinLink.objects.get().token_hash != token
    assert joining.find(token).interest == Interest.objects.get()


def test_whoever_follows_it_chooses_a_password_and_has_begun(client):
    post(client)
    assert "nia@example.org" in soup(client.get(links()[0])).get_text()
    answer = client.post(links()[0], {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    user = User.objects.get(email="nia@example.org")
    assert EmailAddress.objects.get(user=user).verified
    assert user.check_password(PASSWORD)
    carer = Carer.objects.get(owner=user)
    assert (carer.name, carer.phone, carer.heard_from, carer.returning) == (
        "Nia Hughes",
        "07700 900321",
        "friend",
        "yes",
    )
    assert carer.workers.get().first_name == "Nia"
    assert Interest.objects.get().carer == carer
    assert client.get("/my/").status_code == 200
    assert str(user.pk) == client.session["_auth_user_id"]


def test_a_weak_password_comes_back_and_nothing_has_begun(client):
    interested()
    assert summary(client.post(links()[0], {"password": "password"}))
    assert summary(client.post(links()[0], {"password": "nia@example.org"}))
    assert not User.objects.exists()


def test_opening_it_alone_changes_nothing(client):
    """Mail servers open links to look at them."""
    interested()
    client.get(links()[0])
    assert Interest.objects.waiting().count() == 1
    assert not User.objects.exists()


def test_a_used_link_leads_its_owner_on_and_tells_others_to_sign_in(client, django_user_model):
    interested()
    client.post(links()[0], {"password": PASSWORD})
    assert client.get(links()[0])["Location"] == "/my/"
    client.logout()
    answer = client.get(links()[0])
    assert (answer.status_code, "started already" in soup(answer).get_text()) == (410, True)
    assert client.post(links()[0], {"password": "other password here"}).status_code == 410
    assert User.objects.get().check_password(PASSWORD)


def test_a_link_ends_with_its_days(client):
    interested()
    with later(29):
        assert client.get(links()[0]).status_code == 200
    with later(30):
        assert client.get(links()[0]).status_code == client.post(links()[0]).status_code == 410
    assert not User.objects.exists()


@pytest.mark.parametrize("token", ["nothing", "ŵ", "x" * 300, "%00"])
def test_a_wrong_link_is_said_to_be_wrong(client, token):
    assert client.get(f"/join/{token}/").status_code in {400, 404}


def test_of_somebody_no_longer_interested_it_does_not_work(client):
    joining.close(interested(), by=BY)
    answer = client.get(links()[0])
    assert (answer.status_code, "tell us again" in soup(answer).get_text()) == (410, True)


def test_who_has_an_account_signs_in_and_starts_from_there(client):
    user = account()
    post(client)
    assert "You have an account here already" in Message.objects.get().text
    link = links()[0]
    assert soup(client.get(link)).select_one("main a.govuk-button")["href"] == f"/accounts/login/?next={link}"
    client.post(link, {"password": "another password"})
    assert not Carer.objects.exists()
    client.force_login(user)
    assert soup(client.get(link)).select_one("main form button").get_text(strip=True) == "Start"
    assert client.post(link)["Location"] == "/my/"
    assert Carer.objects.get().owner == user
    assert User.objects.get().check_password(PASSWORD)


def test_the_page_does_not_say_whether_an_address_is_known(client):
    account()
    known = post(client), client.get("/join/sent/").content
    stranger = post(client, email="new@example.org"), client.get("/join/sent/").content
    assert known[0]["Location"] == stranger[0]["Location"]
    assert known[1] == stranger[1]


def test_somebody_else_who_is_signed_in_starts_nothing_with_it(client):
    account()
    interested()
    client.force_login(account("other@example.org"))
    assert "You are signed in as other@example.org" in soup(client.post(links()[0])).get_text()
    assert not Carer.objects.exists()


def test_an_account_that_nobody_proved_gives_way(client):
    squatter = User.objects.create_user("nia@example.org", "the squatter knows this")
    EmailAddress.objects.create(user=squatter, email=squatter.email, verified=False, primary=True)
    interested()
    assert client.post(links()[0], {"password": PASSWORD})["Location"] == "/my/"
    squatter.refresh_from_db()
    assert squatter.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=squatter).verified
    assert AuditEvent.objects.filter(event="user.cleared").exists()


def test_every_wish_under_the_address_has_begun_with_the_first_link(client):
    interested()
    interested(form_key="two", words="And one more thing")
    client.post(links()[1], {"password": PASSWORD})
    assert {one.state for one in Interest.objects.all()} == {Interest.State.STARTED}
    assert Carer.objects.count() == 1


def test_two_at_once_make_one_account():
    interested()
    link = JoinLink.objects.get()
    joining.start_as_new(link, password=PASSWORD)
    with pytest.raises(NotOpen):
        joining.start_as_new(link, password="the second one here")
    assert User.objects.get().check_password(PASSWORD)


# --- who is signed in already ----------------------------------------------------------------------------


def test_who_is_signed_in_starts_at_once(client):
    user = account(name="Nia Hughes")
    client.force_login(user)
    assert soup(client.get("/my/")).select_one("main a.govuk-button")["href"] == "/join/"
    assert soup(client.get("/join/")).select_one("#id_name")["value"] == "Nia Hughes"
    assert client.post("/join/", {"name": "Nia Hughes", "returning": "no"})["Location"] == "/my/"
    assert (Carer.objects.get().owner, Carer.objects.get().returning) == (user, "no")
    assert client.get("/join/")["Location"] == "/my/"


def test_starting_needs_a_name(client):
    client.force_login(account())
    assert summary(client.post("/join/", {"name": " "})) == ["Enter your name"]
    assert not Carer.objects.exists()


# --- a new link ------------------------------------------------------------------------------------------


def ask(client, email):
    return post(client, "/join/new-link/", email=email)


def test_a_new_link_goes_to_who_waits(client):
    interested()
    assert ask(client, "NIA@example.org")["Location"] == "/join/new-link/sent/"
    first, second = links()
    assert client.get(first).status_code == client.get(second).status_code == 200


def test_who_has_begun_is_told_to_sign_in_and_a_stranger_nothing(client):
    account()
    answers = [ask(client, email)["Location"] for email in ("nia@example.org", "stranger@example.org")]
    assert len(set(answers)) == 1
    assert [message.to for message in Message.objects.all()] == ["nia@example.org"]
    assert "You need none: you have an account." in Message.objects.get().text


def test_a_machine_gets_no_new_link(client):
    interested()
    assert post(client, "/join/new-link/", website="x").status_code == 302
    assert len(links()) == 1


# --- the team's verbs ------------------------------------------------------------------------------------


def enter(**facts):
    said = {"name": "Tom Rees", "email": "tom@example.org", "source": "phone", "send": True, "language": "cy"}
    return joining.enter(by=member("officer@example.org", "case-officer"), **{**said, **facts})


def test_whom_the_team_enters_gets_the_same_link(client):
    interest = enter()
    assert (interest.entered_by.email, interest.source) == ("officer@example.org", "phone")
    assert links()[0].startswith("/cy/join/")
    assert client.get(links()[0]).status_code == 200


def test_without_an_address_they_are_kept_and_cannot_be_invited():
    interest = enter(email="", phone="07700 900321", send=False)
    with pytest.raises(NotOpen):
        joining.invite(interest, by=BY)
    assert not Message.objects.exists()


def test_the_database_wants_a_way_to_reach_them():
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(name="Tom")


def test_what_was_kept_aside_is_answered_when_the_team_releases_it():
    interest = interested(hold="links")
    assert joining.release(interest, by=BY)
    assert not joining.release(interest, by=BY)
    assert Message.objects.count() == 1
    assert Interest.objects.waiting().count() == 1


def test_the_database_lets_no_link_go_while_it_is_kept_aside():
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(name="Tom", email="tom@example.org", held="trap", invited_at=timezone.now())


@pytest.mark.parametrize("verb", [joining.invite, joining.close])
def test_whoever_has_begun_is_neither_invited_nor_closed(verb):
    interest = interested()
    joining.start_as_new(JoinLink.objects.get(), password=PASSWORD)
    with pytest.raises(NotOpen):
        verb(interest, by=BY)


def test_a_journey_that_stands_is_not_begun_again(client):
    user = account()
    mine = journey.start(by=BY, owner=user, name="Nia", first_name="Nia")
    interested()
    client.force_login(user)
    client.post(links()[0])
    assert list(Carer.objects.all()) == [mine]
    assert Interest.objects.get().carer == mine


# --- jobs ------------------------------------------------------------------------------------------------


def run(name):
    call_command("run_job", name)


def test_who_does_not_use_the_link_is_reminded_once(client):
    interested()
    with later(6):
        run("remind-interested")
        assert Message.objects.count() == 1
    with later(9):
        run("remind-interested")
        run("remind-interested")
        assert [message.template for message in Message.objects.order_by("pk")][1:] == [joining.REMINDED]
        assert client.get(links()[1]).status_code == 200
    with later(40):
        run("remind-interested")
    assert Message.objects.count() == 2


@pytest.mark.parametrize("ended", ["closed", "held", "started"])
def test_nobody_is_reminded_who_does_not_wait(ended):
    interest = interested(hold="links" if ended == "held" else "")
    if ended == "closed":
        joining.close(interest, by=BY)
    if ended == "started":
        joining.start_as_new(JoinLink.objects.get(), password=PASSWORD)
    with later(9):
        before = Message.objects.count()
        run("remind-interested")
        assert Message.objects.count() == before


def test_who_never_begins_is_forgotten_after_the_months_with_every_mail():
    interested()
    with later(9):
        run("remind-interested")
    with later(365 + 8):
        run("purge-interests")
        assert (Interest.objects.count(), Message.objects.count()) == (1, 2)
    with later(365 + 11):
        run("purge-interests")
        run("purge-interests")
    assert (Interest.objects.count(), JoinLink.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert AuditEvent.objects.get(event="interest.purged").data == {"count": 1}


def test_who_declined_is_forgotten_as_long_after():
    interest = interested()
    with later(100):
        joining.close(interest, by=BY)
    with later(400):
        run("purge-interests")
        assert Interest.objects.count() == 1
    with later(470):
        run("purge-interests")
    assert not Interest.objects.exists()


def test_of_who_has_begun_the_journey_stays_and_the_interest_goes_at_its_date():
    interested()
    with later(20):
        user = joining.start_as_new(JoinLink.objects.get(), password=PASSWORD)
    with later(380):
        run("purge-interests")
        assert Interest.objects.count() == 1
    with later(390):
        run("purge-interests")
    assert not Interest.objects.exists()
    assert Carer.objects.get().owner == user


def test_what_was_kept_aside_goes_after_fourteen_days():
    interested(hold="trap")
    with later(14):
        run("purge-interests")
        assert Interest.objects.count() == 1
    with later(15):
        run("purge-interests")
    assert not Interest.objects.exists()


def test_of_two_who_start_at_once_with_one_address_the_second_is_asked_to_sign_in(client, monkeypatch):
    """From two links: neither sees the other's account, and the database takes one."""
    interested()
    address = links()[-1]
    open_account = joining.mailed_links.open_account

    def late(email, **facts):
        User.objects.create_user(email, PASSWORD)
        return open_account(email, **facts)

    monkeypatch.setattr(joining.mailed_links, "open_account", late)
    answer = client.post(address, {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert not Carer.objects.exists()
