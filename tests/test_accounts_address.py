"""A change of email address: confirmed at the new one, told to the old one, which can take it back for a week."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import AddressChange, User
from audit.models import AuditEvent
from notifications.models import Message
from tests.signing_in import by_password_alone, code_now, give_address, give_app

PASSWORD = "heron teapot gravel"


@pytest.fixture
def bryn(db):
    user = User.objects.create_user("bryn@example.org", PASSWORD, language="en")
    give_address(user)
    return user


@pytest.fixture
def signed_in(client, bryn):
    client.post("/accounts/login/", {"login": "bryn@example.org", "password": PASSWORD})
    confirm_password(client)
    return client


def confirm_password(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def ask_for(client, email):
    return client.post("/accounts/email/", {"email": email, "action_add": ""})


def link_in(message):
    return re.search(rf"{settings.SITE_URL}(/\S+)", message.text)[1]


def heading(response):
    return BeautifulSoup(response.content, "html.parser").h1.get_text(" ", strip=True)


def mailed(template):
    return Message.objects.filter(template=f"accounts/mail/{template}").order_by("pk").last()


def change(client, email):
    ask_for(client, email)
    client.post(link_in(mailed("new_address")))


def test_the_address_changes_once_the_new_one_is_confirmed(signed_in, bryn):
    ask_for(signed_in, "bryn@new.example")
    bryn.refresh_from_db()
    assert bryn.email == "bryn@example.org"
    assert mailed("new_address").to == "bryn@new.example"
    signed_in.post(link_in(mailed("new_address")))
    bryn.refresh_from_db()
    assert bryn.email == "bryn@new.example"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("bryn@new.example", True)]
    assert AuditEvent.objects.filter(event="user.email_changed", actor_id=bryn.pk).count() == 1


def test_the_old_address_is_told(signed_in):
    change(signed_in, "bryn@new.example")
    told = mailed("address_changed")
    assert told.to == "bryn@example.org"
    assert "from bryn@example.org to bryn@new.example" in told.text


def test_it_asks_for_the_password_first(client, bryn):
    client.post("/accounts/login/", {"login": "bryn@example.org", "password": PASSWORD})
    assert ask_for(client, "bryn@new.example").url.startswith("/accounts/reauthenticate/")
    assert not Message.objects.exists()


def test_whoever_has_a_second_factor_can_change_their_address_too(signed_in, bryn):
    give_app(bryn)
    signed_in.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    change(signed_in, "bryn@new.example")
    bryn.refresh_from_db()
    assert bryn.email == "bryn@new.example"


def test_nobody_learns_whose_address_it_is_and_nobody_gets_it(signed_in, bryn):
    nia = User.objects.create_user("nia@example.org")
    give_address(nia)
    assert (
        ask_for(signed_in, "nia@example.org").status_code == ask_for(signed_in, "free@example.org").status_code == 302
    )
    ask_for(signed_in, "nia@example.org")
    Client().post(link_in(Message.objects.filter(to="nia@example.org").last()))
    bryn.refresh_from_db()
    assert bryn.email == "bryn@example.org"


def test_a_wish_can_be_dropped(signed_in, bryn):
    ask_for(signed_in, "bryn@new.example")
    signed_in.post("/accounts/email/", {"email": "bryn@new.example", "action_remove": ""})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["bryn@example.org"]


# Taking it back


def test_the_old_address_takes_the_change_back_and_everybody_is_out(signed_in, bryn):
    change(signed_in, "thief@example.org")
    link, owner = link_in(mailed("address_changed")), Client()
    assert heading(owner.get(link)) == "Take the change of address back"
    bryn.refresh_from_db()
    assert bryn.email == "thief@example.org"
    assert heading(owner.post(link)) == "The change is taken back"
    bryn.refresh_from_db()
    assert bryn.email == "bryn@example.org"
    assert EmailAddress.objects.get().verified
    assert signed_in.get("/accounts/").status_code == 302
    assert AuditEvent.objects.filter(event="user.email_change_undone", target_id=str(bryn.pk)).count() == 1


def test_the_thiefs_password_and_second_factor_stop_working(signed_in, bryn):
    change(signed_in, "thief@example.org")
    give_app(bryn)
    Client().post(link_in(mailed("address_changed")))
    bryn.refresh_from_db()
    assert not bryn.check_password(PASSWORD)
    assert not bryn.authenticator_set.exists()


def test_a_second_factor_from_before_goes_too_and_so_does_another_sign_in(signed_in, bryn):
    """Who means to change the address can add a passkey, or connect an account of theirs, first."""
    SocialAccount.objects.create(user=bryn, provider="council", uid="entra-66")
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        give_app(bryn)
    signed_in.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    change(signed_in, "thief@example.org")
    Client().post(link_in(mailed("address_changed")))
    assert not bryn.authenticator_set.exists()
    assert not bryn.socialaccount_set.exists()


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_mail_and_the_pages_say_what_has_to_be_set_up_again(signed_in, bryn, language):
    User.objects.update(language=language)
    change(signed_in, "bryn@new.example")
    said = mailed("address_changed").text
    link = link_in(mailed("address_changed"))
    pages = [Client().get(link), Client().post(link)]
    words = {"en": ("second factor", "set up again", "set them up again"), "cy": ("ail gam", "eto", "eto")}[language]
    for text, again in zip(
        [said, *[page.content.decode() for page in pages]], [words[1], *[words[2]] * 2], strict=True
    ):
        assert words[0] in text
        assert again in text


def test_a_member_of_the_team_then_sets_up_a_new_second_factor(signed_in, bryn):
    User.objects.update(is_staff=True)
    give_app(bryn)
    signed_in.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    change(signed_in, "thief@example.org")
    owner = Client()
    owner.post(link_in(mailed("address_changed")))
    by_password_alone(owner, User.objects.get())
    assert owner.get("/admin/").url == "/accounts/2fa/"


def test_the_owner_then_chooses_a_new_password(signed_in, bryn):
    change(signed_in, "thief@example.org")
    owner = Client()
    owner.post(link_in(mailed("address_changed")))
    owner.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    form = owner.get(link_in(mailed("new_password")), follow=True)
    owner.post(form.redirect_chain[-1][0], {"password1": "kettle badger lantern"})
    bryn.refresh_from_db()
    assert bryn.check_password("kettle badger lantern")


def test_the_link_works_once(signed_in, bryn):
    change(signed_in, "thief@example.org")
    link = link_in(mailed("address_changed"))
    Client().post(link)
    again = Client().post(link)
    assert (again.status_code, heading(again)) == (410, "This link does not work")


def test_a_chain_of_changes_is_taken_back_whole(signed_in, bryn):
    change(signed_in, "thief@example.org")
    first = link_in(mailed("address_changed"))
    change(signed_in, "other@example.org")
    second = link_in(mailed("address_changed"))
    Client().post(first)
    assert Client().post(second).status_code == 410
    bryn.refresh_from_db()
    assert bryn.email == "bryn@example.org"


def test_the_link_works_for_seven_days(signed_in, bryn, today):
    change(signed_in, "bryn@new.example")
    link = link_in(mailed("address_changed"))
    with time_machine.travel("2026-11-28T10:00:00Z"):
        assert Client().get(link).status_code == 200
    with time_machine.travel("2026-11-28T11:00:00Z"):
        assert Client().get(link).status_code == 410


def test_an_address_that_somebody_else_has_by_now_stays_theirs(signed_in, bryn):
    change(signed_in, "bryn@new.example")
    User.objects.create_user("bryn@example.org")
    assert Client().post(link_in(mailed("address_changed"))).status_code == 410
    bryn.refresh_from_db()
    assert bryn.email == "bryn@new.example"
    assert AddressChange.objects.get().undone_at is None


def test_a_wrong_link_says_so(client, db):
    assert client.get("/accounts/undo/nonsense/").status_code == 410


def test_the_link_is_kept_as_a_hash_alone(signed_in):
    change(signed_in, "bryn@new.example")
    token = link_in(mailed("address_changed")).strip("/").rpartition("/")[2]
    assert token not in str(AddressChange.objects.values())
    assert any(token in secret for secret in mailed("address_changed").secrets)


def test_nothing_is_taken_back_that_cannot_be_recorded(signed_in, bryn, monkeypatch):
    change(signed_in, "bryn@new.example")

    def fail(*args, **kwargs):
        raise RuntimeError("the audit is not there")

    monkeypatch.setattr("accounts.addresses.record", fail)
    with pytest.raises(RuntimeError):
        Client().post(link_in(mailed("address_changed")))
    bryn.refresh_from_db()
    assert bryn.email == "bryn@new.example"


def test_addresses_that_were_left_go_after_the_week(signed_in, bryn, today):
    from django.core.management import call_command

    change(signed_in, "bryn@new.example")
    call_command("run_job", "purge-address-changes", verbosity=0)
    assert AddressChange.objects.count() == 1
    with time_machine.travel("2026-11-28T11:00:00Z"):
        call_command("run_job", "purge-address-changes", verbosity=0)
    assert not AddressChange.objects.exists()


# Links in mails


@pytest.mark.parametrize("template", ["new_address", "address_changed", "new_password", "welcome", "no_account"])
def test_links_lead_to_our_own_address_whatever_name_the_request_came_under(signed_in, settings, template):
    """A forged Host header would otherwise send the token in a link to whoever forged it."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://care.example.gov.uk", ["*"]
    away = {"headers": {"host": "thief.example"}}
    signed_in.post("/accounts/email/", {"email": "bryn@new.example", "action_add": ""}, **away)
    signed_in.post(link_in(mailed("new_address")), **away)
    Client().post("/accounts/password/reset/", {"email": "bryn@new.example"}, **away)
    Client().post("/accounts/password/reset/", {"email": "nobody@example.org"}, **away)
    Client().post("/accounts/signup/", {"email": "nia@example.org", "password1": "kettle badger lantern"}, **away)
    message = mailed(template)
    assert "https://care.example.gov.uk/accounts/" in message.text
    assert "thief" not in message.text + message.html
