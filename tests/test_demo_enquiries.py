"""The demonstration's enquiries: a few carers can read some, and running it again adds none."""

import pytest
from django.test import override_settings

from accounts.models import User
from directory.demo import enquiries as demonstration
from directory.enquiry_models import Enquiry
from microcare.scheme import load
from notifications.models import Message
from tests.builders import TODAY, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["monmouthshire", "flintshire", "somerset"])
def scheme(request, today):
    scheme = load(request.param)
    with override_settings(SCHEME=scheme):
        town = next(place.slug for place in scheme.places if place.town)
        for name in ("Ann Price", "Bryn Lewis", "Carys Pugh", "Dai Evans"):
            make_listing(name, base=town, email=f"{name.split()[0].lower()}@example.org")
        make_listing("Eve Away", base=town, published=False)
        yield scheme


def test_three_carers_have_some_of_every_kind(scheme):
    demonstration.demo(scheme, on=TODAY)
    assert User.objects.get(email="carer@example.org").listing.state(TODAY) == "live"
    assert User.objects.filter(listing__isnull=False).count() == 3
    assert {one.state for one in Enquiry.objects.all()} == set(Enquiry.State)
    assert set(Enquiry.objects.values_list("language", flat=True)) == set(scheme.languages)


def test_a_second_run_adds_nothing(scheme):
    demonstration.demo(scheme, on=TODAY)
    before = (Enquiry.objects.count(), Message.objects.count(), User.objects.count())
    assert "0 made" in demonstration.demo(scheme, on=TODAY)
    assert (Enquiry.objects.count(), Message.objects.count(), User.objects.count()) == before


def test_an_account_that_is_there_already_is_used(scheme):
    carer = User.objects.create_user("carer@example.org", "a password of its own")
    demonstration.demo(scheme, on=TODAY)
    assert User.objects.get(pk=carer.pk).listing
    assert User.objects.get(pk=carer.pk).check_password("a password of its own")
