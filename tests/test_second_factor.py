"""The second factor: the team has no page of the admin without one; set up, used once each, lost, kept encrypted."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import second_factor
from accounts.models import User
from accounts.team import Refused
from audit.models import AuditEvent
from notifications.models import Message
from tests.signing_in import SECRET, by_password_alone, code_now, give_address, give_app, note_second_factor
from tests.team_builders import member

PASSWORD = "heron teapot gravel"
real = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sian(db):
    user = User.objects.create_superuser("sian@example.org", PASSWORD, language="en", name="Siân")
    give_address(user)
    return user


@pytest.fixture
def signed_in(client, sian):
    """By a password alone, and confirmed a moment ago."""
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def sign_in(client):
    return client.post("/accounts/login/", {"login": "sian@example.org", "password": PASSWORD})


def set_up_app(client):
    """For tests with real transactions: the session notes it when one ends."""
    page = BeautifulSoup(client.get("/accounts/2fa/totp/activate/").content, "html.parser")
    secret = page.find("code").string
    return secret, client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})


def recovery_codes(client):
    page = BeautifulSoup(client.get("/accounts/2fa/recovery-codes/").content, "html.parser")
    return [code.string for code in page.find_all("code")]


def heading(response):
    return BeautifulSoup(response.content, "html.parser").h1.get_text(" ", strip=True)


# The door of the admin


def test_the_admin_signs_in_through_the_same_door(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def admin_addresses():
    resolver = get_resolver()
    admin = next(entry for entry in resolver.url_patterns if getattr(entry, "namespace", None) == "admin")
    for pattern in admin.url_patterns:
        yield from addresses_under("/admin/", pattern)


def addresses_under(prefix, entry):
    route = re.sub(r"<\w+:?\w*>", "1", str(entry.pattern)).lstrip("^")
    if hasattr(entry, "url_patterns"):
        for below in entry.url_patterns:
            yield from addresses_under(prefix + route, below)
    elif not re.search(r"[\\(]", route):
        yield prefix + route, entry.name


def test_no_page_of_the_admin_opens_without_a_second_factor(client, sian):
    by_password_alone(client, sian)
    elsewhere = {*second_factor.FREE, "password_change"}  # that one leads to the account's own page
    addresses = {address for address, name in admin_addresses() if name not in elsewhere}
    assert len(addresses) > 30
    answers = {address: client.get(address) for address in addresses}
    assert {address for address, answer in answers.items() if answer.get("Location") != "/accounts/2fa/"} == set()


def test_no_change_goes_through_without_one(client, sian):
    by_password_alone(client, sian)
    client.post("/admin/accounts/user/add/", {"email": "x@example.org"})
    assert not User.objects.filter(email="x@example.org").exists()


def test_the_page_says_why(client, sian):
    by_password_alone(client, sian)
    assert "a password is not enough" in client.get("/admin/", follow=True).content.decode()


def test_somebody_who_is_not_in_the_team_has_no_admin(client, db):
    carer = User.objects.create_user("bryn@example.org")
    give_app(carer)
    client.force_login(carer)
    assert client.get("/admin/", follow=True).status_code == 403


def test_recovery_codes_alone_are_no_second_factor(client, sian):
    by_password_alone(client, sian)
    Authenticator.objects.create(user=sian, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_a_session_from_before_must_show_the_new_factor(client, sian):
    by_password_alone(client, sian)
    give_app(sian)
    assert client.get("/admin/").url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    answer = client.post("/accounts/2fa/reauthenticate/?next=/admin/", {"code": code_now(), "next": "/admin/"})
    assert answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_session_that_showed_it_loses_the_admin_when_it_is_taken_away(client, sian):
    client.force_login(sian)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url == "/accounts/2fa/"


# Setting one up


@real
def test_the_admin_opens_once_an_app_is_set_up(signed_in):
    assert signed_in.get("/admin/").url == "/accounts/2fa/"
    _, answer = set_up_app(signed_in)
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert len(recovery_codes(signed_in)) == 10
    assert signed_in.get("/admin/").status_code == 200
    assert Message.objects.get(template="accounts/mail/second_factor_added").to == "sian@example.org"


# What a password alone does not change


def account_pages(entries):
    for entry in entries:
        if hasattr(entry, "url_patterns"):
            yield from account_pages(entry.url_patterns)
        else:
            yield entry


def guarded_addresses(passkey):
    from accounts.urls import urlpatterns

    for entry in account_pages(urlpatterns):
        if entry.name not in second_factor.WAYS | OPEN:
            about = {"pk": passkey} if entry.name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else {}
            yield reverse(entry.name, kwargs=about)


OPEN = {"home", "language", "digest", "undo", "openid_connect_login", "openid_connect_callback"} | {
    f"socialaccount_{name}" for name in ("login_cancelled", "login_error")
}


@pytest.fixture
def bryn(db):
    """A carer, for whom the second factor is a choice."""
    user = User.objects.create_user("bryn@example.org", PASSWORD, language="en")
    give_address(user)
    return user


@pytest.fixture(params=["sian", "bryn"])
def owner(request):
    return request.getfixturevalue(request.param)


def confirmed_by_password(client, user):
    """A session that signed in with the password and gave it again just now."""
    by_password_alone(client, user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    return client


def test_a_session_by_password_opens_no_page_that_changes_how_somebody_signs_in(client, owner):
    confirmed_by_password(client, owner)
    app = give_app(owner)
    addresses = list(guarded_addresses(app.pk))
    assert len(addresses) >= 12
    for ask in (client.get, client.post):
        answers = {address: ask(address).get("Location", "") for address in addresses}
        assert [address for address, to in answers.items() if not to.startswith("/accounts/2fa/reauthenticate/")] == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("2fa/totp/deactivate/", {}),
        ("2fa/recovery-codes/generate/", {}),
        ("email/", {"email": "thief@example.org", "action_add": ""}),
        ("password/change/", {"oldpassword": PASSWORD, "password1": "kettle badger lantern"}),
    ],
)
def test_nothing_of_it_is_done_either(client, owner, address, said):
    confirmed_by_password(client, owner)
    kept = give_app(owner)
    client.post(f"/accounts/{address}", said)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert list(owner.authenticator_set.values_list("pk", flat=True)) == [kept.pk]
    assert not Message.objects.exists()


def test_the_password_confirms_nothing_where_there_is_a_second_factor(client, owner):
    """Whoever sits down at an open session and knows the password has not got the factor."""
    by_password_alone(client, owner)
    note_second_factor(client, owner)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        asked = client.get("/accounts/2fa/totp/deactivate/")
        assert asked.url.startswith("/accounts/2fa/reauthenticate/")
        assert "Use your password" not in client.get(asked.url).content.decode()
        answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert answer.url.startswith("/accounts/2fa/reauthenticate/")
        assert client.get("/accounts/2fa/totp/deactivate/").status_code == 302


def test_with_the_factor_shown_it_is_taken_away(client, owner):
    by_password_alone(client, owner)
    give_app(owner)
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not owner.authenticator_set.exists()


def test_who_lost_the_factor_shows_a_recovery_code(client, owner):
    by_password_alone(client, owner)
    give_app(owner)
    code = RecoveryCodes.activate(owner).get_unused_codes()[0]
    client.post("/accounts/2fa/reauthenticate/", {"code": code})
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200


@real
def test_new_recovery_codes_take_nothing_from_who_came_in_by_an_old_one(client, owner):
    by_password_alone(client, owner)
    with transaction.atomic():
        give_app(owner)
        code = RecoveryCodes.activate(owner).get_unused_codes()[0]
    client.post("/accounts/2fa/reauthenticate/", {"code": code})
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_factor_that_was_shown_and_is_gone_does_not_count_for_the_next(client, owner):
    by_password_alone(client, owner)
    note_second_factor(client, owner)
    owner.authenticator_set.all().delete()
    give_app(owner)
    assert client.get("/accounts/2fa/").url.startswith("/accounts/2fa/reauthenticate/")


def test_what_was_sent_before_the_factor_was_shown_is_done_after_it(client, bryn):
    by_password_alone(client, bryn)
    give_app(bryn)
    asked = client.post("/accounts/email/", {"email": "bryn@new.example", "action_add": ""})
    client.post(asked.url, {"code": code_now(), "next": "/accounts/email/"})
    assert Message.objects.get(template="accounts/mail/new_address").to == "bryn@new.example"


# Recovery codes


@real
def test_the_first_one_ends_sessions_that_came_in_by_the_password_alone_and_the_next_ends_none(signed_in, sian):
    thief = Client()
    by_password_alone(thief, sian)
    assert "signed out everywhere else" in signed_in.get("/accounts/2fa/").content.decode()
    set_up_app(signed_in)
    assert thief.get("/accounts/").status_code == 302
    assert signed_in.get("/accounts/").status_code == 200
    other = Client()
    other.force_login(sian)
    with transaction.atomic():
        passkey = Authenticator.objects.create(user=sian, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    authenticator_added.send(sender=Authenticator, request=signed_in.get("/").wsgi_request, authenticator=passkey)
    assert other.get("/accounts/").status_code == 200


@real
def test_recovery_codes_are_shown_once(signed_in):
    set_up_app(signed_in)
    assert len(recovery_codes(signed_in)) == 10
    assert recovery_codes(signed_in) == []


def test_a_wrong_code_sets_nothing_up(signed_in):
    signed_in.get("/accounts/2fa/totp/activate/")
    page = signed_in.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert "That code is wrong, or was used before" in page
    assert not Authenticator.objects.exists()


def test_setting_one_up_asks_for_the_password_first(client, sian):
    sign_in(client)
    for page in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        assert client.get(f"/accounts/2fa/{page}").url.startswith("/accounts/reauthenticate/")


def test_the_picture_of_the_key_comes_from_us(signed_in):
    page = BeautifulSoup(signed_in.get("/accounts/2fa/totp/activate/").content, "html.parser")
    assert page.find("img")["src"].startswith("data:image/svg+xml;base64,")
    assert page.find("a", href=re.compile("^otpauth://totp/sian%40example.org"))


@real
def test_adding_and_taking_away_is_recorded_by_kind(signed_in, sian):
    set_up_app(signed_in)
    signed_in.post("/accounts/2fa/totp/deactivate/")
    found = AuditEvent.objects.filter(event__startswith="user.second_factor").order_by("pk")
    kinds = {(event.event.rpartition("_")[2], event.data["kind"]) for event in found}
    assert kinds == {(what, kind) for what in ("added", "removed") for kind in ("totp", "recovery_codes")}
    assert set(found.values_list("actor_id", flat=True)) == {sian.pk}
    assert Message.objects.filter(template="accounts/mail/second_factor_removed").count() == 1


def test_a_second_factor_that_cannot_be_recorded_is_not_set_up(signed_in, monkeypatch):
    page = BeautifulSoup(signed_in.get("/accounts/2fa/totp/activate/").content, "html.parser")

    def fail(*args, **kwargs):
        raise RuntimeError("the audit is not there")

    monkeypatch.setattr("accounts.recording.record", fail)
    with pytest.raises(RuntimeError):
        signed_in.post("/accounts/2fa/totp/activate/", {"code": code_now(page.find("code").string)})
    assert not Authenticator.objects.exists()


# Using it


def test_a_code_works_once(client, sian):
    give_app(sian)
    code = code_now()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200
    again = Client()
    sign_in(again)
    answer = again.post("/accounts/2fa/authenticate/", {"code": code})
    assert "was used before" in answer.content.decode()
    assert again.get("/admin/").status_code == 302


def test_a_code_works_once_for_as_long_as_it_would_be_taken(client, sian, today):
    """A clock half a minute off makes that a minute and a half; and the cache may forget."""
    give_app(sian)
    code = code_now(steps=1)
    for seconds, right in ((0, True), (31, False), (50, False)):
        again = Client()
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            cache.clear()
            sign_in(again)
            again.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in again.session) == right


def test_a_code_that_signed_in_does_not_confirm(client, sian):
    give_app(sian)
    code = code_now()
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    cache.clear()
    assert "was used before" in client.post("/accounts/2fa/reauthenticate/", {"code": code}).content.decode()


@real
def test_the_code_that_set_the_app_up_does_not_sign_in(today, signed_in):
    secret, _ = set_up_app(signed_in)
    again = Client()
    sign_in(again)
    assert "was used before" in again.post("/accounts/2fa/authenticate/", {"code": code_now(secret)}).content.decode()


def test_a_passkey_asks_who_is_there_wherever_it_is_used(client, bryn, sian):
    give_app(sian)
    sign_in(client)
    page = BeautifulSoup(client.get("/accounts/2fa/authenticate/").content, "html.parser")
    options = json.loads(page.find(attrs={"data-passkey": "get"})["data-options"])
    assert options["publicKey"]["userVerification"] == "required"


@real
def test_a_recovery_code_works_once(signed_in, sian):
    set_up_app(signed_in)
    code = recovery_codes(signed_in)[0]
    one, other = Client(), Client()
    for client in (one, other):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert one.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


def test_a_clock_half_a_minute_off_is_forgiven_and_no_more(client, sian, today):
    give_app(sian)
    for steps, right in ((-1, True), (2, False)):
        client = Client()
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code_now(steps=steps)})
        assert (client.get("/admin/").status_code == 200) == right


def test_guessing_codes_is_slowed(client, sian):
    give_app(sian)
    sign_in(client)
    pages = [client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).content.decode() for n in range(20)]
    assert sum("There were too many tries" in page for page in pages) >= 10


# Kept encrypted, and lost


@real
def test_secrets_are_not_in_the_database_as_they_are(signed_in):
    secret, _ = set_up_app(signed_in)
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in rows
    assert not set(recovery_codes(signed_in)).intersection(re.findall(r"\d{8}", rows))


def test_a_new_key_reads_what_the_old_one_wrote(sian, settings):
    settings.MFA_KEYS = ["the old key"]
    kept = second_factor.encrypt(SECRET)
    settings.MFA_KEYS = ["the new key", "the old key"]
    assert second_factor.decrypt(kept) == SECRET


def test_another_key_reads_nothing(settings):
    settings.MFA_KEYS = ["one key"]
    kept = second_factor.encrypt(SECRET)
    settings.MFA_KEYS = ["another key"]
    with pytest.raises(second_factor.Unreadable):
        second_factor.decrypt(kept)


def test_after_a_change_of_the_secret_key_its_fallbacks_still_read(client, sian, settings):
    give_app(sian)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key", [settings.SECRET_KEY]
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("prefix", "said"), [("", "cannot be read"), ("/cy", "Ni ellir darllen")])
def test_without_the_old_key_a_page_says_so_and_who_helps(client, sian, settings, prefix, said):
    give_app(sian)
    settings.SECRET_KEY = "the new key"
    sign_in(client)
    answer = client.post(f"{prefix}/accounts/2fa/authenticate/", {"code": code_now()})
    assert answer.status_code == 503
    assert said in heading(answer)
    assert settings.SCHEME.contact.phone[-3:] in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_log_says_which_settings_to_look_at(client, sian, settings, caplog):
    give_app(sian)
    settings.SECRET_KEY = "the new key"
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert "MFA_KEYS and SECRET_KEY_FALLBACKS" in caplog.text


def test_a_lost_second_factor_is_reset_by_a_command(client, sian, capsys):
    client.force_login(sian)
    call_command("reset_second_factor", "Sian@example.org", by="job:console")
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").status_code == 302
    assert AuditEvent.objects.filter(event="user.second_factor_reset", actor="job:console").count() == 1
    assert "1 " in capsys.readouterr().out
    assert Message.objects.get(template="accounts/mail/second_factor_reset").to == "sian@example.org"


def test_the_command_knows_nobody_by_another_name(db):
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody@example.org")


# Taken away by a manager


@pytest.fixture
def manager(db):
    return member("megan@council.example.org", "manager")


def test_a_manager_takes_the_second_factor_of_a_colleague_away_after_a_page_that_says_what_happens(client, manager):
    rhys = member("rhys@council.example.org", "reviewer", language="cy")
    theirs = Client()
    theirs.force_login(rhys)
    client.force_login(manager)
    where = reverse("admin:accounts_teammember_reset", args=[rhys.pk])
    assert where in client.get("/admin/accounts/teammember/").content.decode()
    assert "make sure by voice or in person" in client.get(where).content.decode()
    assert rhys.authenticator_set.exists()
    assert "is taken away" in client.post(where, follow=True).content.decode()
    assert not rhys.authenticator_set.exists()
    assert "_auth_user_id" not in theirs.session
    event = AuditEvent.objects.get(event="user.second_factor_reset")
    assert (event.actor_id, event.target_id, event.data["count"]) == (manager.pk, str(rhys.pk), 1)
    told = Message.objects.get()
    assert (told.to, told.language, told.template) == (rhys.email, "cy", "accounts/mail/second_factor_reset")
    assert "/cy/accounts/login/" in told.text


def test_the_button_is_there_only_where_there_is_something_to_take_away(client, manager):
    rhys = member("rhys@council.example.org", "reviewer")
    client.force_login(manager)
    where = reverse("admin:accounts_teammember_reset", args=[rhys.pk])
    assert where not in client.get("/admin/accounts/teammember/").content.decode()


def test_a_manager_takes_away_nobodys_but_the_teams_and_not_their_own(manager, bryn):
    give_app(bryn)
    for somebody, why in ((bryn, "no longer in the team"), (manager, "their own")):
        with pytest.raises(Refused, match=why):
            second_factor.reset(somebody, by=manager)
    assert bryn.authenticator_set.exists()


def test_whoever_may_not_or_no_longer_may_takes_nothing_away(manager):
    rhys = member("rhys@council.example.org", "reviewer")
    give_app(manager)
    with pytest.raises(Refused, match="may no longer"):
        second_factor.reset(manager, by=rhys)
    assert manager.authenticator_set.exists()


def test_nothing_is_taken_away_that_cannot_be_recorded(manager, monkeypatch):
    rhys = member("rhys@council.example.org", "reviewer")
    give_app(rhys)
    monkeypatch.setattr("accounts.second_factor.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        second_factor.reset(rhys, by=manager)
    assert rhys.authenticator_set.exists()
    assert not Message.objects.exists()
