"""A colleague is invited by mail, for some days, once; the page says clearly when a link does not work."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import invitations, roles, team
from accounts.jobs import purge_invitations
from accounts.models import Invitation, User
from accounts.team import Refused
from audit.models import AuditEvent
from notifications.models import Message
from tests.team_builders import member

pytestmark = pytest.mark.django_db
PASSWORD = "three blue kettles"
NEW = {"name": "Nia Jones", "password": PASSWORD}


@pytest.fixture
def manager():
    return member("megan@council.example.org", "manager", name="Megan Price")


@pytest.fixture
def invite(manager):
    def send(email="nia@council.example.org", slugs=("reviewer",), language="en", by=None):
        return invitations.invite(by=by or manager, email=email, slugs=slugs, language=language)

    return send


def page(link):
    """The path of a link in a mail."""
    return re.sub(r"^https?://[^/]+", "", link)


def offer():
    return Invitation.objects.get()


def state():
    return offer().state(timezone.now())


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


# Inviting


def test_an_invitation_is_mailed_with_its_link_and_only_a_hash_is_kept(invite):
    link = invite(slugs=["reviewer", "editor"])
    mail, token = Message.objects.get(), link.rstrip("/").rpartition("/")[2]
    assert (mail.to, mail.secrets) == ("nia@council.example.org", [link])
    assert "Megan Price" in mail.text
    assert "Writes the public pages, and drafts the Code of Practice." in mail.text
    assert token not in str(Invitation.objects.values())
    assert AuditEvent.objects.latest("pk").data == {"roles": ["reviewer", "editor"]}


def test_the_mail_is_in_the_language_that_was_chosen_and_leads_to_its_page(invite):
    link = invite(language="cy")
    assert "/cy/accounts/invitation/" in link
    assert "Gwahoddir" in Message.objects.get().text


def test_the_team_cannot_read_the_link_in_the_outbox(invite, client, manager):
    link = invite()
    client.force_login(manager)
    shown = client.get(reverse("admin:notifications_message_change", args=[Message.objects.get().pk]))
    assert shown.status_code == 200
    assert link not in shown.content.decode()


def test_inviting_again_stops_the_link_before(invite):
    first, second = invite(), invite(email="Nia@Council.example.org ")
    assert invitations.find(page(first).split("/")[-2]).state(timezone.now()) == Invitation.State.WITHDRAWN
    assert invitations.find(page(second).split("/")[-2]).state(timezone.now()) == Invitation.State.OPEN


def test_the_database_holds_one_open_invitation_for_an_address(invite):
    invite()
    twin = offer()
    twin.pk, twin.token_hash, twin.email = None, "x", "NIA@council.example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_who_is_in_the_team_already_or_has_a_closed_account_is_not_invited(invite, manager):
    User.objects.create_user("closed@example.org", is_active=False)
    for email in (manager.email, "closed@example.org"):
        with pytest.raises(Refused):
            invite(email=email)
    assert not Message.objects.exists()


def test_nothing_is_mailed_without_its_audit_row(invite, monkeypatch):
    monkeypatch.setattr("accounts.invitations.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invite()
    assert not Message.objects.exists()
    assert not Invitation.objects.exists()


# Accepting


def test_somebody_new_chooses_a_password_and_is_in_the_team(invite, client):
    where = page(invite(slugs=["reviewer", "editor"]))
    shown = client.get(where).content.decode()
    assert "Writes the public pages, and drafts the Code of Practice." in shown
    assert "nia@council.example.org" in shown
    assert client.post(where, NEW).url == reverse("admin:index")
    user = User.objects.get(email="nia@council.example.org")
    assert user.check_password(PASSWORD)
    assert (user.is_staff, user.name, [role.slug for role in roles.of(user)]) == (
        True, "Nia Jones", ["reviewer", "editor"],
    )  # fmt: skip
    assert state() == Invitation.State.USED
    assert events()[-3:] == ["user.invited", "user.created", "user.joined_team"]


def test_their_address_counts_as_confirmed(invite, client):
    from allauth.account.models import EmailAddress

    client.post(page(invite()), NEW)
    address = EmailAddress.objects.get(user__email="nia@council.example.org")
    assert (address.verified, address.primary) == (True, True)


def test_accepting_does_not_sign_in_by_itself(invite, client):
    client.post(page(invite()), NEW)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": " "}, "Enter your name"),
        ({"password": ""}, "Enter a new password"),
        ({"password": "password"}, "too common"),
        ({"password": "nia@council"}, "too similar"),
        ({"password": "7 short"}, "too short"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_used_up(invite, client, changed, error):
    answer = client.post(page(invite()), NEW | changed)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in shown
    assert "There is a problem" in shown
    assert error in shown
    assert state() == Invitation.State.OPEN


def test_a_form_sent_twice_makes_one_account(invite, client):
    where = page(invite())
    assert client.post(where, NEW).status_code == 302
    again = client.post(where, NEW)
    assert again.status_code == 410
    assert "accepted already" in again.content.decode()
    assert User.objects.filter(email="nia@council.example.org").count() == 1


def test_who_has_an_account_accepts_from_inside_it(invite, client):
    carys = User.objects.create_user("nia@council.example.org", PASSWORD, name="Nia")
    where = page(invite())
    asked = client.get(where).content.decode()
    assert "Sign in" in asked
    assert 'name="password"' not in asked
    assert client.post(where, NEW).status_code == 200
    assert state() == Invitation.State.OPEN
    client.force_login(carys)
    assert client.post(where, {"accept": "yes"}).status_code == 302
    carys.refresh_from_db()
    assert carys.is_staff
    assert carys.check_password(PASSWORD)


def test_somebody_else_who_is_signed_in_cannot_accept(invite, client):
    User.objects.create_user("nia@council.example.org")
    client.force_login(User.objects.create_user("carys@example.org"))
    answer = client.post(page(invite()), {"accept": "yes"})
    assert "carys@example.org" in answer.content.decode()
    assert state() == Invitation.State.OPEN


def test_looking_at_the_page_uses_nothing_up(invite, client):
    where = page(invite())
    for _ in range(3):
        assert client.get(where).status_code == 200
    assert state() == Invitation.State.OPEN


# Links that do not work


def test_a_wrong_link_says_so(client, db):
    answer = client.get("/accounts/invitation/nothing-like-it/")
    assert answer.status_code == 404
    assert "not complete" in answer.content.decode()


def test_after_seven_days_the_link_says_its_time_is_over(invite, client):
    with time_machine.travel(timezone.now() - timedelta(days=7, minutes=1)):
        where = page(invite())
    answer = client.post(where, NEW)
    assert (answer.status_code, state()) == (410, Invitation.State.EXPIRED)
    assert "time is over" in answer.content.decode()
    assert not User.objects.filter(email="nia@council.example.org").exists()


def test_a_minute_before_it_still_works(invite, client):
    with time_machine.travel(timezone.now() - timedelta(days=6, hours=23, minutes=59)):
        where = page(invite())
    assert client.post(where, NEW).status_code == 302


def test_a_withdrawn_link_says_so(invite, client, manager):
    where = page(invite())
    invitations.withdraw(offer(), by=manager)
    answer = client.post(where, NEW)
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()


def test_an_invitation_whose_manager_can_no_longer_sign_in_says_it_was_withdrawn(invite, client, manager):
    where = page(invite())
    User.objects.filter(pk=manager.pk).update(is_active=False)
    answer = client.post(where, NEW)
    assert answer.status_code == 410
    assert "withdrawn" in answer.content.decode()


def test_what_was_accepted_is_not_withdrawn(invite, client, manager):
    client.post(page(invite()), NEW)
    with pytest.raises(Refused, match="accepted already"):
        invitations.withdraw(offer(), by=manager)


def test_with_the_councils_own_sign_in_the_link_leads_there_and_is_remembered(invite, client, settings):
    settings.OIDC_SERVER_URL = "https://login.example.org"
    where = page(invite())
    assert "Continue with the council’s own sign-in" in client.get(where).content.decode()
    answer = client.post(where, {"council": "yes"})
    assert answer.url == reverse("openid_connect_login", args=["council"])
    assert client.session["staff_invitation"] == where.split("/")[-2]
    assert state() == Invitation.State.OPEN


def test_without_it_nobody_is_sent_there(invite, client):
    client.post(page(invite()), {"council": "yes"})
    assert "staff_invitation" not in client.session


def test_the_page_speaks_welsh(invite, client):
    where = page(invite(language="cy"))
    assert 'lang="cy"' in client.get(where).content.decode()
    assert "Ymuno â’r tîm" in client.get(where).content.decode()


def test_old_invitations_are_purged_and_that_is_in_the_audit(invite):
    with time_machine.travel(timezone.now() - timedelta(days=98)):
        invite(email="old@council.example.org")
    invite()
    assert purge_invitations() == 1
    assert purge_invitations() == 0
    assert offer().email == "nia@council.example.org"
    assert AuditEvent.objects.latest("pk").event == "invitation.purged"


# The team's page


@pytest.fixture
def inside(client, manager):
    client.force_login(manager)
    return client


TEAM = "/admin/accounts/teammember/"


def test_the_team_is_listed_with_roles_and_second_factor(inside, manager):
    member("rhys@council.example.org", "reviewer", "safeguarding-lead")
    shown = inside.get(TEAM).content.decode()
    assert "Reviewer, Safeguarding lead" in shown
    assert shown.count("icon-yes") == 1
    assert shown.count("icon-no") == 1
    assert "/remove/" in shown


def test_nobody_is_offered_to_change_themselves(inside, manager):
    assert f"{manager.pk}/remove/" not in inside.get(TEAM).content.decode()


def test_the_button_invites_after_saying_what_is_mailed(inside):
    assert "They are mailed a link" in inside.get(f"{TEAM}invite/").content.decode()
    said = {"email": "nia@council.example.org", "roles": ["editor"], "language": "cy"}
    assert inside.post(f"{TEAM}invite/", said).status_code == 302
    assert (offer().email, offer().roles, offer().language) == ("nia@council.example.org", ["editor"], "cy")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"email": "nia", "roles": ["editor"]}, "valid email"),
        ({"email": "nia@example.org"}, "Choose at least one role."),
        ({"email": "nia@example.org", "roles": ["auditor", "editor"]}, "no other role"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(inside, said, error):
    assert error in inside.post(f"{TEAM}invite/", {"language": "en", **said}).content.decode()
    assert not Invitation.objects.exists()


def test_a_refusal_is_said_and_not_a_broken_page(inside, manager):
    answer = inside.post(f"{TEAM}{manager.pk}/remove/", follow=True)
    assert "Nobody changes their own place" in answer.content.decode()
    assert User.objects.get(pk=manager.pk).is_staff


def test_the_buttons_change_roles_and_remove(inside, manager):
    rhys = member("rhys@council.example.org", "reviewer")
    assert 'value="reviewer"' in inside.get(f"{TEAM}{rhys.pk}/roles/").content.decode()
    inside.post(f"{TEAM}{rhys.pk}/roles/", {"roles": ["editor"]})
    assert [role.slug for role in roles.of(User.objects.get(pk=rhys.pk))] == ["editor"]
    assert "signed out everywhere" in inside.get(f"{TEAM}{rhys.pk}/remove/").content.decode()
    inside.post(f"{TEAM}{rhys.pk}/remove/")
    assert not team.members().filter(pk=rhys.pk).exists()
    assert AuditEvent.objects.latest("pk").actor_id == manager.pk


def test_an_invitation_is_withdrawn_by_its_button(inside, invite):
    invite()
    where = reverse("admin:accounts_invitation_withdraw", args=[offer().pk])
    assert where in inside.get(reverse("admin:accounts_invitation_changelist")).content.decode()
    assert state() == Invitation.State.OPEN
    inside.post(where)
    assert state() == Invitation.State.WITHDRAWN


@pytest.mark.parametrize("page", ["invite/", "{pk}/roles/", "{pk}/remove/", "{pk}/second-factor/"])
def test_others_change_nothing_in_the_team(client, manager, page):
    client.force_login(member("auditor@council.example.org", "auditor"))
    for ask in (client.get, client.post):
        assert ask(TEAM + page.format(pk=manager.pk)).status_code == 403


def test_an_auditor_sees_that_a_message_went_and_not_what_it_said(client, invite):
    invite()
    client.force_login(member("auditor@council.example.org", "auditor"))
    shown = client.get(reverse("admin:notifications_message_change", args=[Message.objects.get().pk])).content.decode()
    assert "nia@council.example.org" in shown
    assert "You are invited" not in shown
