"""The team's home page says what waits, and whether every job ran."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from microcare.admin_site import jobs
from microcare.celery import JOBS
from notifications.models import JobRun, Message
from notifications.outbox import queue
from notifications.waiting import waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return User.objects.create_superuser("manager@example.org", "a long password of ours")


def run(name, *, ago=timedelta(0), **facts):
    return JobRun.objects.create(name=name, started_at=timezone.now() - ago, ended_at=timezone.now() - ago, **facts)


def state_of(name):
    return next(job.state for job in jobs() if job.name == name)


def given_up():
    with transaction.atomic():
        queue(key="test:1", to="somebody@example.org", template="notifications/mail/test", language="en")
    Message.objects.update(given_up_at=timezone.now())


def test_every_scheduled_job_has_its_line():
    assert [job.name for job in jobs()] == list(JOBS)


def test_a_job_that_never_ran_says_so():
    assert state_of("send-messages") == "has not run yet"


def test_without_a_broker_those_that_never_ran_are_said_in_one_line(admin_client, settings):
    run("clear-sessions", counted=7)
    page = " ".join(BeautifulSoup(admin_client.get("/admin/").content, "html.parser").get_text().split())
    assert f"{len(JOBS) - 1} scheduled jobs never ran: without a broker each is run by hand, or from cron." in page
    assert "has not run yet" not in page
    settings.REDIS_URL = "redis://localhost"
    page = admin_client.get("/admin/").content.decode()
    assert page.count("has not run yet") == len(JOBS) - 1
    assert "never ran" not in page


def test_the_latest_run_counts_and_a_failure_shows():
    run("send-messages", ago=timedelta(minutes=2), counted=3)
    assert state_of("send-messages") == "done"
    run("send-messages", error="ValueError: broken")
    assert state_of("send-messages") == "failed"


def test_a_nightly_job_is_late_after_a_day_and_an_hour():
    run("clear-sessions", ago=timedelta(hours=24), counted=0)
    assert state_of("clear-sessions") == "done"
    JobRun.objects.update(started_at=timezone.now() - timedelta(hours=26))
    assert state_of("clear-sessions") == "late"


def test_a_job_that_was_killed_is_running_until_it_is_late():
    JobRun.objects.create(name="clear-sessions", started_at=timezone.now() - timedelta(hours=1))
    assert state_of("clear-sessions") == "running"
    JobRun.objects.update(started_at=timezone.now() - timedelta(hours=26))
    assert state_of("clear-sessions") == "late"


def test_messages_given_up_wait_for_those_who_may_see_messages(manager):
    given_up()
    found = waiting(manager)[0]
    assert (found.what, found.count, found.urgent) == ("Messages given up", 1, True)
    assert waiting(User.objects.create_user("carer@example.org")) == []


def test_the_home_page_shows_both_and_leads_there(admin_client):
    given_up()
    run("clear-sessions", counted=7)
    page = BeautifulSoup(admin_client.get("/admin/").content, "html.parser")
    link = page.find("a", string="Messages given up")
    listed = BeautifulSoup(admin_client.get(link["href"]).content, "html.parser")
    assert "somebody@example.org" in listed.get_text()
    assert "clear-sessions" in page.get_text()
