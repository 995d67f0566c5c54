"""gunicorn as `make run` and production start it, and the data the bench measures with."""

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from directory.models import Listing
from tests.builders import make_listing, place_postcode

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture
def gunicorn(tmp_path, empty_database):
    """A server of its own on a free port: (its address, a function that stops it and gives what it wrote)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    database = shutil.copy(empty_database, tmp_path)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "VAR_DIR": str(tmp_path), "BIND": address}
    command = [sys.executable, "-m", "gunicorn", "microcare.wsgi"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=HOUSE, env=environment, stdout=log, stderr=log)

    def stop():
        server.terminate()
        server.wait(timeout=30)
        return (tmp_path / "log").read_text()

    yield f"http://{address}", stop
    stop()


def ask(address, **headers):
    for _ in range(100):
        try:
            return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10).read()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")


def answer_to(address, path):
    """Status and page of an answer."""
    try:
        answer = urllib.request.urlopen(f"{address}{path}", timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.read().decode()


def test_the_log_keeps_no_postcode_and_no_address_of_a_caller(gunicorn):
    address, stop = gunicorn
    assert ask(f"{address}/healthz?place=NP15+1AD", Referer="http://localhost/find/?place=NP7+5AA") == b"ok\n"
    assert answer_to(address, "/find/?place=NP15+1AD")[0] == 200
    with socket.create_connection(address.removeprefix("http://").split(":")) as caller:
        caller.sendall(b"GET /find/?place=NP15 1AD HTTP/1.1\r\n\r\n")
        assert b" 400 " in caller.recv(100)
    log = stop()
    assert "GET /healthz 200" in log
    assert "GET /find/ 200" in log
    assert "Refused a request that could not be read" in log
    assert not re.search("NP ?(15|7)", log)
    assert "127.0.0.1" not in log


LONG = {"q=" + "a" * 10_000: 200, "q=" + "a" * 17_000: 414, "&".join(f"q{n}=1" for n in range(1001)): 400}


def test_a_long_address_is_answered_with_a_page_of_ours_and_no_trace(gunicorn):
    address, stop = gunicorn
    ask(f"{address}/healthz")
    for query, status in LONG.items():
        code, page = answer_to(address, f"/cy/find/?{query}")
        assert code == status
        assert '<html lang="cy"' in page
        assert settings.SCHEME.contact.phone.replace(" ", "") in page.replace(" ", "").replace("\xa0", "")
    assert answer_to(address, "/?q=" + "a" * 70_000)[0] == 414  # gunicorn's own, before it fills the memory
    assert "Traceback" not in stop()


def test_the_bench_fills_an_area_with_live_listings(today, usk, capsys):
    call_command("bench_data", "30")
    assert capsys.readouterr().out == "30 listings.\n"
    live = Listing.objects.live(on=today)
    assert live.count() == 30
    assert {it.services.count() > 0 for it in live} == {True}


def test_the_bench_fills_the_same_each_time(today, usk, capsys):
    call_command("bench_data", "10")
    first = list(Listing.objects.order_by("slug").values_list("slug", "works", "miles"))
    call_command("bench_data", "10")
    assert list(Listing.objects.order_by("slug").values_list("slug", "works", "miles")) == first


def test_the_bench_leaves_a_database_with_real_listings_alone(today, usk):
    make_listing()
    with pytest.raises(CommandError, match="not for measuring"):
        call_command("bench_data", "10")
    assert Listing.objects.count() == 1


def test_the_bench_needs_postcodes_of_the_area(db):
    place_postcode("BS1 1AA", 358000, 173000, inside=False)
    with pytest.raises(CommandError, match="load_postcodes"):
        call_command("bench_data", "10")


@pytest.mark.django_db
def test_pages_are_sent_small_and_are_still_known_again(client):
    plain, small = client.get("/find/"), client.get("/find/", headers={"accept-encoding": "gzip"})
    assert gzip.decompress(small.content) == plain.content
    assert "Accept-Encoding" in small["Vary"]
    held = {"accept-encoding": "gzip", "if-none-match": small["ETag"]}
    assert client.get("/find/", headers=held).status_code == 304


def test_pictures_are_not_packed_twice(client):
    assert "Content-Encoding" not in client.get("/favicon.svg", headers={"accept-encoding": "gzip"})


def test_the_icon_is_found_where_browsers_look(client):
    assert client.get("/favicon.ico")["Content-Type"] == "image/svg+xml"


def test_search_engines_are_kept_out_of_what_is_private(client):
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    assert rules.can_fetch("*", "/cy/find/")
    assert rules.can_fetch("*", "/carers/bryn-lewis/")
    assert not any(rules.can_fetch("*", path) for path in ("/admin/", "/accounts/login/", "/cy/accounts/", "/my/"))
