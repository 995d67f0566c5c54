"""A carer whom the team entered is invited to an account, and takes over what is theirs, once."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mailed_links import prove_address
from accounts.models import User
from notifications.models import Message
from onboarding import desk_entry, inviting, joining, journey, leaving
from onboarding.models import Carer, Interest, Register
from onboarding.registers import moving, receiving
from tests.builders import TODAY, make_listing
from tests.code_builders import first_code
from tests.register_files import as_file, register
from tests.team_builders import member

pytestmark = pytest.mark.django_db
PASSWORD = "three blue kettles"


@pytest.fixture
def officer(today):
    return member("ann@council.example.org", "manager")


@pytest.fixture
def carer(officer):
    return journey.start(by=officer, name="Gwen Rees", first_name="Gwen", language="en", email="gwen@example.org")


def link():
    return re.findall(r"/join/([\w-]{20,})/", Message.objects.latest("pk").text)[-1]


def signs_in(client, email="gwen@example.org"):
    user = User.objects.create_user(email, PASSWORD)
    prove_address(user)
    client.force_login(user)
    return user


def test_whoever_follows_the_link_takes_over_the_carer_and_its_listing(client, carer, officer):
    Carer.objects.filter(pk=carer.pk).update(listing=make_listing("Gwen Rees"))
    inviting.invite(carer, by=officer)
    page = client.get(f"/join/{link()}/").content.decode()
    assert "Your entry with us is yours to look after" in page
    client.post(f"/join/{link()}/", {"password": PASSWORD})
    carer.refresh_from_db()
    assert carer.owner.email == "gwen@example.org"
    assert (carer.email, carer.listing.owner) == ("", carer.owner)
    assert Carer.objects.count() == 1
    assert client.get("/my/").status_code == 200


def test_somebody_with_an_account_signs_in_and_takes_over(client, carer, officer):
    user = signs_in(client)
    inviting.invite(carer, by=officer)
    assert "You have an account here already" in Message.objects.latest("pk").text
    client.post(f"/join/{link()}/")
    carer.refresh_from_db()
    assert carer.owner == user


def test_somebody_who_begins_by_the_form_gets_the_carer_that_is_theirs(client, carer, officer):
    inviting.invite(carer, by=officer)
    user = signs_in(client)
    assert joining.start(user=user, name="Gwen Rees", language="en") == carer


def test_somebody_with_tasks_of_their_own_is_told_to_ring(client, carer, officer):
    inviting.invite(carer, by=officer)
    user = signs_in(client)
    journey.start(by=user, owner=user, name="Gwen Other", first_name="Gwen")
    said = client.post(f"/join/{link()}/")
    assert said.status_code == 410
    assert "we put the two together" in said.content.decode()
    carer.refresh_from_db()
    assert carer.owner is None


def test_a_carer_who_has_an_owner_meanwhile_is_not_taken_over(client, carer, officer):
    inviting.invite(carer, by=officer)
    token = link()
    Carer.objects.filter(pk=carer.pk).update(owner=User.objects.create_user("other@example.org"))
    for answer in (client.get(f"/join/{token}/"), client.post(f"/join/{token}/", {"password": PASSWORD})):
        assert answer.status_code == 410
    assert not User.objects.filter(email="gwen@example.org").exists()


def test_a_used_an_expired_and_a_wrong_link_say_so(client, carer, officer):
    inviting.invite(carer, by=officer)
    token = link()
    client.post(f"/join/{token}/", {"password": PASSWORD})
    client.logout()
    assert "You have started already" in client.get(f"/join/{token}/").content.decode()
    assert client.get("/join/wrong-wrong-wrong-wrong/").status_code == 404
    second = journey.start(by=officer, name="Huw Vaughan", first_name="Huw", email="huw@example.org")
    interest = inviting.invite(second, by=officer)
    interest.links.update(expires_at="2026-11-01T00:00Z")
    assert "Its time is over" in client.get(f"/join/{link()}/").content.decode()


def test_another_address_is_set_first_which_tells_the_one_before_and_stops_its_links(client, carer, officer):
    inviting.invite(carer, by=officer)
    old = link()
    desk_entry.set_reached(carer, by=officer, email="gwen.rees@example.org")
    told = Message.objects.latest("pk")
    assert (told.to, told.template) == ("gwen@example.org", "onboarding/mail/address_changed")
    assert "gwen.rees@example.org" not in told.text + told.html  # it may be a stranger's who was told
    inviting.invite(carer, by=officer)
    assert Message.objects.latest("pk").to == "gwen.rees@example.org"
    assert client.get(f"/join/{old}/").status_code == 410
    assert client.get(f"/join/{link()}/").status_code == 200


@pytest.mark.parametrize("trouble", ["owner", "left", "no-address", "taken"])
def test_who_cannot_be_invited_is_said_and_nobody_is_mailed(carer, officer, trouble):
    if trouble == "owner":
        carer.owner = User.objects.create_user("other@example.org")
    if trouble == "left":
        carer.left_at = "2026-11-01T00:00Z"
    if trouble == "no-address":
        carer.email = ""
    carer.save()
    if trouble == "taken":
        taken = User.objects.create_user("gwen@example.org")
        journey.start(by=taken, owner=taken, name="Gwen Other", first_name="Gwen")
    with pytest.raises(inviting.CannotBeInvited):
        inviting.invite(carer, by=officer)
    assert not Message.objects.exists()


def test_who_had_no_address_is_told_by_letter_that_there_is_one(carer, officer):
    Carer.objects.update(email="")
    desk_entry.set_reached(carer, by=officer, email="gwen@example.org")
    assert [letter.template for letter in carer.letters.all()] == ["onboarding/mail/address_changed"]
    assert not Message.objects.exists()


def test_the_button_on_a_carers_page_mails_the_address_we_have_and_no_other(client, carer, officer):
    client.force_login(officer)
    page = f"/admin/onboarding/carer/{carer.pk}/"
    assert "Invite to an account" in client.get(f"{page}change/").content.decode()
    assert "One mail goes to gwen@example.org" in client.get(f"{page}invite/").content.decode()
    client.post(f"{page}invite/", {"email": "stranger@example.org"})
    assert Message.objects.get().to == "gwen@example.org"


def test_without_an_address_there_is_no_button_and_the_page_says_what_to_do(client, carer, officer):
    Carer.objects.update(email="")
    client.force_login(officer)
    page = f"/admin/onboarding/carer/{carer.pk}/invite/"
    asked = client.get(page).content.decode()
    assert "We have no email address for Gwen Rees." in asked
    assert "Mail the link" not in asked
    client.post(page, {"email": "stranger@example.org"})
    assert not Message.objects.exists()


# --- after a register ------------------------------------------------------------------------------------


@pytest.fixture
def moved_in(officer):
    first_code()
    mine = receiving.receive(as_file(register(4, l3={"email": ""})), by=officer, name="register.csv")
    moving.move_in(mine, by=officer, on=TODAY)
    return mine


def test_all_with_an_address_are_mailed_once_and_those_who_started_never_again(client, moved_in, officer):
    client.force_login(officer)
    look, button = (f"/admin/onboarding/register/{moved_in.pk}/{page}/" for page in ("look", "invite"))
    assert "Invite the 3 with an email address" in client.get(look).content.decode()
    asked = client.get(button).content.decode()
    assert "3 carers get one mail each" in asked
    assert "Mail 3 links" in asked
    client.post(button)
    client.post(button)
    assert Message.objects.count() == 3
    started = Interest.objects.earliest("pk").carer
    Carer.objects.filter(pk=started.pk).update(owner=User.objects.create_user("started@example.org"))
    Interest.objects.update(invited_at=timezone.now() - timedelta(days=2))
    assert inviting.invite_all(moved_in, by=officer) == 2
    assert Message.objects.count() == 5


def test_one_who_cannot_be_invited_holds_nobody_up(moved_in, officer):
    taken = User.objects.create_user("carer0@example.org")
    journey.start(by=taken, owner=taken, name="Somebody", first_name="Else")
    assert inviting.invite_all(moved_in, by=officer) == 2


def test_an_undone_register_takes_its_links_with_it(client, moved_in, officer):
    inviting.invite_all(moved_in, by=officer)
    token = link()
    moving.undo(moved_in, by=officer)
    assert client.get(f"/join/{token}/").status_code == 410
    assert Register.objects.get().undone_at


def test_a_link_mailed_to_a_mistyped_address_stops_working_once_that_is_put_right(client, carer, officer):
    desk_entry.set_reached(carer, by=officer, email="gwen@exmaple.org")
    inviting.invite(carer, by=officer)
    mistyped = link()
    desk_entry.set_reached(carer, by=officer, phone="07700 900123")
    assert Interest.objects.waiting().exists()
    desk_entry.set_reached(carer, by=officer, email="gwen@example.org")
    client.post(f"/join/{mistyped}/", {"password": PASSWORD})
    carer.refresh_from_db()
    assert (carer.owner, Interest.objects.waiting().exists()) == (None, False)


def test_nobody_takes_over_a_carer_who_left(client, carer, officer):
    inviting.invite(carer, by=officer)
    mailed = link()
    leaving.leave(carer, by=officer, reason="stopped")
    client.post(f"/join/{mailed}/", {"password": PASSWORD})
    carer.refresh_from_db()
    assert (carer.owner, Interest.objects.waiting().exists()) == (None, False)
