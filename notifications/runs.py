"""Runs of scheduled jobs, kept so that the team sees whether each ran and what it did."""

import functools
import logging
import os
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from notifications.models import JobRun

log = logging.getLogger(__name__)
KEEP_RUNS = timedelta(days=90)


class SomeFailed(Exception):
    """Some of many failed, and held up nobody else. Its words are counts and our own numbers, so a run shows them."""


def recorded(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Decorates a job that returns how many it did: its start, end, count or failure become a `JobRun`."""

    def decorate(job: Callable[[], int]) -> Callable[[], int]:
        @functools.wraps(job)
        def run() -> int:
            this = JobRun.objects.create(name=name)
            try:
                counted = job()
            except Exception as error:
                end(this, error=without_values(error))
                raise
            end(this, counted=counted)
            return counted

        return run

    return decorate


def end(run: JobRun, *, counted: int | None = None, error: str = "") -> None:
    JobRun.objects.filter(pk=run.pk).update(ended_at=timezone.now(), counted=counted, error=error)


def purge_runs() -> int:
    count, _ = JobRun.objects.filter(started_at__lt=timezone.now() - KEEP_RUNS).delete()
    return count


def without_values(error: BaseException) -> str:
    """An error's kind, what the system says of it, and where in our code it happened.

    Not its own words, but for `SomeFailed`: they may quote an address, or what somebody wrote.
    """
    number = getattr(error, "errno", None) if isinstance(error, OSError) else None
    said = f": {os.strerror(number)}" if number and number > 0 else ""
    if isinstance(error, SomeFailed):
        said = f": {error}"
    where = place(error)
    return f"{type(error).__name__}{said}"[: 500 - len(where)] + where


def place(error: BaseException) -> str:
    house = Path(settings.BASE_DIR)
    ours = [
        f", {Path(frame.filename).relative_to(house)} line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(house) and ".venv" not in frame.filename
    ]
    return ours[-1] if ours else ""
