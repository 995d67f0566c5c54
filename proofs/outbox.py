"""Proof: no message is lost while workers are killed and the broker restarts.

Real Redis, Celery worker and beat as subprocesses, a real SMTP server. Messages are queued while the worker is killed
with SIGKILL and Redis restarted; then everything is counted at the mail server, by Message-ID.

    python -m proofs.outbox --messages 500 --kills 10 --restarts 2      (make prove-outbox)
    python -m proofs.outbox --messages 60 --kills 2 --restarts 1        (the short form in .ci/run)
"""

import argparse
import logging
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

SWEEP, CLAIM = 3, 6  # seconds; in production a minute and five


class Inbox:
    """A mail server that takes its time and, where asked, answers some first tries with 451."""

    def __init__(self, delay: float, refuse_every: int):
        self.received: Counter[str] = Counter()
        self.refused: set[str] = set()
        self.delay, self.refuse_every = delay, refuse_every

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        import asyncio
        import email

        await asyncio.sleep(self.delay)
        key = str(email.message_from_bytes(envelope.content)["Message-ID"])
        if self.refuse_every and key not in self.refused and hash(key) % self.refuse_every == 0:
            self.refused.add(key)
            return "451 try again later"
        self.received[key] += 1
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Redis:
    """Our own server on a port of its own: its process id is compared, so nobody else's answers for it."""

    def __init__(self, folder: Path):
        self.port, self.folder = free_port(), folder
        self.start()

    def start(self) -> None:
        quiet = ["--save", "", "--appendonly", "no", "--dir", str(self.folder), "--logfile", "redis.log"]
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *quiet]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        import redis

        client = redis.Redis(port=self.port)
        for _ in range(100):
            try:
                if client.info("server")["process_id"] == self.process.pid:
                    return
            except redis.ConnectionError:
                time.sleep(0.1)
        raise SystemExit(f"redis-server did not come up on port {self.port}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def celery(*args: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "microcare", *args, "--loglevel", "error"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def worker() -> subprocess.Popen[bytes]:
    return celery("worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat")


def kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group at once, as a machine that loses power."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def main() -> int:
    logging.disable(logging.WARNING)
    options = arguments()
    folder = Path(tempfile.mkdtemp(prefix="proof-outbox-"))
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        redis, inbox = Redis(folder), Inbox(options.delay, options.refuse_every)
        after.callback(redis.stop)
        smtp = Controller(inbox, hostname="127.0.0.1", port=free_port())
        smtp.start()
        after.callback(smtp.stop)
        environment(folder, redis, smtp)
        beat = celery("beat", "--schedule", str(folder / "beat"), "--pidfile", "")
        after.callback(kill, beat)
        return prove(options, redis, inbox)


def environment(folder: Path, redis: Redis, smtp: Controller) -> None:
    """The settings for ourselves and for the workers; a database of our own unless DATABASE_URL names one."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="microcare.settings",
        VAR_DIR=str(folder / "var"),
        REDIS_URL=f"redis://127.0.0.1:{redis.port}/0",
        EMAIL_URL=f"smtp://127.0.0.1:{smtp.port}",
        OUTBOX_SWEEP_SECONDS=str(SWEEP),
        OUTBOX_CLAIM_SECONDS=str(CLAIM),
    )
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'proof.sqlite3'}"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def prove(options: argparse.Namespace, redis: Redis, inbox: Inbox) -> int:
    from notifications.models import Message

    chance = random.Random(options.seed)  # noqa: S311 (repeatable, not secret)
    kills = sorted(chance.sample(range(1, options.messages), options.kills))
    restarts = sorted(chance.sample(range(1, options.messages), options.restarts))
    run, started = f"proof:{time.time()}", time.monotonic()
    working = worker()
    try:
        for number in range(options.messages):
            promise(f"{run}:{number}")
            time.sleep(options.pace)
            if number in kills:
                kill(working)
                working = worker()
            if number in restarts:
                redis.stop()
                time.sleep(1)
                redis.start()
        mine = Message.objects.filter(key__startswith=run)
        deadline = time.monotonic() + options.patience
        while mine.filter(sent_at__isnull=True).exists() and time.monotonic() < deadline:
            time.sleep(0.5)
        return report(options, inbox, mine, time.monotonic() - started)
    finally:
        kill(working)


def promise(key: str) -> None:
    from django.db import transaction

    from notifications.outbox import queue

    with transaction.atomic():
        queue(key=key, to="somebody@example.org", template="notifications/mail/test", language="")


def report(options: argparse.Namespace, inbox: Inbox, mine: Any, seconds: float) -> int:
    from notifications.outbox import message_id

    expected = {message_id(message) for message in mine}
    missing = expected - set(inbox.received)
    twice = {key: count for key, count in inbox.received.items() if count > 1}
    unmarked = mine.filter(sent_at__isnull=True).count()
    print(f"{options.messages} messages, worker killed {options.kills} times, Redis restarted {options.restarts} times")
    print(
        f"queued {len(expected)}, delivered {len(expected) - len(missing)}, missing {len(missing)}, unmarked {unmarked}"
    )
    print(f"refused once with 451 and sent later: {len(inbox.refused)}")
    print(f"sent more than once: {len(twice)} (a worker killed after the server's 250 and before the mark)")
    print(f"{seconds:.0f} seconds")
    return 1 if missing or unmarked or len(expected) != options.messages else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--restarts", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--pace", type=float, default=0.1, help="seconds between two messages")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds the mail server takes")
    parser.add_argument("--refuse-every", type=int, default=0, help="about every how many-th is first answered 451")
    parser.add_argument("--patience", type=float, default=180)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
