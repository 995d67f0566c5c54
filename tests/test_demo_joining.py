"""The demonstration has people who are interested and help that was asked for; running it again adds none."""

import pytest
from django.test import override_settings

from accounts.models import User
from microcare.scheme import load
from notifications.models import Message
from onboarding import journey
from onboarding.demo import helped, interested
from onboarding.models import HelpAnswer, HelpRequest, Interest
from tests.builders import BY, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["monmouthshire", "flintshire", "somerset"])
def scheme(request, today):
    scheme = load(request.param)
    with override_settings(SCHEME=scheme):
        yield scheme


def test_there_are_some_of_every_kind(scheme):
    interested.demo(scheme, on=TODAY)
    states = {one.state for one in Interest.objects.all()}
    assert states == {Interest.State.WAITING, Interest.State.KEPT_ASIDE, Interest.State.STARTED}
    assert set(Interest.objects.values_list("source", flat=True)) == {"web", "phone", "event"}
    assert set(Interest.objects.values_list("language", flat=True)) == set(scheme.languages)


def test_the_carer_has_asked_been_answered_and_paid_for(scheme):
    journey.start(by=BY, owner=User.objects.create_user("carer@example.org"), name="Ann Price", first_name="Ann")
    helped.demo(scheme, on=TODAY)
    assert sorted((one.is_open, one.is_answered) for one in HelpRequest.objects.all()) == [
        (False, True),
        (True, False),
        (True, True),
    ]
    assert HelpAnswer.objects.get(funded_pence__isnull=False).pot in scheme.pots
    assert all(one.about for one in HelpRequest.objects.all())


def test_without_their_journey_nothing_is_asked(scheme):
    assert "nothing was asked" in helped.demo(scheme, on=TODAY)
    assert not HelpRequest.objects.exists()


def test_a_second_run_adds_nothing(scheme):
    journey.start(by=BY, owner=User.objects.create_user("carer@example.org"), name="Ann Price", first_name="Ann")
    counts = []
    for _ in range(2):
        interested.demo(scheme, on=TODAY)
        helped.demo(scheme, on=TODAY)
        counts.append([model.objects.count() for model in (Interest, HelpRequest, HelpAnswer, Message, User)])
    assert counts[0] == counts[1]
