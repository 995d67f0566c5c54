"""Praise: read by the team, agreed to by its writer and by the carer, answered once, gone as soon as either says so."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from directory import services
from directory.models import PraiseRow
from feedback import praise, waiting
from feedback.models import Praise
from feedback.states import NotAllowed
from notifications.models import Message
from tests.builders import BY, make_listing
from tests.feedback_form import post
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
State = Praise.State
ADDRESS = "/feedback/thanks/?about=bryn-lewis"
KIND = "She never hurries, and makes my mother laugh."


@pytest.fixture
def owner():
    return User.objects.create_user("bryn@example.org")


@pytest.fixture
def bryn(owner):
    return make_listing("Bryn Lewis", owner=owner)


def page(response):
    return response.content.decode().replace("\xa0", " ")


def written(client, **facts):
    assert post(client, "thanks", at=ADDRESS, **facts).status_code == 302
    return Praise.objects.latest("pk")


def shown(client, **facts):
    row = praise.pass_on(written(client, **facts), by=BY)
    return praise.carer_says(row, by=row.listing.owner, agrees=True)


def profile(client):
    return page(client.get("/carers/bryn-lewis/"))


def link_of(row):
    return "/" + praise.link(row).split("/", 3)[3]


# --- what is shown, and when ---------------------------------------------------------------------------------


def test_it_is_shown_once_it_was_read_and_both_agree_and_not_before(client, bryn, owner):
    row = written(client)
    assert (row.state, KIND in profile(client)) == (State.TO_READ, False)
    row = praise.pass_on(row, by=BY)
    assert (row.state, KIND in profile(client)) == (State.ASKED, False)
    assert Message.objects.get(template=praise.TO_CARER).to == owner.email
    row = praise.carer_says(row, by=owner, agrees=True)
    assert row.state == State.SHOWN
    assert KIND in profile(client)
    assert "Margaret, November 2026" in profile(client)
    assert Message.objects.get(template=praise.SHOWN).to == "margaret@example.org"


@pytest.mark.parametrize("never", ["the writer", "the carer", "the team", "the name"])
def test_without_one_of_them_it_is_not(client, bryn, owner, never):
    said = {"may_be_shown": None} if never == "the writer" else {"name": ""} if never == "the name" else {}
    row = written(client, **said)
    if never == "the team":
        praise.keep_back(row, by=BY, reason="It names a child.")
    else:
        row = praise.pass_on(row, by=BY)
        if never == "the writer":
            with pytest.raises(NotAllowed):
                praise.carer_says(row, by=owner, agrees=True)
        else:
            praise.carer_says(row, by=owner, agrees=never == "the name")
    assert (KIND in profile(client)) == (never == "the name")
    assert "Margaret" not in profile(client)


def test_the_database_refuses_what_is_shown_unread(client, bryn):
    row = written(client)
    with pytest.raises(DatabaseError), transaction.atomic():
        Praise.objects.filter(pk=row.pk).update(shown_at=timezone.now())


def test_it_goes_when_the_writer_takes_it_back_by_their_link_and_not_by_opening_it(client, bryn):
    row = shown(client)
    assert KIND in page(client.get(link_of(row)))
    assert KIND in profile(client)
    client.post(link_of(row))
    assert KIND not in profile(client)
    assert client.get("/thanks/made-up/").status_code == 404
    with pytest.raises(NotAllowed):
        praise.carer_says(row, by=BY, agrees=True)


def test_it_goes_and_comes_as_the_carer_says_on_their_page(client, bryn, owner):
    row = shown(client)
    client.force_login(owner)
    address = f"/my/praise/{row.pk}/"
    assert KIND in page(client.get("/my/praise/"))
    client.post(address, {"agrees": "no"})
    assert KIND not in profile(client)
    client.post(address, {"agrees": "yes"})
    assert KIND in profile(client)


def test_it_goes_when_the_team_takes_it_down_and_never_comes_back(client, bryn, owner):
    row = praise.take_down(shown(client), by=BY, reason="Somebody asked.")
    assert KIND not in profile(client)
    with pytest.raises(NotAllowed):
        praise.carer_says(row, by=owner, agrees=True)


def test_it_goes_with_the_page_it_stands_on(client, bryn):
    shown(client)
    services.end(bryn, by=BY)
    assert not PraiseRow.objects.exists()


def test_words_in_another_language_are_marked(client, bryn):
    shown(client, language="cy", words="Diolch o galon.")
    assert '<blockquote class="quote__words" lang="cy">' in profile(client)
    assert '<blockquote class="quote__words">' in page(client.get("/cy/carers/bryn-lewis/"))


# --- the answer ----------------------------------------------------------------------------------------------


def test_the_carer_answers_once_and_it_stands_there_once_it_was_read(client, bryn, owner):
    row = shown(client)
    client.force_login(owner)
    address = f"/my/praise/{row.pk}/"
    assert "Write your answer" in page(client.post(address, {"answer": "1", "words": " "}))
    client.post(address, {"answer": "1", "words": "What a lovely family."})
    assert "lovely family" not in profile(client)
    client.post(address, {"answer": "1", "words": "Another."})
    row.refresh_from_db()
    assert row.answer == "What a lovely family."
    praise.read_answer(row, by=BY, show=True)
    assert "What a lovely family." in profile(client)


def test_an_answer_that_is_not_shown_stays_so_when_the_rest_changes(client, bryn, owner):
    row = praise.answer(shown(client), by=owner, words="Mind your own business.", language="en")
    row = praise.read_answer(row, by=BY, show=False)
    for agrees in (False, True):
        row = praise.carer_says(row, by=owner, agrees=agrees)
    assert "Mind your own" not in profile(client)


# --- who may ---------------------------------------------------------------------------------------------------


def test_nobody_elses_praise_is_ones_own(client, bryn):
    row = shown(client)
    client.force_login(User.objects.create_user("other@example.org"))
    assert client.get(f"/my/praise/{row.pk}/").status_code == 404
    assert KIND not in page(client.get("/my/praise/"))


def test_what_was_not_passed_on_the_carer_does_not_see(client, bryn, owner):
    row = written(client)
    client.force_login(owner)
    assert client.get(f"/my/praise/{row.pk}/").status_code == 404


def test_nobody_of_the_team_reads_praise_of_themselves(client):
    officer = member("o@council.example.org", "case-officer")
    said = {"form_key": "one", "words": KIND, "language": "en", "may_be_shown": True}
    own = praise.receive(listing=make_listing("Own One", owner=officer), **said)
    for verb in (lambda: praise.pass_on(own, by=officer), lambda: praise.keep_back(own, by=officer, reason="x")):
        with pytest.raises(NotAllowed, match="colleague"):
            verb()
    client.force_login(officer)
    assert own.reference not in page(client.get("/admin/feedback/praise/?state=all"))
    assert not [one for one in waiting.waiting(officer) if one.count]


def test_for_a_carer_without_an_account_the_team_writes_down_what_they_say(client):
    listing = make_listing("Carys Pugh", email="carys@example.org")
    officer = member("o@council.example.org", "case-officer")
    post(client, "thanks", at="/feedback/thanks/?about=carys-pugh")
    row = Praise.objects.get()
    client.force_login(officer)
    address = f"/admin/feedback/praise/{row.pk}/change/"
    client.post(address, {"act": "send"})
    message = Message.objects.get(template=praise.TO_CARER)
    assert "/my/praise/" not in message.text
    client.post(address, {"act": "agrees"})
    row.refresh_from_db()
    assert (row.state, row.carer_said_to) == (State.SHOWN, officer)
    assert listing.praise.count() == 1


def test_of_whoever_has_an_account_the_team_does_not_say_what_they_say(client, bryn):
    row = praise.pass_on(written(client), by=BY)
    client.force_login(member("o@council.example.org", "case-officer"))
    address = f"/admin/feedback/praise/{row.pk}/change/"
    client.post(address, {"act": "agrees"})
    assert not PraiseRow.objects.exists()


def test_all_of_it_on_one_page_from_read_to_taken_down(client, bryn, owner):
    row = written(client)
    client.force_login(member("o@council.example.org", "case-officer"))
    address = f"/admin/feedback/praise/{row.pk}/change/"
    assert KIND in page(client.get(address))
    assert "Say why." in page(client.post(address, {"act": "keep-back", "why": ""}))
    client.post(address, {"act": "send"})
    praise.carer_says(row, by=owner, agrees=True)
    assert KIND in profile(client)
    client.post(address, {"act": "down", "why": "Somebody asked."})
    assert KIND not in profile(client)
    assert "Somebody asked." in page(client.get(address))


def test_whom_it_is_for_is_chosen_where_nobody_is_named(client, bryn):
    post(client, "thanks", about_words="The lady with the red car")
    row = Praise.objects.get()
    client.force_login(member("o@council.example.org", "case-officer"))
    address = f"/admin/feedback/praise/{row.pk}/change/"
    client.post(address, {"act": "send", "listing": ""})
    row.refresh_from_db()
    assert row.state == State.TO_READ
    client.post(address, {"act": "send", "listing": bryn.pk})
    row.refresh_from_db()
    assert (row.state, row.listing) == (State.ASKED, bryn)


def test_an_auditor_sees_that_it_is_there_and_not_what_it_says(client, bryn):
    row = written(client)
    client.force_login(member("a@council.example.org", "auditor"))
    address = f"/admin/feedback/praise/{row.pk}/change/"
    assert row.reference in page(client.get(address))
    assert KIND not in page(client.get(address))
    assert client.post(address, {"act": "send"}).status_code == 403


# --- spam, and when it goes --------------------------------------------------------------------------------


def test_spam_waits_with_the_same_answer_and_nobody_is_mailed(client, bryn):
    row = written(client, words="https://a.example.org https://b.example.org")
    assert row.state == State.ASIDE
    assert not Message.objects.exists()
    with pytest.raises(NotAllowed):
        praise.pass_on(row, by=BY)
    praise.release(row, by=BY)
    assert Praise.objects.to_read().get() == row


def test_what_is_shown_stays_and_what_is_not_goes_after_a_year_spam_after_14_days(client, bryn):
    stays, hidden, refused = shown(client), shown(client, words="Two"), written(client, words="Three")
    spam = written(client, words="https://a.org https://b.org")
    praise.keep_back(refused, by=BY, reason="It names a child.")
    long_ago = timezone.now() - timedelta(days=400)
    Praise.objects.update(received_at=long_ago)
    Praise.objects.filter(pk=refused.pk).update(ended_at=long_ago)
    praise.carer_says(hidden, by=hidden.listing.owner, agrees=False)
    call_command("run_job", "purge-feedback", verbosity=0)
    assert set(Praise.objects.all()) == {stays, hidden}
    assert not Praise.objects.filter(pk=spam.pk).exists()
    Praise.objects.filter(pk=hidden.pk).update(hidden_at=long_ago)
    call_command("run_job", "purge-feedback", verbosity=0)
    assert list(Praise.objects.all()) == [stays]


def test_when_the_audit_fails_nothing_is_shown(client, bryn, owner, monkeypatch):
    row = praise.pass_on(written(client), by=BY)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(praise, "record", fails)
    with pytest.raises(RuntimeError):
        praise.carer_says(row, by=owner, agrees=True)
    assert not PraiseRow.objects.exists()
    row.refresh_from_db()
    assert row.carer_agrees is None


def test_what_waits_stands_on_the_home_page(client, bryn, owner):
    officer = member("o@council.example.org", "case-officer")
    written(client)
    praise.answer(shown(client, words="Two"), by=owner, words="Thank you.", language="en")
    counts = {one.what: one.count for one in waiting.waiting(officer) if one.count}
    assert counts == {"Praise to read": 1, "Answers to praise to read": 1}
    assert waiting.waiting(member("r@council.example.org", "reviewer")) == []
