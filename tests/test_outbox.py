"""No message is lost: saved with its cause, sent once after it, tried for a day, and given up only with a mark."""

import itertools
import smtplib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications import outbox, runs
from notifications.jobs import deliver_one, send_messages
from notifications.models import JobRun, Message

pytestmark = pytest.mark.django_db
LINK = "https://testserver/act/abc123/"


@pytest.fixture(autouse=True)
def _templates(settings):
    engine = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [engine]


@pytest.fixture
def server(monkeypatch):
    """A mail server that answers each try with the next of these: None takes the mail, an exception refuses it."""
    answers = []

    def send(self, fail_silently=False):
        answer = answers.pop(0) if answers else None
        if answer:
            raise answer
        mail.outbox.append(self)
        return 1

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    return answers


def promise(key="hello:1", language="en", **more):
    context = {"name": "Carys", "link": LINK} | more.pop("context", {})
    return outbox.queue(
        key=key, to="carys@example.org", template="mail/hello", language=language, context=context, **more
    )


def one():
    return Message.objects.get()


def test_a_message_is_sent_when_its_cause_is_committed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        promise()
        assert mail.outbox == []
    assert [sent.subject for sent in mail.outbox] == ["Contact us: Carys"]
    assert one().state == "sent"


def test_what_was_undone_is_never_sent():
    with pytest.raises(RuntimeError), transaction.atomic():
        promise()
        raise RuntimeError
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_promised():
    with pytest.raises(outbox.NotInTransaction):
        promise()


def test_the_same_key_is_one_message():
    assert promise()
    assert not promise()
    assert Message.objects.count() == 1


def test_an_unknown_language_gets_both_welsh_first():
    promise(language="")
    assert one().subject == "Cysylltu â ni: Carys / Contact us: Carys"
    assert one().text.index("Cysylltu") < one().text.index("Contact us")
    assert 'lang="cy"' in one().html


def test_the_frame_of_a_welsh_mail_is_welsh():
    promise(language="cy")
    assert "Cyngor Sir Fynwy" in one().html
    assert "County Council" not in one().html


def test_a_name_brings_no_header_with_it():
    promise(context={"name": "Carys\r\nBcc: everybody@example.org"})
    outbox.sweep()
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert "\n" not in one().subject


def test_html_in_a_name_is_text():
    promise(context={"name": "<script>alert(1)</script>"})
    assert "<script>" not in one().html


def test_a_refusal_is_noted_in_the_servers_words_and_tried_again_later(server):
    server.append(smtplib.SMTPRecipientsRefused({"carys@example.org": (451, b"try later")}))
    promise()
    assert outbox.sweep() == 0
    assert (one().state, one().error) == ("trying again", "451 try later")
    assert outbox.sweep() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert outbox.sweep() == 1
    assert (one().state, one().error, one().attempts) == ("sent", "", 2)


def test_the_pauses_grow_and_after_a_day_it_is_given_up_with_a_mark(server):
    promise()
    start, tries = timezone.now(), []
    for minute in range(26 * 60):
        with time_machine.travel(start + timedelta(minutes=minute, seconds=30), tick=False):
            server[:] = [TimeoutError("the server hangs")]
            before = one().attempts
            outbox.sweep()
            if one().attempts > before:
                tries.append(minute)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses == sorted(pauses)
    assert one().state == "given up"
    assert 23 * 60 < tries[-1] + 120 <= 26 * 60


def test_two_senders_at_once_send_it_once(monkeypatch):
    promise()
    pk = one().pk

    def send(self):
        mail.outbox.append(self)
        assert outbox.deliver(pk) is False

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    assert outbox.deliver(pk) is True
    assert len(mail.outbox) == 1


def test_a_sender_that_died_leaves_its_claim_to_run_out():
    promise()
    Message.objects.update(claimed_at=timezone.now())
    assert outbox.sweep() == 0
    with time_machine.travel(timezone.now() + outbox.CLAIM_RUNS_OUT + timedelta(seconds=1)):
        assert outbox.sweep() == 1


def test_a_sender_killed_before_it_could_mark_leaves_the_mail_to_go_again_under_the_same_id(monkeypatch):
    class Killed(BaseException):
        pass

    def send(self):
        mail.outbox.append(self)
        if len(mail.outbox) == 1:
            raise Killed

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    promise()
    with pytest.raises(Killed):
        outbox.sweep()
    with time_machine.travel(timezone.now() + outbox.CLAIM_RUNS_OUT + timedelta(seconds=1)):
        assert outbox.sweep() == 1
    first, second = (sent.extra_headers["Message-ID"] for sent in mail.outbox)
    assert (first == second, one().state, one().attempts) == (True, "sent", 2)


@pytest.mark.parametrize("late", [None, smtplib.SMTPServerDisconnected("at last")], ids=["went", "failed"])
def test_a_sender_that_comes_late_undoes_nothing_of_a_newer_ones(monkeypatch, late):
    """The first sender hangs until its claim has run out; meanwhile a second one takes the message and fails."""
    promise()
    hour = timezone.now() + timedelta(hours=1)

    def second(self):
        raise smtplib.SMTPDataError(451, b"the newer one's")

    def first(self):
        monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", second)
        with time_machine.travel(hour):
            outbox.deliver(one().pk)
        if late:
            raise late

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", first)
    outbox.deliver(one().pk)
    assert (one().state, one().error) == ("trying again", "451 the newer one's")
    assert one().next_try_at > hour


def test_two_sweeps_at_once_send_each_message_once(monkeypatch):
    for number in range(3):
        promise(key=f"hello:{number}")

    def send(self):
        mail.outbox.append(self)
        outbox.sweep()

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    outbox.sweep()
    ids = [sent.extra_headers["Message-ID"] for sent in mail.outbox]
    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (smtplib.SMTPDataError(550, b"<carys@example.org>: no such user"), "550 <•••>: no such user"),
        (
            smtplib.SMTPRecipientsRefused({"carys@example.org": (550, b"5.1.1 carys@example.org\r\nrejected")}),
            "550 5.1.1 ••• rejected",
        ),
        (smtplib.SMTPDataError(554, f"{LINK} is on a list".encode()), "554 ••• is on a list"),
        (ConnectionRefusedError(111, "no carys@example.org here"), "ConnectionRefusedError: Connection refused"),
        (ValueError("carys@example.org"), "ValueError"),
    ],
)
def test_what_went_wrong_is_noted_without_addresses_and_links(server, error, noted):
    server.append(error)
    promise(secrets=[LINK])
    outbox.sweep()
    assert one().error.partition(",")[0] == noted


def test_every_try_carries_the_same_message_id():
    promise()
    first, second = outbox.as_mail(one()), outbox.as_mail(one())
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_a_broker_that_is_down_loses_nothing(monkeypatch, django_capture_on_commit_callbacks):
    def down(*args):
        raise ConnectionError("no broker")

    monkeypatch.setattr("notifications.jobs.deliver_one.delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        promise()
    assert one().state == "waiting"
    assert outbox.sweep() == 1


def test_links_that_act_are_masked_for_the_team_and_gone_once_sent():
    promise(secrets=[LINK])
    assert LINK not in outbox.masked(one().text, one())
    outbox.sweep()
    assert LINK in mail.outbox[0].body
    assert LINK not in one().text + one().html
    assert one().secrets == []
    assert "used up" in outbox.why_not_again(one())


def test_bodies_go_after_ninety_days_and_the_fact_stays():
    promise()
    outbox.sweep()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert outbox.purge_bodies() == 1
        assert outbox.purge_bodies() == 0
    assert (one().text, one().state) == ("", "sent")


def test_the_database_refuses_sent_and_given_up_at_once():
    promise()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(sent_at=timezone.now(), given_up_at=timezone.now())


def test_a_run_is_recorded_with_its_count_and_a_failure_with_its_reason():
    assert runs.recorded("count")(lambda: 7)() == 7

    def broken():
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        runs.recorded("break")(broken)()
    assert [(run.name, run.state, run.counted) for run in JobRun.objects.order_by("name")] == [
        ("break", "failed", None),
        ("count", "done", 7),
    ]


def test_a_failed_run_keeps_the_kind_of_error_and_where_and_nothing_that_somebody_wrote():
    def broken():
        raise KeyError("carys@example.org wrote: my mother fell")

    with pytest.raises(KeyError):
        runs.recorded("break")(broken)()
    assert JobRun.objects.get().error.startswith("KeyError, tests/test_outbox.py line ")


def test_a_task_that_sends_is_stopped_when_the_claim_on_its_message_runs_out(settings):
    assert {deliver_one.soft_time_limit, send_messages.soft_time_limit} == {settings.OUTBOX_CLAIM_SECONDS}
