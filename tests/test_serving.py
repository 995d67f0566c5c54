"""gunicorn as `make run` and production start it, and the data the bench measures with."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.models import Listing
from tests.builders import make_listing, place_postcode

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture
def gunicorn(tmp_path):
    """A server of its own on a free port: (its address, a function that stops it and gives what it wrote)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "BIND": address}
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


def test_the_access_log_keeps_no_postcode(gunicorn):
    address, stop = gunicorn
    assert ask(f"{address}/healthz?place=NP15+1AD", Referer="http://localhost/find/?place=NP7+5AA") == b"ok\n"
    log = stop()
    assert "GET /healthz 200" in log
    assert "NP" not in log
    assert "127.0.0.1 " not in log


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
