"""The team's side: Django's admin with a home page that answers "what needs me now?"."""

from datetime import timedelta
from typing import Any, NamedTuple

from celery.schedules import crontab
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.module_loading import import_string

from notifications.models import JobRun

# Every room that has something waiting offers `waiting(user)`; what the reader may not see, the room leaves out.
WAITING = (
    "onboarding.waiting.waiting",
    "directory.waiting.waiting",
    "files.waiting.waiting",
    "notifications.waiting.waiting",
)
# A job that has not begun again for this long after it was due is late, also one that was killed and never ended.
PATIENCE = timedelta(hours=1)


class Job(NamedTuple):
    name: str
    last: JobRun | None
    late: bool

    @property
    def state(self) -> str:
        if self.last is None:
            return "has not run yet"
        return self.last.state if self.last.error or not self.late else "late"


class TeamSite(AdminSite):
    index_title = "What needs me now"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        queues = [queue for name in WAITING for queue in import_string(name)(request.user)]
        context = {"queues": queues, **(jobs_said() if may_see_jobs(request.user) else {})}
        return super().index(request, {**context, **(extra_context or {})})


def may_see_jobs(user: Any) -> bool:
    return bool(user.has_perm("notifications.view_jobrun"))


def jobs() -> list[Job]:
    """Every scheduled job with its latest run."""
    from microcare.celery import JOBS  # noqa: PLC0415 (the schedule needs the settings, which name this site)

    return [Job(name, last := latest(name), late(last, job["schedule"])) for name, job in JOBS.items()]


def jobs_said() -> dict[str, Any]:
    """Without a broker nothing schedules them, so that those which nobody has run are a number and no table of them."""
    every = jobs()
    shown = [job for job in every if job.last or settings.REDIS_URL]
    return {"jobs": shown, "jobs_not_run": len(every) - len(shown)}


def latest(name: str) -> JobRun | None:
    return JobRun.objects.filter(name=name).first()


def late(run: JobRun | None, schedule: Any) -> bool:
    """Whether the next run after this one should have come long ago."""
    if run is None:
        return False
    every = timedelta(days=1) if isinstance(schedule, crontab) else timedelta(seconds=float(schedule))
    return timezone.now() - run.started_at > every + PATIENCE
