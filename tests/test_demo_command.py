"""`manage.py demo`: one command fills a copy to look around in, and never production."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

import accounts.demo
from accounts.models import User
from content.models import Page
from directory.demo.cast import people
from directory.models import Listing, PostcodeLoad


@pytest.fixture
def loaded(db, monkeypatch):
    PostcodeLoad.objects.create(source="tests", attribution="", rows=0, skipped=0)
    monkeypatch.setattr("directory.demo.people", lambda scheme: people(scheme)[:4])


def test_the_command_fills_the_pages_the_directory_and_makes_an_account_for_each_role(loaded, capsys):
    call_command("demo")
    said = capsys.readouterr().out
    assert "4 people made" in said
    assert Page.objects.exists()
    password = said.split("with the password ")[1].split()[0]
    for email in ("manager@example.org", "editor@example.org", "carer@example.org"):
        assert User.objects.get(email=email).check_password(password)


def test_the_command_can_be_run_again(loaded, capsys):
    call_command("demo")
    first = capsys.readouterr().out
    call_command("demo")
    again = capsys.readouterr().out
    assert "Nothing changed" in again
    assert first.splitlines()[-1] == again.splitlines()[-1]
    assert User.objects.filter(is_staff=True).count() == len(accounts.demo.TEAM)


def test_production_is_refused_before_anything_is_written(db, monkeypatch):
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(CommandError, match="invented"):
        call_command("demo")
    assert not Listing.objects.exists()
    assert not User.objects.exists()
    assert not Page.objects.exists()
