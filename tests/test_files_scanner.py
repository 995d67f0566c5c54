"""With a real clamd: EICAR reaches no reader; with clamd stopped nothing is lost and nothing unscanned is readable."""

import os
import socket
import struct
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import time_machine
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from files import scanner, storage
from files.jobs import scan_files
from files.models import FileView, StoredFile
from files.private import accept_file
from files.scanner import ScannerDown, scan
from files.views import serve_private
from tests.clamd import CLAMD, Clamd
from tests.papers import EICAR, infected, paper

needs_clamd = pytest.mark.skipif(CLAMD is None, reason="clamd is not installed (apt-get install clamav-daemon)")


@pytest.fixture(scope="module")
def running():
    clamd = Clamd().start()
    yield clamd
    clamd.away()


@pytest.fixture
def clamd(running, settings):
    if running.process is None:
        running.start()
    settings.CLAMD_URL = running.unix
    return running


@pytest.fixture
def carys(django_user_model):
    return django_user_model.objects.create_user("carys@example.org")


def look(file, user):
    request = RequestFactory().get("/")
    request.user = user
    return serve_private(request, file, role="owner")


@needs_clamd
@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_it_finds_eicar_and_nothing_in_a_certificate(clamd, settings, way):
    settings.CLAMD_URL = getattr(clamd, way)
    assert scan(EICAR).startswith("Eicar-Test-Signature")
    assert scan(paper().read()) == ""
    assert scan(bytes(15 * 1024 * 1024)) == ""


@needs_clamd
def test_what_is_larger_than_clamd_takes_is_not_called_clean(clamd):
    with pytest.raises(ScannerDown):
        scan(bytes(31 * 1024 * 1024))


@needs_clamd
@pytest.mark.django_db
def test_eicar_reaches_no_reader(clamd, carys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        file = accept_file(infected(), by=carys, purpose="evidence")
        with pytest.raises(Http404):
            look(file, carys)
    file.refresh_from_db()
    assert file.state == "refused"
    assert file.found.startswith("Eicar-Test-Signature")
    assert not storage.private().exists(file.path)
    with pytest.raises(Http404):
        look(file, carys)
    assert not FileView.objects.exists()


@needs_clamd
@pytest.mark.django_db
def test_with_clamd_stopped_nothing_is_lost_and_nothing_unscanned_is_readable(
    clamd, carys, django_capture_on_commit_callbacks
):
    clamd.stop()
    with django_capture_on_commit_callbacks(execute=True):
        files = [accept_file(upload(), by=carys, purpose="evidence") for upload in (paper, infected)]
    for file in files:
        file.refresh_from_db()
        assert (file.state, file.error.split(":")[0]) == ("quarantined", "ScannerDown")
        with pytest.raises(Http404):
            look(file, carys)
    clamd.start()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert scan_files() == 2
        assert [file.state for file in StoredFile.objects.order_by("pk")] == ["clean", "refused"]
        assert look(files[0], carys).content.startswith(b"%PDF")
        with pytest.raises(Http404):
            look(files[1], carys)


# --- a scanner that misbehaves ----------------------------------------------------------------------------


def answering(reply):
    """A server that reads one INSTREAM to its end and answers so; its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with server, server.accept()[0] as asked:
            stream = asked.makefile("rb")
            assert stream.read(10) == b"zINSTREAM\0"
            while size := struct.unpack("!L", stream.read(4))[0]:
                stream.read(size)
            asked.sendall(reply)
            stream.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return f"tcp://127.0.0.1:{server.getsockname()[1]}", thread


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"", "it hung up without an answer"),
        (b"INSTREAM size limit exceeded. ERROR\0", "size limit exceeded"),
        (b"stream: OK but not quite\0", "OK but not quite"),
        (b"\xff\xfe\0", "\ufffd\ufffd"),
    ],
)
def test_anything_but_a_verdict_is_no_verdict(settings, reply, said):
    settings.CLAMD_URL, thread = answering(reply)
    with pytest.raises(ScannerDown, match=said):
        scan(b"%PDF")
    thread.join()


def test_a_scanner_that_hangs_is_down(settings, monkeypatch):
    monkeypatch.setattr(scanner, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScannerDown, match="timed out"):
            scan(b"%PDF")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_a_scanner_that_is_not_there_is_down(settings, address):
    settings.CLAMD_URL = address
    with pytest.raises(ScannerDown):
        scan(b"%PDF")


def test_an_address_that_is_none_stops_the_start():
    environment = {**os.environ, "CLAMD_URL": "localhost:3310"}
    command = [sys.executable, "-c", "import microcare.settings"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "set it to tcp://host:3310 or unix:///path/clamd.ctl" in said.stderr
