"""Runs of scheduled jobs, kept so that the team sees whether each ran and what it did."""

import functools
import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from notifications.models import JobRun

log = logging.getLogger(__name__)
KEEP_RUNS = timedelta(days=90)


def recorded(name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Decorates a job that returns how many it did: its start, end, count or failure become a `JobRun`."""

    def decorate(job: Callable[[], int]) -> Callable[[], int]:
        @functools.wraps(job)
        def run() -> int:
            this = JobRun.objects.create(name=name)
            try:
                counted = job()
            except Exception as error:
                end(this, error=f"{type(error).__name__}: {error}"[:500])
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
