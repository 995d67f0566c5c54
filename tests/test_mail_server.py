"""Real mail servers that misbehave, over real sockets: each message stays, is tried again, and others get a turn."""

import smtplib
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.db import transaction
from django.utils import timezone

from notifications import outbox
from notifications.models import Message

pytestmark = pytest.mark.django_db


class Inbox:
    """Answers each mail, and each recipient, with the next of these, then with 250."""

    def __init__(self):
        self.connections, self.received, self.to_mail, self.to_recipient = 0, [], [], []

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 (aiosmtpd's name)
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.to_recipient.pop(0) if self.to_recipient else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.to_mail.pop(0) if self.to_mail else "250 OK"
        if answer.startswith("250"):
            self.received.append(envelope)
        return answer


@pytest.fixture
def smtp(settings):
    def use(port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3

    return use


@pytest.fixture
def inbox(smtp):
    there = Inbox()
    server = Controller(there, hostname="127.0.0.1", port=free_port())
    server.start()
    smtp(server.port)
    yield there
    server.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def hanging():
    """A server that takes every connection and never says a word; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        held = []

        def take():
            while True:
                try:
                    held.append(listening.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()


def promise(number=1):
    with transaction.atomic():
        for one in range(number):
            outbox.queue(key=f"t:{one}", to="carys@example.org", template="notifications/mail/test", language="en")


def later(minutes=2):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def test_a_sweep_speaks_over_one_connection(inbox):
    promise(5)
    assert (outbox.sweep(), inbox.connections) == (5, 1)


def test_after_a_failure_the_next_message_has_a_connection_of_its_own(inbox):
    promise(3)
    inbox.to_mail = ["451 try later"]
    assert (outbox.sweep(), inbox.connections) == (2, 2)


@pytest.mark.parametrize("code", ["421", "450", "451", "452"])
def test_later_means_later(inbox, code):
    promise()
    inbox.to_mail = [f"{code} come back"]
    assert outbox.sweep() == 0
    assert Message.objects.get().error == f"{code} come back"
    with later():
        assert outbox.sweep() == 1
    assert [envelope.rcpt_tos for envelope in inbox.received] == [["carys@example.org"]]


def test_a_refused_recipient_is_recorded_without_the_address(inbox):
    promise()
    inbox.to_recipient = ["550 5.1.1 <carys@example.org> unknown"]
    outbox.sweep()
    assert Message.objects.get().error == "550 5.1.1 <•••> unknown"


def test_nobody_listening_delays(inbox, smtp):
    port = free_port()
    smtp(port)
    promise()
    assert outbox.sweep() == 0
    assert Message.objects.get().error.startswith("ConnectionRefusedError: Connection refused")


def test_a_server_that_hangs_ends_the_sweep_in_its_time_and_leaves_the_rest_untouched(smtp, settings):
    settings.OUTBOX_SWEEP_SECONDS = 1
    promise(20)
    with hanging() as port:
        smtp(port)
        began = time.monotonic()
        assert outbox.sweep() == 0
        assert time.monotonic() - began < 3
    tried = Message.objects.filter(attempts__gt=0)
    assert 1 <= tried.count() < 10
    assert not Message.objects.filter(claimed_at__isnull=False).exists()


def test_what_a_hanging_server_held_up_comes_after_what_was_not_tried(smtp, settings, inbox):
    settings.OUTBOX_SWEEP_SECONDS = 0.5
    promise(6)
    with hanging() as port:
        smtp(port)
        outbox.sweep()
        tried = set(Message.objects.filter(attempts=1).values_list("pk", flat=True))
        with later():
            outbox.sweep()
    both = set(Message.objects.filter(attempts=1).values_list("pk", flat=True))
    assert tried
    assert both > tried


def test_a_goodbye_that_goes_wrong_does_not_send_a_mail_twice(inbox, monkeypatch):
    def gone(self):
        self.close()
        raise smtplib.SMTPResponseException(500, b"no goodbye")

    monkeypatch.setattr(smtplib.SMTP, "quit", gone)
    promise()
    assert outbox.deliver(Message.objects.get().pk)
    assert (Message.objects.get().state, len(inbox.received)) == ("sent", 1)
