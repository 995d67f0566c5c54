"""The team sends a message again: said before, done once, recorded, and only by who may read and send it."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import transaction
from django.utils import timezone

from audit.models import AuditEvent
from notifications import outbox
from notifications.models import Message

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/message/"
ALL = ("view_message", "read_messages", "send_again")


@pytest.fixture
def message():
    return given_up("test:1")


@pytest.fixture
def officer(client, django_user_model):
    return member(client, django_user_model, *ALL)


def given_up(key, **facts):
    with transaction.atomic():
        outbox.queue(key=key, to="carys@example.org", template="notifications/mail/test", language="en", **facts)
    Message.objects.filter(key=key).update(given_up_at=timezone.now(), attempts=9, error="550 no", claimed_at=None)
    return Message.objects.get(key=key)


def member(client, users, *permissions):
    user = users.objects.create_user("team@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def page_of(*found):
    return f"{LIST}{','.join(str(one.pk) for one in found)}/again/"


def asked(client, *found):
    return BeautifulSoup(client.get(page_of(*found)).content, "html.parser")


def confirm(client, *found):
    seen = asked(client, *found).select_one("input[name=seen]")["value"]
    return client.post(page_of(*found), {"seen": seen, "confirmed": "yes"}, follow=True).content.decode()


def choose(client, *found):
    return client.post(LIST, {"action": "send_again", "_selected_action": [one.pk for one in found]})


def records():
    return AuditEvent.objects.filter(event="message.sent_again")


def test_the_page_says_what_will_happen_and_to_whom_and_does_nothing_yet(client, officer, message):
    page = asked(client, message)
    text = " ".join(page.select_one("#content").get_text().split())
    assert f"To carys@example.org: “{message.subject}” (given up)" in text
    assert "once more, now, word for word as before, to the same address" in text
    assert page.select_one("input[type=submit]")["value"] == "Send 1 message again"
    assert (Message.objects.get().state, records().count()) == ("given up", 0)


def test_after_the_button_it_goes_and_who_pressed_it_is_recorded(client, officer, message):
    assert "goes again now." in confirm(client, message)
    assert outbox.sweep() == 1
    row = Message.objects.get()
    assert (row.state, row.attempts, mail.outbox[0].to) == ("sent", 1, ["carys@example.org"])
    event = records().get()
    assert (event.actor, event.actor_id, event.target_id) == ("user", officer.pk, str(message.pk))
    assert event.data == {"template": "notifications/mail/test"}


def test_when_the_audit_row_fails_nothing_goes_again(officer, message, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(outbox, "record", broken)
    with pytest.raises(RuntimeError):
        outbox.send_again(message, by=officer)
    assert Message.objects.get().state == "given up"


def test_a_message_leads_to_its_page_and_the_list_to_one_for_a_selection(client, officer, message):
    other = given_up("test:2")
    page = BeautifulSoup(client.get(f"{LIST}{message.pk}/change/").content, "html.parser")
    assert page.find("a", string="Send again …")["href"] == page_of(message)
    there = choose(client, message, other)["Location"]
    text = BeautifulSoup(client.get(there).content, "html.parser")
    assert text.select_one("input[type=submit]")["value"] == "Send 2 messages again"
    assert len(text.select("#content li")) == 2


def test_what_a_sender_holds_is_left_alone_and_said_plainly(client, officer, message):
    claim = timezone.now()
    Message.objects.update(given_up_at=None, claimed_at=claim)
    page = asked(client, message)
    assert "it is being sent at this moment" in page.get_text()
    assert not page.select("#content input[type=submit]")
    assert "it is being sent at this moment" in confirm(client, message)
    assert (Message.objects.get().claimed_at, records().count()) == (claim, 0)


def test_a_claim_that_ran_out_is_in_nobodys_way(officer, message):
    Message.objects.update(given_up_at=None, claimed_at=timezone.now() - outbox.CLAIM_RUNS_OUT - timedelta(seconds=1))
    outbox.send_again(message, by=officer)
    assert Message.objects.get().claimed_at is None


def test_what_has_gone_is_named_with_the_reason_and_the_rest_goes(client, officer, message):
    link = "https://testserver/act/abc123/"
    used = given_up("test:2", secrets=[link])
    Message.objects.filter(pk=used.pk).update(text=outbox.MASK)
    gone = given_up("test:3")
    Message.objects.filter(pk=gone.pk).update(text="")
    text = asked(client, message, used, gone).get_text()
    assert "it held a link that is used up" in text
    assert "what it said is gone" in text
    confirm(client, message, used, gone)
    assert outbox.sweep() == 1


def test_the_button_pressed_twice_sends_once(client, officer, message):
    seen = asked(client, message).select_one("input[name=seen]")["value"]
    client.post(page_of(message), {"seen": seen})
    outbox.sweep()
    again = client.post(page_of(message), {"seen": seen})
    assert "Some of these were sent again since you opened this page" in again.content.decode()
    with pytest.raises(outbox.CannotSendAgain, match="a moment ago"):
        outbox.send_again(message, by=officer)
    assert (outbox.sweep(), len(mail.outbox), records().count()) == (0, 1, 1)


def test_what_goes_again_is_another_mail_for_mail_programs(officer, message):
    first = outbox.message_id(message)
    outbox.send_again(message, by=officer)
    assert outbox.message_id(Message.objects.get()) != first


@pytest.mark.parametrize("missing", ["send_again", "read_messages"])
def test_whoever_may_not_read_or_not_send_is_refused(client, django_user_model, message, missing):
    member(client, django_user_model, *(one for one in ALL if one != missing))
    assert client.get(page_of(message)).status_code == 403
    assert client.post(page_of(message), {"seen": message.queued_at.isoformat()}).status_code == 403
    if missing == "send_again":
        assert choose(client, message).status_code == 403
        assert "Send again" not in client.get(f"{LIST}{message.pk}/change/").content.decode()
    assert (Message.objects.get().state, records().count()) == ("given up", 0)


def test_what_somebody_may_not_see_is_not_there(client, officer):
    hidden = given_up("test:2", reader="directory.read_enquiries")
    assert client.get(page_of(hidden)).status_code == 404


@pytest.mark.parametrize("numbers", ["0", "1,x", ",", "1,,2", "9" * 40, ",".join(["1"] * 101), "٣"])
def test_an_address_that_is_no_selection_is_not_there(client, officer, numbers):
    assert client.get(f"{LIST}{numbers}/again/").status_code == 404


def test_at_most_a_hundred_go_at_once(client, officer):
    with transaction.atomic():
        for number in range(101):
            outbox.queue(key=f"t:{number}", to="c@example.org", template="notifications/mail/test", language="en")
    answer = client.post(
        LIST, {"action": "send_again", "_selected_action": list(Message.objects.values_list("pk", flat=True))},
        follow=True,
    )  # fmt: skip
    assert "Choose at most 100 messages at once." in answer.content.decode()
