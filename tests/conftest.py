"""The tests' own environment, set before anything reads the settings: this machine's .env and data play no part.

DATABASE_URL alone is taken from outside, so that the same tests run on SQLite and on PostgreSQL.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import time_machine

HOUSE = Path(__file__).resolve().parent.parent
VAR = Path(tempfile.mkdtemp(prefix="microcare-tests-"))
os.environ.update(
    DJANGO_SETTINGS_MODULE="microcare.settings",
    SCHEME="monmouthshire",
    VAR_DIR=str(VAR),
    PRODUCTION="false",
    DEBUG="false",
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    REDIS_URL="",
    EMAIL_URL="",
    # PostgreSQL need not wait for the disk: what tests write has no worth after a power cut.
    PGOPTIONS="-c synchronous_commit=off",
    # Playwright keeps an event loop in the test's thread; the tests use the database from there on purpose.
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
)

import django  # noqa: E402 (the environment comes first)

django.setup()

from tests.browser import _contexts, axe, browser, browser_page, tab_to, without_javascript  # noqa: E402, F401
from tests.builders import TODAY, place_postcode  # noqa: E402
from tests.flushing import _flush_deletes, _flush_keeps_what_migrate_made, django_db_setup  # noqa: E402, F401


def pytest_unconfigure():
    shutil.rmtree(VAR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Only this machine is reached: a page that asks anybody else for something fails its test."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            self.close()
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def _mails_to_look_at(monkeypatch):
    """`make mails`: every mail the tests cause is also written to the folder MAILS, in each language and in both."""
    if not os.environ.get("MAILS"):
        return
    from notifications import outbox

    folder, render = Path(os.environ["MAILS"]), outbox.render
    folder.mkdir(parents=True, exist_ok=True)

    def kept(template, language, context):
        for one in ("en", "cy", ""):
            subject, text, html = render(template, one, dict(context))
            stem = folder / f"{template.replace('/', '.')}.{one or 'both'}"
            stem.with_name(stem.name + ".txt").write_text(f"{subject}\n\n{text}")
            stem.with_name(stem.name + ".html").write_text(html)
        return render(template, language, context)

    monkeypatch.setattr(outbox, "render", kept)


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files of a test go when it ends, and passwords are hashed fast."""
    from microcare.storing import on_this_machine

    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SPOOL_DIR = tmp_path / "spool"
    settings.STORAGES = {**settings.STORAGES, "private": on_this_machine(tmp_path / "private")}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _forget():
    """What a process keeps between requests does not pass from test to test."""
    from django.core.cache import cache
    from django.utils import translation

    from directory import basemap

    cache.clear()
    basemap.forget()
    translation.activate("en")


@pytest.fixture(autouse=True)
def _the_team_comes_with_a_second_factor(monkeypatch):
    """`client.force_login(staff)` and `admin_client` come as the team does; tests/signing_in.py has other ways."""
    from tests.signing_in import with_second_factor

    monkeypatch.setattr("django.test.Client.force_login", with_second_factor)


@pytest.fixture(autouse=True)
def _nobody_of_the_team_is_asked_again(settings):
    """A test goes days ahead in one session; tests/test_idle.py has the hours as they are."""
    settings.STAFF_IDLE_HOURS = 24 * 365 * 20


@pytest.fixture(autouse=True, scope="session")
def _a_test_database_goes_whoever_is_in_it():
    """A thread of a server or of a race may still be letting go of its connection when the last test has ended."""
    from django.db.backends.postgresql.creation import DatabaseCreation

    def destroy(self, name, verbosity):
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(name)} WITH (FORCE)")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseCreation, "_destroy_test_db", destroy)
        yield


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_for_once():
    """Each new client makes the middleware anew, which would look through all folders of static files again."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self):
        told = (self.static_prefix, self.max_age)
        if told not in found:
            look(self)
            found[told] = dict(self.files)
        self.files.update(found[told])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """A file of SQLite with every table, for processes that a test starts; each works on a copy of it."""
    path = tmp_path_factory.mktemp("tables") / "db.sqlite3"
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{path}"}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=HOUSE, env=environment, check=True, timeout=120)
    return path


@pytest.fixture
def today():
    """Saturday 21 November 2026, half past ten: the day on which `tests.builders` make things live."""
    with time_machine.travel(f"{TODAY.isoformat()}T10:30:00Z", tick=True):
        yield TODAY


@pytest.fixture
def usk(db):
    """NP15 1AD, where most tests search."""
    return place_postcode("NP15 1AD", 337770, 200564)
