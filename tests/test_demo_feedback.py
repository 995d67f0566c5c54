"""The demonstration’s feedback: thanks on pages and one to read, a correction that waits, and cases; made once."""

import pytest
from django.core.management import call_command

from accounts.models import User
from directory.demo.cast import people
from directory.models import PostcodeLoad
from feedback import waiting
from feedback.models import Case, Correction, Praise, Referral
from feedback.models.cases import How, Kind, State
from microcare.scheme import load
from tests.builders import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(params=["monmouthshire", "flintshire", "somerset"])
def made(request, monkeypatch, settings):
    settings.SCHEME = load(request.param)
    monkeypatch.setattr("directory.demo.people", lambda scheme: people(scheme)[:8])
    PostcodeLoad.objects.create(source="tests", attribution="", rows=0, skipped=0)
    call_command("demo", verbosity=0)


def test_there_is_something_of_each_and_it_is_made_once(made, capsys):
    officer = User.objects.get(email="case.officer@example.org")
    states = {(case.kind, case.state) for case in Case.objects.all()}
    assert states >= {
        (Kind.CONCERN, State.NEW),
        (Kind.CONCERN, State.OPEN),
        (Kind.COMPLAINT, State.NEW),
        (Kind.COMPLAINT, State.ASIDE),
        (Kind.SAFEGUARDING, State.OPEN),
        (Kind.DATA, State.CLOSED),
    }
    assert Case.objects.filter(received_how=How.PHONE).exists()
    assert Referral.objects.exists()
    assert Praise.objects.shown().count() >= 3
    assert Praise.objects.shown().filter(answer_is_shown=True).exists()
    assert Praise.objects.asked().get().listing.owner.email == "carer@example.org"
    assert Correction.objects.for_the_team(on=TODAY).count() >= 1
    counts = {one.what: one.count for one in waiting.waiting(officer) if one.count}
    assert counts["Praise to read"] == 1
    before = (Case.objects.count(), Praise.objects.count(), Correction.objects.count())
    capsys.readouterr()
    call_command("demo")
    assert "Demonstration feedback: nothing changed." in capsys.readouterr().out
    assert (Case.objects.count(), Praise.objects.count(), Correction.objects.count()) == before
