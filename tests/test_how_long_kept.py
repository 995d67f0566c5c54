"""How long answers may be kept: what a session sees not at all, what says "today" until midnight, files as they say."""

import pytest
import time_machine
from django.conf import settings

from tests.builders import make_listing

PAGES = ["/", "/find/", "/cy/find/", "/carers/bryn-lewis/", "/nothing/"]


def kept(client, path):
    answer = client.get(path)
    assert answer.status_code == (404 if path == "/nothing/" else 200)
    return answer.get("Cache-Control", "")


@pytest.mark.parametrize("path", PAGES)
def test_what_a_session_sees_is_kept_nowhere(client, today, usk, path):
    make_listing()
    client.cookies[settings.SESSION_COOKIE_NAME] = "anything"
    assert kept(client, path) == "private, no-store"


@pytest.mark.parametrize("path", ["/", "/find/", "/carers/bryn-lewis/"])
def test_without_a_session_it_is_kept_a_minute(client, today, usk, path):
    make_listing()
    assert sorted(kept(client, path).split(", ")) == ["max-age=60", "public"]


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-11-21T23:59:20+00:00", 40),
        ("2026-06-21T23:59:20+01:00", 40),
        ("2026-06-21T23:59:20+00:00", 60),
        ("2026-10-25T00:30:00+01:00", 60),
    ],
)
def test_nothing_is_kept_past_midnight_here(client, db, now, seconds):
    with time_machine.travel(now, tick=False):
        assert f"max-age={seconds}" in kept(client, "/find/")


def test_a_file_is_kept_as_it_says_whoever_asks(client, db):
    client.cookies[settings.SESSION_COOKIE_NAME] = "anything"
    with time_machine.travel("2026-11-21T23:59:20+00:00"):
        assert kept(client, "/scheme.css") == "no-cache"
