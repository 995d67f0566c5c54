"""Proof: a year of carers, day by day, in which the nightly jobs are missed, run twice and are killed in the middle.

The portal's own verbs and jobs on a real database, with the clock moved. A run that is killed is a process of its own
that gets SIGKILL between writing and committing. After each run what was said is compared with what an oracle says that
knows nothing of the portal (`proofs.year_oracle`), and every day who is public, with which services.

    python -m proofs.year                           (make prove-year)
    python -m proofs.year --carers 8 --days 100     (the short form in .ci/run)
"""

import argparse
import logging
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

FIRST = date(2027, 1, 4)
MOST_SHOWN = 20


def main() -> int:
    logging.disable(logging.CRITICAL)
    options = arguments()
    folder = Path(tempfile.mkdtemp(prefix="proof-year-"))
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        environment(folder)
        return Year(options).prove()


def environment(folder: Path) -> None:
    """A database of our own unless DATABASE_URL names one; no broker, and mail goes nowhere."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="microcare.settings", SCHEME="monmouthshire", VAR_DIR=str(folder / "var"),
        REDIS_URL="", EMAIL_URL="dummymail://", PRODUCTION="false", DEBUG="false",
    )  # fmt: skip
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'proof.sqlite3'}"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


class Year:
    """The days, the nights' jobs, and what was found wrong."""

    def __init__(self, options: argparse.Namespace):
        from proofs.year_world import World

        self.options, self.chance = options, random.Random(options.seed)  # noqa: S311 (repeatable, not secret)
        self.world = World(self.chance, FIRST, options.days)
        self.said: set[tuple[int, Any]] = set()
        self.wrong: list[str] = []
        self.nights: Counter[str] = Counter()
        self.outage = 0
        self.last_run: date | None = None
        self.read_until = 0

    def prove(self) -> int:
        from proofs.year_world import is_complete

        started = time.monotonic()
        assert is_complete(), "The oracle's list of requirements is not the scheme's."  # noqa: S101
        with at(FIRST - timedelta(days=1), 12):
            self.world.begin(self.options.carers)
        for number in range(self.options.days):
            day = FIRST + timedelta(days=number)
            self.night(day)
            with at(day, 12):
                self.world.live(day)
                self.look(day)
        return self.report(time.monotonic() - started)

    # --- nights ------------------------------------------------------------------------------------------

    def night(self, day: date) -> None:
        kind = self.kind_of_night()
        self.nights[kind] += 1
        if kind == "missed":
            return
        with at(day, 3):
            self.settle()
            if kind == "killed":
                self.killed_run(day)
                if self.chance.random() < 0.5:
                    return  # the next night makes it good
            for _again in range(2 if kind == "twice" else 1):
                self.whole_run(day)

    def kind_of_night(self) -> str:
        if self.outage:
            self.outage -= 1
            return "missed"
        kind = self.chance.choices(("whole", "missed", "twice", "killed"), (84, 3, 6, 7))[0]
        if kind == "missed":
            self.outage = self.chance.choice((0, 0, 1, 2, 5, 13))
        return kind

    def settle(self) -> None:
        from onboarding.jobs import settle_standing

        settle_standing()

    def whole_run(self, day: date) -> None:
        from compliance.jobs import remind_carers

        remind_carers()
        expected, new = self.expected(day), self.newly_said()
        for pk, word in sorted(expected - new, key=str):
            self.wrong.append(f"{day}: carer {pk} was not told: {word}")
        for pk, word in sorted(new - expected, key=str):
            self.wrong.append(f"{day}: carer {pk} was told for no reason: {word}")
        self.said |= new
        self.last_run = day

    def killed_run(self, day: date) -> None:
        """In a process of its own, which dies after writing for some carer and before that is committed."""
        from django.db import connections

        connections.close_all()
        writes = self.chance.choice((1, 1, 2, 3))
        if (child := os.fork()) == 0:
            run_until_killed(writes)
        _child, status = os.waitpid(child, 0)
        self.nights["killed while writing"] += os.WIFSIGNALED(status)
        expected, new = self.expected(day), self.newly_said()
        half = {pk for pk, word in new if word.to == "carer" and not self.of(expected, pk, "carer") <= new}
        if half or not new <= expected:
            self.wrong.append(f"{day}: a killed run told {sorted(half)} by half, or for no reason: {new - expected}")
        self.said |= new

    def of(self, words: set[tuple[int, Any]], pk: int, to: str) -> set[tuple[int, Any]]:
        return {(one, word) for one, word in words if one == pk and word.to == to}

    def expected(self, day: date) -> set[tuple[int, Any]]:
        told = self.world.code_told
        every = {(pk, word) for pk, chart in self.world.charts.items() for word in chart.words(day, told)}
        return every - self.said

    def newly_said(self) -> set[tuple[int, Any]]:
        from compliance.models import Reminder
        from proofs.year_oracle import Word

        rows = list(Reminder.objects.filter(pk__gt=self.read_until).order_by("pk"))
        self.read_until = rows[-1].pk if rows else self.read_until
        return {
            (row.carer_id, Word(row.worker_id, row.requirement, row.last_day, row.threshold, row.to)) for row in rows
        }

    # --- days --------------------------------------------------------------------------------------------

    def look(self, day: date) -> None:
        """Who is public, with which services, by the public's own query."""
        from directory.models import Listing, ListingService

        live = set(Listing.objects.live(on=day).values_list("pk", flat=True))
        rows = ListingService.objects.filter(listing__in=live, checked_from__lte=day, checked_until__gte=day)
        shown: dict[int, set[str]] = {listing: set() for listing in live}
        for listing, service in rows.values_list("listing", "service"):
            shown[listing].add(service)
        for pk, chart in self.world.charts.items():
            seen, right = shown.get(self.world.carers[pk].listing_id or 0, set()), chart.public(day)
            self.nights["days on which a page was right"] += seen == right
            if seen == right:
                continue
            if seen < right and self.last_run != day:
                self.nights["days on which something was shown late, after a night without jobs"] += 1
            else:
                self.wrong.append(f"{day}: carer {pk} shows {sorted(seen)}, and the chart says {sorted(right)}")

    # --- what came of it ---------------------------------------------------------------------------------

    def report(self, seconds: float) -> int:
        from notifications.models import JobRun

        words = Counter((word.to, word.before) for _pk, word in self.said)
        mails, team = self.mails()
        print(f"{self.options.carers} carers, {self.options.days} days, seed {self.options.seed}")
        print(f"what happened: {dict(self.world.counts)}")
        print(f"nights and days: {dict(self.nights)}; runs of jobs {JobRun.objects.count()}")
        print(f"said to carers, by days before: {counted(words, 'carer')}")
        print(f"said to the team, by days before: {counted(words, 'team')}")
        print(f"mails and letters to carers {mails}, mails to the team {team}")
        if mails != self.carer_days():
            self.wrong.append(f"{mails} mails and letters, and {self.carer_days()} days on which a carer was told")
        for line in self.wrong[:MOST_SHOWN]:
            print(f"WRONG {line}")
        print(f"wrong: {len(self.wrong)}; {seconds:.0f} seconds")
        return 1 if self.wrong else 0

    def mails(self) -> tuple[int, int]:
        from notifications.models import Message
        from onboarding.models import Letter

        sent = Message.objects.filter(key__startswith="reminder:")
        team = sent.filter(key__startswith="reminder:team:").count()
        return sent.count() - team + Letter.objects.filter(key__startswith="reminder:").count(), team

    def carer_days(self) -> int:
        """On how many days a carer was told something: one mail each, however much it was."""
        from django.utils import timezone

        from compliance.models import Reminder

        rows = Reminder.objects.filter(to=Reminder.CARER).values_list("carer", "at")
        return len({(carer, timezone.localdate(when)) for carer, when in rows})


def run_until_killed(writes: int) -> None:
    from compliance import reminding
    from compliance.jobs import remind_carers

    write, left = reminding._write, [writes]

    def deadly(*args: Any) -> None:
        write(*args)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(reminding, "_write", deadly)  # noqa: B010 (put in its place for this process alone)
    try:
        remind_carers()
    finally:
        os._exit(0)


def counted(words: Counter[tuple[str, int]], to: str) -> dict[int, int]:
    return {before: count for (whom, before), count in sorted(words.items(), reverse=True) if whom == to}


def at(day: date, hour: int) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, 15, tzinfo=UTC), tick=False)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--carers", type=int, default=200)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=20261125)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
