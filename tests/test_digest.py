"""On weekdays each of the team is mailed what waits for them, and nobody else, nothing when nothing does, and once."""

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.utils import timezone

from accounts.models import User
from microcare.admin_site import longest_pause
from microcare.celery import JOBS
from microcare.digest import DIGEST, send_all
from microcare.jobs import send_digest
from notifications.models import JobRun, Message
from tests.builders import TODAY
from tests.paper_builders import carer, insurance
from tests.team_builders import member
from tests.test_reminders import listed, remind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


def digests():
    return {mail.to.split("@")[0]: mail for mail in Message.objects.filter(template=DIGEST)}


def failed_job():
    JobRun.objects.create(name="purge-files", ended_at=timezone.now(), error="OSError, files/jobs.py line 9")


def everybody():
    for role in ("reviewer", "case-officer", "editor", "manager", "auditor", "safeguarding-lead"):
        member(f"{role}@council.example.org", role)


def test_each_gets_what_they_may_see_to_with_links_and_who_has_nothing_gets_nothing():
    everybody()
    insurance(carer())
    listed(ends=TODAY + 5 * DAY)
    failed_job()
    assert send_all(on=TODAY) == 4
    found = digests()
    assert set(found) == {"reviewer", "case-officer", "manager", "auditor"}
    reviewer = found["reviewer"].text
    assert "- Papers: 1, the oldest since 21 November" in reviewer
    assert "http://localhost:8000/admin/compliance/claim/?kind=paper" in reviewer
    assert "Bryn Lewis. Public liability insurance: ends 26 November 2026, hides 27 November 2026." in reviewer
    assert "hides 27 November 2026. Nothing new was sent." in reviewer
    assert "http://localhost:8000/admin/onboarding/carer/" in reviewer
    assert "purge-files" not in reviewer
    assert "Papers" not in found["case-officer"].text
    assert "- purge-files: failed (OSError, files/jobs.py line 9)" in found["manager"].text
    assert "purge-files" in found["auditor"].html
    assert "/accounts/digest/" in reviewer


def test_what_they_sent_is_with_the_team_and_not_asked_for():
    everybody()
    insurance(listed(ends=TODAY + 5 * DAY), starts=TODAY, ends=TODAY + 300 * DAY)
    send_all(on=TODAY)
    assert "Ends within a week" not in digests()["reviewer"].text


def test_once_a_day_and_nothing_when_nothing_waits():
    everybody()
    assert send_all(on=TODAY) == 0
    failed_job()
    assert [send_all(on=TODAY), send_all(on=TODAY), send_all(on=TODAY + DAY)] == [2, 0, 2]


def test_whoever_stopped_it_or_left_the_team_gets_none(client):
    manager, reviewer, auditor = (member(f"{it}@council.example.org", it) for it in ("manager", "reviewer", "auditor"))
    failed_job()
    client.force_login(manager)
    assert "Weekday mail of what waits" in client.get("/accounts/").content.decode()
    client.post("/accounts/digest/", {"digest": "False"})
    User.objects.filter(pk=auditor.pk).update(is_active=False)
    assert send_all(on=TODAY) == 0
    assert "Off" in client.get("/accounts/").content.decode()
    client.post("/accounts/digest/", {"digest": "True"})
    assert send_all(on=TODAY) == 1
    assert reviewer.digest


def test_a_carer_has_no_such_page(client):
    client.force_login(carer().owner)
    assert client.get("/accounts/digest/").status_code == 404
    assert "Weekday mail" not in client.get("/accounts/").content.decode()


def test_the_home_page_counts_whom_to_get_in_touch_with(admin_client):
    listed(ends=TODAY + 5 * DAY)
    remind()
    page = admin_client.get("/admin/").content.decode()
    assert "Carers with something that ends within a week, and nothing sent" in page


def test_it_goes_on_weekdays_and_is_not_late_on_a_sunday():
    schedule = JOBS["send-digest"]["schedule"]
    assert schedule.day_of_week == {1, 2, 3, 4, 5}
    assert longest_pause(schedule) == 3 * DAY
    assert longest_pause(crontab(hour=4, minute=0)) == DAY
    send_digest()
    assert JobRun.objects.get(name="send-digest").counted == 0
