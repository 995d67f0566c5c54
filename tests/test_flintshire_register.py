"""A register of 120 carers, with lapsed papers and with businesses of several people, moves in for Flintshire."""

from collections import Counter

import pytest

from microcare.scheme import load
from notifications.models import Message
from onboarding.models import Carer, Evidence, Letter, Worker
from onboarding.registers import checking, moving, receiving
from onboarding.registers.columns import columns
from tests import flintshire_register as flintshire
from tests.builders import TODAY
from tests.code_builders import first_code
from tests.register_files import as_file
from tests.team_builders import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(settings, today):
    settings.SCHEME = load("flintshire")
    first_code()
    return member("ann@council.example.org", "manager")


@pytest.fixture
def mine(officer, settings):
    keys = [column.key for column in columns(settings.SCHEME.requirements)]
    rows = [[line.get(key, "") for key in keys] for line in flintshire.lines()]
    return receiving.receive(as_file(rows, "xlsx"), by=officer, name="register.xlsx")


def test_it_has_120_businesses_of_one_to_three_people_and_every_fate():
    fates = Counter(fate for _name, fate in flintshire.businesses())
    assert sum(fates.values()) == 120
    assert fates.keys() == flintshire.FATES.keys()
    assert len({name for name, _fate in flintshire.businesses()}) == 120
    assert 40 < len(flintshire.may_be_listed()) < 90


def test_it_moves_in_is_undone_moves_in_again_and_names_who_may_be_listed(officer, mine):
    people = sum(1 for _line in flintshire.lines())
    assert not checking.check(mine, on=TODAY).problems
    for _time in (1, 2):
        assert moving.move_in(mine, by=officer, on=TODAY) == 120
        assert Worker.objects.count() == people
        assert {carer.name for carer in moving.who_may_be_listed(mine, TODAY)} == flintshire.may_be_listed()
        if _time == 1:
            assert moving.undo(mine, by=officer) == 120
            assert not Carer.objects.exists()
            assert not Evidence.objects.exists()
    assert not Message.objects.exists()
    assert not Letter.objects.exists()
