"""The demonstration's queue: a dozen things of several kinds, the most urgent first, made once."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from compliance import queue
from directory.demo.cast import people
from directory.models import PostcodeLoad
from onboarding.models import Evidence, PaperPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(today, monkeypatch):
    monkeypatch.setattr("directory.demo.people", lambda scheme: people(scheme)[:8])
    PostcodeLoad.objects.create(source="tests", attribution="", rows=0, skipped=0)
    call_command("demo")


def test_there_is_something_of_most_kinds_to_decide_and_it_is_made_once(made, today, capsys):
    manager = User.objects.get(email="manager@example.org")
    every = queue.things(manager, on=today, now=timezone.now())
    kinds = {thing.kind for thing in every}
    assert len(every) >= 12
    assert {"paper", "original", "listing", "change", "live", "name", "help", "suspension", "interest"} <= kinds
    assert every[0].by <= today + timedelta(days=14)
    assert every == sorted(every, key=lambda thing: thing.order)
    pages = PaperPage.objects.filter(evidence__in=Evidence.objects.undecided()).select_related("file")
    assert {page.file.is_clean for page in pages} == {True}
    capsys.readouterr()
    call_command("demo")
    assert "Demonstration queue: nothing changed." in capsys.readouterr().out
    assert len(queue.things(manager, on=today, now=timezone.now())) == len(every)
