"""The Celery application, and the one list of scheduled jobs.

Without a broker nothing schedules them: `manage.py run_job NAME` runs each by hand or from cron (docs/operating.md).
Times are Europe/London; none lies between 00:30 and 03:00, where the clock changes twice a year.
"""

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microcare.settings")

JOBS = {
    "send-messages": {"task": "notifications.jobs.send_messages", "schedule": settings.OUTBOX_SWEEP_SECONDS},
    "purge-messages": {"task": "notifications.jobs.purge_messages", "schedule": crontab(hour=4, minute=20)},
    "look-after-unused-staff": {
        "task": "accounts.jobs.look_after_unused_staff",
        "schedule": crontab(hour=3, minute=40),
    },
    "purge-invitations": {"task": "accounts.jobs.purge_invitations", "schedule": crontab(hour=4, minute=30)},
    "sweep-photos": {"task": "files.jobs.sweep_photos", "schedule": crontab(hour=4, minute=30)},
    "scan-files": {"task": "files.jobs.scan_files", "schedule": 300},
    "purge-files": {"task": "files.jobs.purge_files", "schedule": crontab(hour=4, minute=50)},
    "purge-address-changes": {
        "task": "accounts.jobs.purge_address_changes",
        "schedule": crontab(hour=4, minute=35),
    },
    "purge-enquiries": {"task": "directory.jobs.purge_enquiries", "schedule": crontab(hour=4, minute=40)},
    "purge-evidence": {"task": "onboarding.jobs.purge_evidence", "schedule": crontab(hour=4, minute=45)},
    "settle-standing": {"task": "onboarding.jobs.settle_standing", "schedule": crontab(hour=3, minute=10)},
    "remind-carers": {"task": "compliance.jobs.remind_carers", "schedule": crontab(hour=3, minute=15)},
    "purge-registers": {"task": "onboarding.jobs.purge_registers", "schedule": crontab(hour=4, minute=50)},
    "purge-letters": {"task": "onboarding.jobs.purge_letters", "schedule": crontab(hour=4, minute=25)},
    "remind-interested": {"task": "onboarding.jobs.remind_interested", "schedule": crontab(hour=9, minute=15)},
    "purge-interests": {"task": "onboarding.jobs.purge_interests", "schedule": crontab(hour=4, minute=45)},
    "remind-training": {"task": "onboarding.jobs.remind_training", "schedule": crontab(hour=7, minute=30)},
    "ask-still-right": {"task": "onboarding.jobs.ask_still_right", "schedule": crontab(hour=9, minute=30)},
    "send-to-carers": {"task": "compliance.jobs.send_to_carers", "schedule": 300},
    "purge-to-carers": {"task": "compliance.jobs.purge_to_carers", "schedule": crontab(hour=4, minute=20)},
    "ask-headcount": {"task": "onboarding.jobs.ask_headcount", "schedule": crontab(hour=9, minute=40)},
    "close-left-accounts": {"task": "onboarding.jobs.close_left_accounts", "schedule": crontab(hour=4, minute=15)},
    "purge-left-carers": {"task": "onboarding.jobs.purge_left_carers", "schedule": crontab(hour=5, minute=0)},
    "purge-decisions": {"task": "compliance.jobs.purge_decisions", "schedule": crontab(hour=5, minute=15)},
    "purge-listing-photos": {"task": "onboarding.jobs.purge_listing_photos", "schedule": crontab(hour=4, minute=55)},
    # Before the digest, which says what is late.
    "escalate-cases": {"task": "feedback.jobs.escalate_cases", "schedule": crontab(hour=6, minute=30)},
    "purge-feedback": {"task": "feedback.jobs.purge_feedback", "schedule": crontab(hour=4, minute=40)},
    "purge-cases": {"task": "feedback.jobs.purge_cases", "schedule": crontab(hour=5, minute=10)},
    "purge-claims": {"task": "compliance.jobs.purge_claims", "schedule": crontab(hour=4, minute=5)},
    "end-reply-times": {"task": "compliance.jobs.end_reply_times", "schedule": crontab(hour=3, minute=20)},
    "finish-removals": {"task": "compliance.jobs.finish_removals", "schedule": crontab(hour=3, minute=25)},
    "end-guests": {"task": "compliance.jobs.end_guests", "schedule": crontab(hour=3, minute=30)},
    # A few an hour while somebody is there to look.
    "check-dbs-status": {"task": "compliance.jobs.check_dbs_status", "schedule": crontab(hour="9-16", minute=25)},
    "purge-status-checks": {"task": "compliance.jobs.purge_status_checks", "schedule": crontab(hour=5, minute=20)},
    "send-digest": {
        "task": "microcare.jobs.send_digest",
        "schedule": crontab(hour=7, minute=45, day_of_week="mon-fri"),
    },
    "clear-sessions": {"task": "microcare.jobs.clear_sessions", "schedule": crontab(hour=4, minute=10)},
}

app = Celery("microcare")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = JOBS
app.autodiscover_tasks(
    ["microcare", "compliance", "onboarding", "feedback", "directory", "files", "notifications", "accounts"],
    related_name="jobs",
)
