"""How long the main pages take with 1,000 listings, on SQLite and on PostgreSQL in one interleaved run.

Each page stands beside a constant page of the same size, through the same middleware and the same gunicorn (2 workers):
the ratio of the two says what the page itself costs, whatever the machine. Any answer but 200 stops the run.

    make bench                       ARGS="--rounds 3 --listings 10000"
    BENCH_DATABASE_URL=postgres://…  another PostgreSQL database than microcare_bench on this machine; it is made anew
"""

import argparse
import http.client
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

HOUSE = Path(__file__).resolve().parent.parent
FOLDER = HOUSE / "var" / "bench"
POSTGRES = os.environ.get("BENCH_DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/microcare_bench"
WELSH = "/cy"
PAGES = {
    "search: postcode and need": "/find/?place=NP15+1AD&need=companionship",
    "search: town, six filters": "/find/?place=Abergavenny&need=companionship&need=home-care&need=cleaning"
    "&day=mon&day=tue&time=morning&pay=private&language=en&space=now",
    "search: free words, Welsh": f"{WELSH}/find/?place=Brynbuga&q=garddio",
    "search: no place": "/find/?need=gardening",
    "search: nobody found": "/find/?place=NP15+1AD&need=toileting&language=cy&level=4&day=sun&time=night&within=1",
    "profile": "/carers/bench-000007/",
    "home": "/",
}


@dataclass
class Server:
    """One gunicorn over one database."""

    name: str
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    connection: http.client.HTTPConnection | None = None
    bytes_of: dict[str, int] = field(default_factory=dict)

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, env=self.environment, check=True)

    def prepare(self, listings: int) -> None:
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_postcodes", "--verbosity", "0")
        self.manage("load_pages", "--verbosity", "0")
        self.manage("bench_data", str(listings))

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "bench.wsgi",
            "--access-logfile",
            os.devnull,
            "--keep-alive",
            "600",
        ]
        self.process = subprocess.Popen(command, cwd=HOUSE, env={**self.environment, "BIND": f"127.0.0.1:{self.port}"})
        for _ in range(150):
            time.sleep(0.2)
            try:
                self.get("/healthz")
            except OSError:
                self.connection = None
            else:
                return
        sys.exit(f"bench: gunicorn over {self.name} did not start")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)

    def get(self, address: str) -> tuple[float, int]:
        """Seconds and bytes of one answer, over one connection that stays open."""
        self.connection = self.connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        start = time.perf_counter()
        self.connection.request("GET", address)
        answer = self.connection.getresponse()
        body = answer.read()
        taken = time.perf_counter() - start
        if answer.status != 200:
            sys.exit(f"bench: {address} over {self.name} answers {answer.status}")
        return taken, len(body)

    def warm(self) -> None:
        """Until each worker has seen each page; keeps the size of each for its constant page."""
        for address in PAGES.values():
            for _ in range(8):
                self.connection = None
                _, self.bytes_of[address] = self.get(address)

    def constant(self, address: str) -> str:
        return f"/bench/constant/?bytes={self.bytes_of[address]}"

    def statements(self) -> dict[str, int]:
        command = [sys.executable, "-m", "bench.statements", *PAGES.values()]
        counted = subprocess.run(command, cwd=HOUSE, env=self.environment, check=True, capture_output=True, text=True)
        found: dict[str, int] = json.loads(counted.stdout)
        return found


Times = dict[tuple[str, str], list[list[tuple[float, float]]]]


def measure(servers: list[Server], rounds: int, requests: int) -> Times:
    """For each server and page, a list of rounds, each a list of (page, constant page) seconds."""
    times: Times = {(server.name, title): [] for server in servers for title in PAGES}
    chance = random.Random(7)
    for number in range(rounds):
        print(f"\rround {number + 1} of {rounds} …", end="", file=sys.stderr, flush=True)
        for server in servers:
            server.connection = None  # a new one, with whichever worker takes it
        for taken in times.values():
            taken.append([])
        turns = [(server, title) for server in servers for title in PAGES] * requests
        chance.shuffle(turns)
        for server, title in turns:
            address = PAGES[title]
            pair = server.get(address)[0], server.get(server.constant(address))[0]
            times[server.name, title][-1].append(pair)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    return times


def line(rounds: list[list[tuple[float, float]]]) -> str:
    """Median, 95th percentile, constant page's median (ms), and the ratio: median of the rounds, least to most."""
    pages = [page for pairs in rounds for page, _ in pairs]
    constants = [constant for pairs in rounds for _, constant in pairs]
    ratios = sorted(statistics.median(p for p, _ in pairs) / statistics.median(c for _, c in pairs) for pairs in rounds)
    p95 = statistics.quantiles(pages, n=20)[-1]
    return (
        f"{statistics.median(pages) * 1000:8.1f}{p95 * 1000:8.1f}{statistics.median(constants) * 1000:10.2f}"
        f"{statistics.median(ratios):7.1f}  {ratios[0]:.1f}–{ratios[-1]:.1f}"
    )


HEADINGS = f"{'median':>36}{'p95':>8}{'constant':>10}{'ratio':>7}  {'spread':12}{'SQL':>4}{'kB':>7}"


def report(servers: list[Server], times: Times) -> None:
    for server in servers:
        statements = server.statements()
        print(f"\n{server.name}\n{HEADINGS}")
        for title, address in PAGES.items():
            measured = f"{title:28}{line(times[server.name, title]):46}"
            print(f"{measured}{statements[address]:4}{server.bytes_of[address] / 1000:7.1f}")


def sqlite() -> Server:
    shutil.rmtree(FOLDER, ignore_errors=True)
    return Server("SQLite", plain_environment(DATABASE_URL=f"sqlite:///{FOLDER / 'db.sqlite3'}"))


def postgres() -> Server | None:
    """The bench's own database, made anew; none where PostgreSQL does not answer."""
    parts = urlsplit(POSTGRES)
    name = sql.Identifier(parts.path.lstrip("/"))
    try:
        with psycopg.connect(
            urlunsplit(parts._replace(path="/postgres")), autocommit=True, connect_timeout=3
        ) as server:
            server.execute(sql.SQL("drop database if exists {}").format(name))
            server.execute(sql.SQL("create database {}").format(name))
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is left out, it does not answer: {error}".splitlines()[0], file=sys.stderr)
        return None
    return Server("PostgreSQL", plain_environment(DATABASE_URL=POSTGRES))


def plain_environment(**own: str) -> dict[str, str]:
    """As `make run`: Monmouthshire, no broker, templates kept compiled."""
    own_settings = {"SCHEME": "monmouthshire", "VAR_DIR": str(FOLDER), "DEBUG": "false", "PRODUCTION": "false"}
    return {**os.environ, **own_settings, "REDIS_URL": "", **own}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listings", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=20, help="of each page, in each round, over each database")
    options = parser.parse_args()
    servers = [server for server in (sqlite(), postgres()) if server]
    try:
        for server in servers:
            server.prepare(options.listings)
            server.start()
            server.warm()
        print(f"{options.listings} listings, {options.rounds} rounds of {options.requests} requests, milliseconds")
        report(servers, measure(servers, options.rounds, options.requests))
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
