"""In the admin, listings are looked at; what takes one down asks first, and is done by somebody who may."""

from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.urls import reverse

from audit.models import AuditEvent
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
def decider(client, django_user_model):
    client.force_login(staff(django_user_model, "view_listing", "decide_listing"))
    return client


def act(client, listing, action, **more):
    return client.post(LIST, {"action": action, "_selected_action": [listing.pk], **more})


def state():
    return Listing.objects.get().state(TODAY)


def test_a_listing_can_be_looked_at_and_not_edited(decider, listing):
    page = decider.get(reverse("admin:directory_listing_change", args=[listing.pk])).content.decode()
    assert "Bryn Lewis" in page
    assert 'name="_save"' not in page
    assert 'name="name"' not in page
    assert decider.get(f"{LIST}add/").status_code == 403
    assert decider.post(f"{LIST}{listing.pk}/delete/", {"post": "yes"}).status_code == 403


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
def test_the_list_filters_by_what_the_public_sees(decider, listing, shown, names):
    make_listing("Dai Draft", published=False)
    make_listing("Lara Lapsed", checked_until=TODAY - timedelta(days=1))
    services.end(make_listing("Eira Ended"), by=BY)
    services.end(make_listing("Una Unseen", published=False), by=BY)
    found = decider.get(LIST, {"state": shown} if shown else {}).context["cl"].queryset
    assert {one.name for one in found} == names
    assert not shown or {str(one.state(TODAY)) for one in found} == {shown}


@pytest.mark.parametrize("text", ["bryn", "Lewis", "01633 960123"])
def test_the_list_is_searched_by_name_and_phone(decider, listing, text):
    make_listing("Ann Price", phone="01633 960999")
    assert [one.name for one in decider.get(LIST, {"q": text}).context["cl"].queryset] == ["Bryn Lewis"]


def test_before_a_listing_is_paused_the_page_says_whose_and_what_happens(decider, listing):
    page = act(decider, listing, "pause").content.decode()
    assert "Bryn Lewis" in page
    assert "The page says" in page
    assert state() == Listing.State.LIVE


@pytest.mark.parametrize("action", ["suspend", "reinstate", "end"])
def test_what_is_a_decision_about_the_carer_is_not_made_here(decider, listing, action):
    act(decider, listing, action, confirmed="yes", reason="concern")
    assert state() == Listing.State.LIVE
    assert action not in dict(decider.get(LIST).context["action_form"].fields["action"].choices)


def test_the_listing_leads_to_its_carer(client, today):
    client.force_login(member("reviewer@council.example.org", "reviewer"))
    carer = listed_carer()
    page = client.get(reverse("admin:directory_listing_change", args=[carer.listing_id])).content.decode()
    assert reverse("admin:onboarding_carer_change", args=[carer.pk]) in page


def test_a_pause_is_lifted_here_too(decider, listing):
    for action, more in (("pause", {"until": TODAY + timedelta(days=1)}), ("resume", {})):
        assert act(decider, listing, action).status_code == 200
        act(decider, listing, action, confirmed="yes", **more)
        assert (state() == Listing.State.LIVE) is (action == "resume")
    assert AuditEvent.objects.latest("pk").event == "listing.resumed"


def test_a_pause_needs_a_day_after_today(decider, listing):
    assert "Choose a day after today." in act(decider, listing, "pause", confirmed="yes", until=TODAY).content.decode()
    late = act(decider, listing, "pause", confirmed="yes", until=TODAY + timedelta(days=367))
    assert "Choose a day within a year." in late.content.decode()
    assert state() == Listing.State.LIVE
    act(decider, listing, "pause", confirmed="yes", until=TODAY + timedelta(days=1))
    assert state() == Listing.State.HIDDEN


def test_whoever_may_only_look_takes_nothing_down(client, django_user_model, listing):
    client.force_login(staff(django_user_model, "view_listing"))
    assert "Bryn Lewis" in client.get(LIST).content.decode()
    act(client, listing, "pause", confirmed="yes", until=TODAY + timedelta(days=1))
    assert state() == Listing.State.LIVE


def test_strangers_are_asked_to_sign_in(client, listing):
    assert client.get(LIST).status_code == 302
    act(client, listing, "pause", confirmed="yes", until=TODAY + timedelta(days=1))
    assert state() == Listing.State.LIVE
