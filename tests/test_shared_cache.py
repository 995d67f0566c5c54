"""Redis away, hanging or shared by several schemes: pages answer, and nobody reads another scheme's."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.cache import caches

from directory import basemap
from directory.models import PostcodeLoad
from microcare import cache as shared
from tests.builders import make_listing

HOUSE = Path(__file__).resolve().parent.parent
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
def redis_at(settings):
    """Sets the default cache as production has it, at this address."""

    def at(address):
        shared.away_until.clear()
        options = {"socket_connect_timeout": 1, "socket_timeout": 1}
        backend = "microcare.cache.SharedCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": address, "OPTIONS": options}}
        return caches["default"]

    yield at
    shared.away_until.clear()


@pytest.fixture
def hanging():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("path", ["/", "/find/?place=NP15+1AD", "/carers/bryn-lewis/"])
def test_pages_answer_while_redis_is_away(client, today, usk, redis_at, path):
    redis_at(NOWHERE)
    make_listing()
    assert client.get(path).status_code == 200


def test_the_map_is_drawn_while_redis_is_away(client, usk, redis_at):
    redis_at(NOWHERE)
    basemap.build()
    PostcodeLoad.objects.create(source="test", attribution="test", rows=1, skipped=0)
    assert client.get(basemap.sheet().url("plain")).status_code == 200


def test_what_is_kept_while_redis_is_away_is_kept_in_the_process(redis_at):
    cache = redis_at(NOWHERE)
    cache.set("kettle", "on", 30)
    assert cache.get("kettle") == "on"
    assert cache.add("kettle", "off", 30) is False
    assert cache.incr(cache.get_or_set("tries", 3) and "tries") == 4
    cache.clear()
    assert "kettle" not in cache


def test_a_redis_that_hangs_holds_up_one_request_a_minute_and_is_told_of_once(redis_at, hanging, caplog):
    cache = redis_at(hanging)
    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            cache.get("kettle")
    assert time.monotonic() - started < 3
    assert [record.message for record in caplog.records] == [
        "Redis is away (TimeoutError); for a minute this process uses its own cache"
    ]


def test_redis_is_asked_again_after_a_minute(redis_at, caplog):
    cache = redis_at(NOWHERE)
    cache.get("kettle")
    shared.away_until[NOWHERE] -= shared.MINUTE
    cache.get("kettle")
    assert len(caplog.records) == 2


def set_up_with(**environment):
    """What the settings become with this environment, as a process of its own reads them."""
    code = (
        "import json; from django.conf import settings; from microcare.celery import app; "
        "print(json.dumps([settings.CACHES['default'], app.conf.task_default_queue, settings.ALLOWED_HOSTS]))"
    )
    own = {**os.environ, **environment}
    ran = subprocess.run([sys.executable, "-c", code], env=own, cwd=HOUSE, timeout=60, capture_output=True, check=True)
    return json.loads(ran.stdout)


@pytest.mark.parametrize("scheme", ["monmouthshire", "flintshire"])
def test_on_one_redis_each_scheme_has_its_own_keys_and_its_own_queue(scheme):
    cache, queue, _ = set_up_with(SCHEME=scheme, REDIS_URL=NOWHERE)
    assert (cache["KEY_PREFIX"], queue) == (scheme, f"microcare-{scheme}")
    assert cache["OPTIONS"] == {"socket_connect_timeout": 1, "socket_timeout": 1}


def test_the_sites_names_may_have_spaces_after_their_commas():
    assert set_up_with(ALLOWED_HOSTS="a.example, b.example ,")[2] == ["a.example", "b.example"]
