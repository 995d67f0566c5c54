"""Production's Redis: jobs go through it to a worker, and processes share one cache in it.

Skipped where TEST_REDIS_URL is not set; .ci/run sets it.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.core.cache import caches

HOUSE = Path(__file__).resolve().parent.parent
REDIS = os.environ.get("TEST_REDIS_URL", "")
pytestmark = pytest.mark.skipif(not REDIS, reason="TEST_REDIS_URL is not set")


@pytest.fixture
def production_like(tmp_path, empty_database):
    """The environment of a copy with a broker, a queue of its own, and an empty database in a file."""
    shutil.copy(empty_database, tmp_path)
    queue = f"tests-{uuid.uuid4().hex}"
    own = {"VAR_DIR": str(tmp_path), "REDIS_URL": REDIS, "DATABASE_URL": "", "SECRET_KEY": "k", "QUEUE": queue}
    environment = {**os.environ, **own}
    del environment["DATABASE_URL"]
    return environment


def run(command, environment):
    subprocess.run(command, env=environment, check=True, cwd=HOUSE, timeout=120, capture_output=True)


def sessions(environment):
    with sqlite3.connect(f"{environment['VAR_DIR']}/db.sqlite3") as database:
        return database.execute("select count(*) from django_session").fetchone()[0]


def test_a_worker_takes_a_job_from_the_broker(production_like):
    with sqlite3.connect(f"{production_like['VAR_DIR']}/db.sqlite3") as database:
        database.execute("insert into django_session values ('old', '', '2020-01-01 00:00:00')")
    celery = [sys.executable, "-m", "celery", "-A", "microcare"]
    queue = production_like["QUEUE"]
    run([*celery, "call", "microcare.jobs.clear_sessions", "--queue", queue], production_like)
    worker = subprocess.Popen([*celery, "worker", "--pool", "solo", "-Q", queue], env=production_like, cwd=HOUSE)
    try:
        until = time.monotonic() + 60
        while sessions(production_like) and time.monotonic() < until:
            time.sleep(0.3)
        assert sessions(production_like) == 0
    finally:
        worker.terminate()
        worker.wait(timeout=30)


def test_two_processes_share_one_cache(production_like, settings):
    key = uuid.uuid4().hex
    code = f"from django.core.cache import cache; cache.set('{key}', 'kettle', 30)"
    run([sys.executable, "manage.py", "shell", "-v", "0", "-c", code], production_like)
    prefix = settings.SCHEME.slug
    settings.CACHES = {
        "default": {"BACKEND": "microcare.cache.SharedCache", "LOCATION": REDIS, "KEY_PREFIX": prefix},
    }
    assert caches["default"].get(key) == "kettle"
