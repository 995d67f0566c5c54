"""The demonstration's training: every kind of session there is to see, also with nobody there to book it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings

from microcare.scheme import load
from notifications.models import Message
from onboarding.demo import training as demonstration
from onboarding.models import Booking, TrainingSession
from tests.builders import TODAY
from tests.training_builders import carer

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["monmouthshire", "flintshire", "somerset"])
def scheme(request, today):
    scheme = load(request.param)
    with override_settings(SCHEME=scheme):
        yield scheme


def test_every_kind_of_session_is_there(scheme):
    for number in range(20):
        carer(f"Person{number}")
    demonstration.demo(scheme, on=TODAY)
    assert TrainingSession.objects.upcoming(TODAY).count() == 5
    assert TrainingSession.objects.exclude(online_link="").exists()
    assert Booking.objects.waiting().exists()
    assert TrainingSession.objects.unmarked(TrainingSession.objects.latest("ends_at").ends_at).exists()
    assert set(Booking.objects.values_list("attended", flat=True)) == {None, True, False}
    assert all(session.title_cy for session in TrainingSession.objects.all()) is ("cy" in scheme.languages)
    assert {session.day.weekday() for session in TrainingSession.objects.all()} <= set(range(5))


def test_a_second_run_changes_nothing(scheme):
    carer("Ann")
    demonstration.demo(scheme, on=TODAY)
    before = (TrainingSession.objects.count(), Booking.objects.count(), Message.objects.count())
    assert "nothing changed" in demonstration.demo(scheme, on=TODAY)
    assert (TrainingSession.objects.count(), Booking.objects.count(), Message.objects.count()) == before


def test_a_month_later_there_are_sessions_to_come_again(scheme):
    demonstration.demo(scheme, on=TODAY)
    later = TODAY + timedelta(days=40)
    with time_machine.travel(later):
        demonstration.demo(scheme, on=later)
        assert TrainingSession.objects.upcoming(later).count() == 5


def test_with_nobody_there_the_sessions_stand_empty(scheme):
    assert "7 sessions made" in demonstration.demo(scheme, on=TODAY)
    assert not Booking.objects.exists()
