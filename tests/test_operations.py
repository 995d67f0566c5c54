"""Health addresses, scheduled jobs, and accounts in the admin."""

from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from microcare.jobs import clear_sessions


def session(key, days):
    return Session.objects.create(session_key=key, session_data="", expire_date=timezone.now() + timedelta(days=days))


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_is_ready_when_the_tables_are_there(client, db):
    assert client.get("/readyz").content == b"ready\n"


def test_readyz_says_how_many_migrations_wait(client, db):
    with mock.patch("django.db.migrations.executor.MigrationExecutor.migration_plan", return_value=[1, 2]):
        response = client.get("/readyz")
    assert (response.status_code, response.content.split()[0]) == (503, b"2")


def test_readyz_says_when_the_database_is_away(client):
    with mock.patch("microcare.health.MigrationExecutor", side_effect=OperationalError("host name and password")):
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_health_answer_is_never_kept_and_sets_no_cookie(client, db, path):
    response = client.get(path)
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_expired_sessions_are_cleared_and_live_ones_kept(db):
    session("old", -1)
    session("live", +1)
    assert clear_sessions() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["live"]


def test_clearing_twice_clears_nothing_the_second_time(db):
    session("old", -1)
    clear_sessions()
    assert clear_sessions() == 0


def test_run_job_runs_a_job_by_name(db, capsys):
    session("old", -1)
    call_command("run_job", "clear-sessions")
    assert capsys.readouterr().out == "clear-sessions: 1\n"


def test_run_job_knows_only_the_list(db):
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("run_job", "make-tea")


def test_an_account_opens_in_the_admin(admin_client, admin_user):
    response = admin_client.get(reverse("admin:accounts_user_change", args=[admin_user.pk]))
    assert response.status_code == 200
    assert b"username" not in response.content


def test_accounts_are_found_by_name(admin_client, django_user_model):
    django_user_model.objects.create_user("dai@example.org", name="Dai Rees")
    assert b"dai@example.org" in admin_client.get(reverse("admin:accounts_user_changelist"), {"q": "Rees"}).content
