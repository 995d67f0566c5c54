"""“This entry is wrong”: to the carer at once, settled by one button without signing in, to the team after 14 days."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from feedback import corrections, waiting
from feedback.models import Correction
from feedback.states import NotAllowed
from notifications.models import Message
from tests.builders import BY, TODAY, make_listing
from tests.feedback_form import post
from tests.team_builders import member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
WRONG = {"words": "The price is old.", "email": "ann@example.org"}
ADDRESS = "/feedback/wrong-entry/?about=bryn-lewis"
How = Correction.How


@pytest.fixture
def bryn():
    return make_listing("Bryn Lewis", email="bryn@example.org")


def page(response):
    return response.content.decode().replace("\xa0", " ")


def reported(client, **facts):
    assert post(client, "wrong-entry", at=ADDRESS, **{**WRONG, **facts}).status_code == 302
    return Correction.objects.latest("pk")


def link_of(correction):
    return "/" + corrections.link(correction).split("/", 3)[3]


def names(user):
    return {one.what: one.count for one in waiting.waiting(user) if one.count}


def test_the_carer_is_told_at_once_with_a_link_and_the_link_changes_nothing_when_opened(client, bryn):
    correction = reported(client)
    message = Message.objects.get()
    assert (message.to, message.template) == ("bryn@example.org", corrections.WRONG)
    assert "The price is old." in page(client.get(link_of(correction)))
    correction.refresh_from_db()
    assert correction.settled_at is None


def test_the_button_says_that_it_is_mended_and_the_writer_is_told_once(client, bryn):
    correction = reported(client)
    for _ in range(2):
        client.post(link_of(correction), {"mended": "1"})
    correction.refresh_from_db()
    assert correction.how == How.MENDED
    assert "It is mended" in Message.objects.get(to="ann@example.org").text
    assert AuditEvent.objects.filter(event="correction.settled").count() == 1
    assert "you said that it is mended" in page(client.get(link_of(correction)))


def test_it_was_right_needs_a_reason_which_the_writer_does_not_read(client, bryn):
    correction = reported(client)
    assert "Say why it was right" in page(client.post(link_of(correction), {"right": "1", "because": " "}))
    client.post(link_of(correction), {"right": "1", "because": "I put it up in May."})
    correction.refresh_from_db()
    assert (correction.how, correction.because) == (How.RIGHT, "I put it up in May.")
    assert "in May" not in Message.objects.get(to="ann@example.org").text


def test_the_link_ends_after_ninety_days_and_one_made_up_is_not_there(client, bryn, time_machine):
    address = link_of(reported(client))
    assert client.get("/corrections/made-up/").status_code == 404
    time_machine.move_to(timezone.now() + corrections.KEEP + timedelta(days=1))
    assert client.get(address).status_code == 410
    assert client.post(address, {"mended": "1"}).status_code == 410


def test_the_team_hears_of_it_on_the_fourteenth_day_and_at_once_where_nobody_can_be_told(client, bryn, time_machine):
    officer = member("o@council.example.org", "case-officer")
    reported(client)
    assert names(officer) == {}
    time_machine.move_to(timezone.now() + timedelta(days=13))
    assert names(officer) == {}
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert names(officer) == {"Listings that somebody says are wrong": 1}
    make_listing("No Mail", on=TODAY + timedelta(days=14))
    post(client, "wrong-entry", at="/feedback/wrong-entry/?about=no-mail", **WRONG)
    assert names(officer) == {"Listings that somebody says are wrong": 2}


def test_from_the_door_whose_listing_it_is_stands_in_words_and_is_the_teams(client):
    post(client, "wrong-entry", about_words="")
    assert not Correction.objects.exists()
    post(client, "wrong-entry", about_words="Carys in Usk")
    assert Correction.objects.for_the_team(on=TODAY).get().about == "Carys in Usk"


def test_what_looks_like_spam_is_told_to_nobody_until_somebody_looked(client, bryn):
    correction = reported(client, words="Rank higher https://a.example.org https://b.example.org")
    assert correction.held_reason == "links"
    assert not Message.objects.exists()
    assert client.get(link_of(correction)).status_code == 404
    corrections.release(correction, by=BY)
    assert Message.objects.get().to == "bryn@example.org"


def test_a_form_sent_twice_is_one(client, bryn):
    said = {"form_key": "one", "words": "x", "language": "en", "listing": bryn}
    assert corrections.report(**said) == corrections.report(**said)
    assert Message.objects.count() == 1


def test_nobody_of_the_team_settles_or_sees_what_is_said_of_their_own_listing(client):
    officer = member("o@council.example.org", "case-officer")
    said = {"form_key": "one", "words": "x", "language": "en"}
    own = corrections.report(listing=make_listing("Own One", owner=officer), **said)
    with pytest.raises(NotAllowed):
        corrections.settle(own, by=officer, how=How.TEAM, because="x")
    client.force_login(officer)
    assert own.reference not in page(client.get("/admin/feedback/correction/?state=all"))


def test_the_team_settles_it_on_one_page_and_says_how(client, bryn):
    officer = member("o@council.example.org", "case-officer")
    correction = reported(client)
    client.force_login(officer)
    address = f"/admin/feedback/correction/{correction.pk}/change/"
    assert "The price is old." in page(client.get(address))
    assert "Say why." in page(client.post(address, {"act": "team", "why": ""}))
    client.post(address, {"act": "team", "why": "We rang her, and changed it."})
    correction.refresh_from_db()
    assert (correction.how, correction.settled_by) == (How.TEAM, officer)
    assert 'name="act"' not in page(client.get(address))


def test_an_auditor_sees_that_it_is_there_and_not_what_it_says(client, bryn):
    correction = reported(client)
    client.force_login(member("a@council.example.org", "auditor"))
    address = f"/admin/feedback/correction/{correction.pk}/change/"
    shown = page(client.get(address))
    assert correction.reference in shown
    assert "The price is old." not in shown
    assert "ann@example.org" not in shown
    assert client.post(address, {"act": "mended"}).status_code == 403


def test_it_goes_a_year_after_it_was_settled_and_spam_after_14_days_with_their_mails(client, bryn):
    old, open_, spam = (reported(client, words=words) for words in ("One", "Two", "https://a.org https://b.org"))
    corrections.settle(old, by=BY, how=How.MENDED)
    Correction.objects.filter(pk=old.pk).update(settled_at=timezone.now() - timedelta(days=366))
    Correction.objects.filter(pk__in=[spam.pk, open_.pk]).update(received_at=timezone.now() - timedelta(days=15))
    call_command("run_job", "purge-feedback", verbosity=0)
    assert list(Correction.objects.all()) == [open_]
    assert not Message.objects.filter(key__startswith=corrections.key(old)).exists()


def test_when_the_audit_fails_nothing_is_settled(client, bryn, monkeypatch):
    correction = reported(client)

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(corrections, "record", fails)
    with pytest.raises(RuntimeError):
        corrections.settle(correction, by=BY, how=How.MENDED)
    correction.refresh_from_db()
    assert correction.settled_at is None
    assert Message.objects.count() == 1


def test_a_link_of_a_carer_with_an_account_is_in_their_language(client):
    owner = User.objects.create_user("nia@example.org", language="cy")
    make_listing("Nia Hughes", owner=owner)
    post(client, "wrong-entry", at="/feedback/wrong-entry/?about=nia-hughes", **WRONG)
    message = Message.objects.get()
    assert message.language == "cy"
    assert "Mae rhywun yn dweud" in message.subject
