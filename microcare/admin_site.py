"""The team's side: Django's admin with a home page that answers "what needs me now?"."""

from calendar import day_name
from datetime import timedelta
from typing import Any, NamedTuple

from celery.schedules import crontab
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from compliance import home
from notifications.models import JobRun
from notifications.waiting import Waiting

# Every room that has something waiting offers `waiting(user)`; what the reader may not see, the room leaves out.
WAITING = (
    "compliance.ending_soon.waiting",
    "compliance.rules_waiting.waiting",
    "onboarding.waiting.waiting",
    "feedback.case_waiting.waiting",
    "feedback.waiting.waiting",
    "directory.waiting.waiting",
    "files.waiting.waiting",
    "notifications.waiting.waiting",
)
# A job that has not begun again for this long after it was due is late, also one that was killed and never ended.
PATIENCE = timedelta(hours=1)


# The way in, beside every page: what a page is called there, its name, and who may see it.
GROUPS = {
    "People": (
        ("Carers", "onboarding_carer_changelist", "onboarding.view_carer"),
        ("Listings", "directory_listing_changelist", "directory.view_listing"),
        ("DBS register", "compliance_statuscheck_changelist", "compliance.view_statuscheck"),
        ("Interested", "onboarding_interest_changelist", "onboarding.view_interest"),
        ("Training", "onboarding_trainingsession_changelist", "onboarding.view_trainingsession"),
        ("Concerns and complaints", "feedback_case_changelist", "feedback.view_case feedback.see_safeguarding"),
        ("Enquiries", "directory_enquiry_changelist", "directory.view_enquiry"),
        ("Praise", "feedback_praise_changelist", "feedback.view_praise"),
        ("Corrections", "feedback_correction_changelist", "feedback.view_correction"),
        ("Registers", "onboarding_register_changelist", "onboarding.view_register"),
    ),
    "Messages": (
        ("Messages to carers", "compliance_mailing_changelist", "compliance.view_mailing"),
        ("Letters", "onboarding_letter_changelist", "onboarding.view_letter"),
        ("Letters about decisions", "compliance_outcometext_changelist", "compliance.view_outcometext"),
        ("Messages sent", "notifications_message_changelist", "notifications.view_message"),
    ),
    "Site": (
        ("Pages", "content_page_changelist", "content.view_page"),
        ("Code of Practice", "onboarding_codeofpractice_changelist", "onboarding.view_codeofpractice"),
        ("Library", "onboarding_guide_changelist", "onboarding.view_guide"),
        ("Team", "accounts_teammember_changelist", "accounts.view_teammember"),
    ),
    "Look ahead": (
        ("What runs out", "compliance_lapses", "onboarding.view_carer"),
        ("What will change by …", "onboarding_rules_plan", "onboarding.view_rules"),
        ("Rules", "onboarding_rules_changelist", "onboarding.view_rules"),
        ("Bank holidays", "feedback_bankholiday_changelist", "feedback.view_bankholiday"),
    ),
    "Look back": (
        ("Decisions", "compliance_decision_changelist", "compliance.view_decision"),
        ("Papers", "onboarding_evidence_changelist", "onboarding.view_evidence"),
        ("Reminders", "compliance_reminder_changelist", "compliance.view_reminder"),
        ("Listings and changes", "onboarding_listingchange_changelist", "onboarding.view_listingchange"),
        ("Who did what", "audit_auditevent_changelist", "audit.view_auditevent"),
        ("Differences mended", "onboarding_mending_changelist", "onboarding.view_mending"),
        ("Who looked at which file", "files_fileview_changelist", "files.view_fileview"),
        ("Jobs", "notifications_jobrun_changelist", "notifications.view_jobrun"),
    ),
}


class Way(NamedTuple):
    text: str
    url: str
    is_here: bool


class Job(NamedTuple):
    name: str
    last: JobRun | None
    late: bool

    @property
    def state(self) -> str:
        if self.last is None:
            return "has not run yet"
        return self.last.state if self.last.error or not self.late else "late"

    @property
    def is_troubled(self) -> bool:
        return self.state in {"failed", "late"}


class TeamSite(AdminSite):
    index_title = "What needs me now"

    def get_urls(self) -> list[Any]:
        from compliance.queue_admin import addresses  # noqa: PLC0415 (it registers pages with this very site)

        return [*addresses(self), *super().get_urls()]

    def each_context(self, request: Any) -> dict[str, Any]:
        ways = groups(request.user, request.path)
        here = next((way.text for _name, group in ways for way in group if way.is_here), "")
        return {**super().each_context(request), "ways": ways, "here": here}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        user: Any = request.user
        within = home.within_of(request.GET.get("within"))
        work = home.said(user, on=timezone.localdate(), now=timezone.now(), within=within)
        context = {
            "queues": waiting_for(user),
            **work,
            **(jobs_said() if may_see_jobs(user) else {}),
        }
        return super().index(request, {**context, **(extra_context or {})})


def groups(user: Any, path: str) -> list[tuple[str, list[Way]]]:
    """The lists that this person may see, under their headings; the one on whose pages they are is marked."""
    found = {
        name: [(text, reverse(f"admin:{page}")) for text, page, may in ways if any(map(user.has_perm, may.split()))]
        for name, ways in GROUPS.items()
    }
    around = (url for ways in found.values() for _text, url in ways if path.startswith(url))
    here = max(around, key=len, default="")
    return [(name, [Way(text, url, url == here) for text, url in ways]) for name, ways in found.items() if ways]


def waiting_for(user: Any) -> list[Waiting]:
    """What is urgent first."""
    found = [queue for name in WAITING for queue in import_string(name)(user)]
    return sorted(found, key=lambda queue: not (queue.urgent and queue.count))


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
    wrong = [job for job in shown if job.state in {"failed", "late"}]
    return {"jobs": shown, "jobs_wrong": wrong, "jobs_not_run": len(every) - len(shown)}


def latest(name: str) -> JobRun | None:
    return JobRun.objects.filter(name=name).first()


def late(run: JobRun | None, schedule: Any) -> bool:
    """Whether the next run after this one should have come long ago."""
    if run is None:
        return False
    return timezone.now() - run.started_at > longest_pause(schedule) + PATIENCE


def longest_pause(schedule: Any) -> timedelta:
    """Between two runs: a day, but for a job that rests on Saturday and Sunday."""
    if not isinstance(schedule, crontab):
        return timedelta(seconds=float(schedule))
    return timedelta(days=1 if len(schedule.day_of_week) == len(day_name) else 3)
