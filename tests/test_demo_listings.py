"""The demonstration's listings that are being written: one changed, one waiting, one begun."""

import pytest
from django.core.management import call_command
from django.test import override_settings

from directory.demo.cast import people
from directory.models import Listing, PostcodeLoad
from microcare.scheme import load
from onboarding.models import ListingChange, ListingDraft

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["monmouthshire", "somerset"])
def scheme(request, today, monkeypatch):
    monkeypatch.setattr("directory.demo.people", lambda scheme: people(scheme)[:4])
    PostcodeLoad.objects.create(source="tests", attribution="", rows=0, skipped=0)
    scheme = load(request.param)
    with override_settings(SCHEME=scheme):
        call_command("demo")
        yield scheme


def test_the_team_has_one_change_to_decide_and_one_to_look_at(scheme, today):
    theirs = ListingChange.objects.filter(carer__owner__email="carer@example.org")
    assert theirs.waiting().count() == theirs.unseen().count() == 1
    assert Listing.objects.get(owner__email="carer@example.org").contact_hours_en.startswith("Best after")
    assert Listing.objects.get(owner__email="carer@example.org").state(today) == Listing.State.LIVE


def test_the_newcomer_has_begun_theirs(scheme):
    assert ListingDraft.objects.get().carer.owner.email == "newcomer@example.org"


def test_again_changes_nothing(scheme, capsys):
    capsys.readouterr()
    call_command("demo")
    assert "Demonstration listings: nothing changed." in capsys.readouterr().out
    assert ListingChange.objects.filter(carer__owner__email="carer@example.org").count() == 2
