"""In the admin, listings are looked at; what takes one down is decided about the carer, on their page."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.urls import reverse

from directory import services
from directory.models import Listing
from tests.builders import BY, TODAY, make_listing
from tests.listed_carers import listed_carer
from tests.team_builders import member

pytestmark = pytest.mark.django_db
LIST = "/admin/directory/listing/"
DRAFTS = {"Dai Draft", "Una Unseen"}
EVERYBODY = {*DRAFTS, "Bryn Lewis", "Lara Lapsed", "Eira Ended"}


@pytest.fixture
def listing(today):
    return make_listing("Bryn Lewis", offers=["chat"])


def staff(users, *permissions):
    user = users.objects.create_user("team@example.org", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def looker(client, django_user_model):
    client.force_login(staff(django_user_model, "view_listing"))
    return client


def act(client, listing, action, **more):
    return client.post(LIST, {"action": action, "_selected_action": [listing.pk], **more})


def test_a_listing_can_be_looked_at_and_not_edited(looker, listing):
    page = looker.get(reverse("admin:directory_listing_change", args=[listing.pk])).content.decode()
    assert "Bryn Lewis" in page
    assert 'name="_save"' not in page
    assert 'name="name"' not in page
    assert looker.get(f"{LIST}add/").status_code == 403
    assert looker.post(f"{LIST}{listing.pk}/delete/", {"post": "yes"}).status_code == 403


def test_two_requests_on_two_days_at_once_are_each_told_their_own_days_state(rf, listing):
    """One object of Django's admin serves every thread."""
    page, first, second = site.get_model_admin(Listing), rf.get("/"), rf.get("/")
    first.today, second.today = TODAY, listing.checked_until + timedelta(days=1)
    rows = [page.get_queryset(first), page.get_queryset(second)]
    assert [page.public_state(row.get()) for row in rows] == [Listing.State.LIVE.label, Listing.State.HIDDEN.label]


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("live", {"Bryn Lewis"}),
        ("hidden", {"Lara Lapsed"}),
        ("draft", DRAFTS),
        ("ended", {"Eira Ended"}),
        ("", EVERYBODY),
    ],
)
def test_the_list_filters_by_what_the_public_sees(looker, listing, shown, names):
    make_listing("Dai Draft", published=False)
    make_listing("Lara Lapsed", checked_until=TODAY - timedelta(days=1))
    services.end(make_listing("Eira Ended"), by=BY)
    services.end(make_listing("Una Unseen", published=False), by=BY)
    found = looker.get(LIST, {"state": shown} if shown else {}).context["cl"].queryset
    assert {one.name for one in found} == names
    assert not shown or {str(one.state(TODAY)) for one in found} == {shown}


@pytest.mark.parametrize("text", ["bryn", "Lewis", "01633 960123"])
def test_the_list_is_searched_by_name_and_phone(looker, listing, text):
    make_listing("Ann Price", phone="01633 960999")
    assert [one.name for one in looker.get(LIST, {"q": text}).context["cl"].queryset] == ["Bryn Lewis"]


@pytest.mark.parametrize("action", ["pause", "resume", "suspend", "reinstate", "end"])
def test_nothing_is_decided_here_without_a_reason_a_message_and_a_look_at_whose_it_is(client, listing, action):
    """Not by a manager either: what the team decides is decided on the carer's page."""
    services.pause(listing, by=BY, until=TODAY + timedelta(days=9), on=TODAY)
    client.force_login(member("manager@council.example.org", "manager"))
    before = Listing.objects.values().get()
    act(client, listing, action, confirmed="yes", until=TODAY + timedelta(days=1), reason="concern")
    assert Listing.objects.values().get() == before
    assert client.get(LIST).context["action_form"] is None


def test_the_listing_leads_to_its_carer(client, today):
    client.force_login(member("reviewer@council.example.org", "reviewer"))
    carer = listed_carer()
    page = client.get(reverse("admin:directory_listing_change", args=[carer.listing_id])).content.decode()
    assert reverse("admin:onboarding_carer_change", args=[carer.pk]) in page


def test_strangers_are_asked_to_sign_in(client, listing):
    assert client.get(LIST).status_code == 302
