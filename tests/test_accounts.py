"""Making an account, signing in and out, passwords: what people see, and what nobody learns from it."""

import re

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from accounts import caller
from accounts.adapters import AccountAdapter
from accounts.models import User
from audit.models import AuditEvent
from notifications.models import Message
from tests.signing_in import by_password_alone, code_now, give_address, give_app

PASSWORD = "heron teapot gravel"
NEW = "kettle badger lantern"


@pytest.fixture
def bryn(db):
    user = User.objects.create_user("bryn@example.org", PASSWORD, language="en")
    give_address(user)
    return user


def sign_up(client, email, password=PASSWORD, prefix=""):
    return client.post(f"{prefix}/accounts/signup/", {"email": email, "password1": password})


def sign_in(client, email="bryn@example.org", password=PASSWORD, headers=None, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more}, headers=headers)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def link_in(message):
    return re.search(rf"{settings.SITE_URL}(/\S+)", message.text)[1]


def heading(response):
    return BeautifulSoup(response.content, "html.parser").h1.get_text(" ", strip=True)


def events():
    return list(AuditEvent.objects.order_by("pk").values_list("event", flat=True))


# Making an account


def test_somebody_makes_an_account_and_signs_in_once_their_address_is_confirmed(client, db):
    assert sign_up(client, "Nia@Example.org").url == "/accounts/confirm-email/"
    assert not is_signed_in(client)
    sign_in(client, "nia@example.org")
    assert not is_signed_in(client)
    link = link_in(Message.objects.get(template="accounts/mail/welcome"))
    assert heading(client.get(link)) == "Confirm your email address"
    client.post(link)
    sign_in(client, "nia@example.org")
    assert is_signed_in(client)
    assert events() == ["user.signed_up"]


def test_opening_the_link_alone_confirms_nothing(client, db):
    sign_up(client, "nia@example.org")
    client.get(link_in(Message.objects.get()))  # as mail scanners do
    assert not EmailAddress.objects.get().verified


def test_a_link_to_confirm_works_once(client, db):
    sign_up(client, "nia@example.org")
    link = link_in(Message.objects.get())
    client.post(link)
    assert heading(client.get(link)) == "This link does not work"


@pytest.mark.parametrize("key", ["MQ:1abc:nonsense", "x", "a" * 300])
def test_a_wrong_link_says_so(client, db, key):
    response = client.get(reverse("account_confirm_email", args=[key]))
    assert heading(response) == "This link does not work"


def test_a_link_to_confirm_is_good_for_three_days(client, db, today):
    import time_machine

    sign_up(client, "nia@example.org")
    link = link_in(Message.objects.get())
    with time_machine.travel("2026-11-24T11:00:00Z"):
        assert heading(client.get(link)) == "This link does not work"


def test_nobody_learns_whether_an_address_is_known(client, bryn):
    known, unknown = sign_up(client, "bryn@example.org"), sign_up(client, "nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert client.get(known.url).content == client.get(unknown.url).content
    assert User.objects.filter(email="bryn@example.org").count() == 1
    told = Message.objects.get(to="bryn@example.org")
    assert told.template == "accounts/mail/account_exists"


def test_a_known_address_costs_as_much_time_as_a_new_one(client, bryn, monkeypatch):
    hashed = []
    monkeypatch.setattr("accounts.forms.make_password", hashed.append)
    sign_up(client, "bryn@example.org")
    assert hashed == [PASSWORD]


def test_signing_in_says_the_same_of_a_wrong_password_and_an_unknown_address(client, bryn):
    wrong = sign_in(client, password="not that one")
    unknown = sign_in(client, "nobody@example.org")
    summaries = [
        BeautifulSoup(response.content, "html.parser").find(class_="govuk-error-summary").get_text()
        for response in (wrong, unknown)
    ]
    assert summaries[0] == summaries[1]


def test_a_forgotten_password_says_the_same_of_any_address(client, bryn):
    answers = [client.post("/accounts/password/reset/", {"email": f"{who}@example.org"}) for who in ("bryn", "nobody")]
    assert answers[0].url == answers[1].url == "/accounts/password/reset/done/"
    assert set(Message.objects.values_list("to", "template")) == {
        ("bryn@example.org", "accounts/mail/new_password"),
        ("nobody@example.org", "accounts/mail/no_account"),
    }


@pytest.mark.parametrize("password", ["password123", "short", "12345678", "nia@example.org"])
def test_a_password_that_is_easily_guessed_is_refused_in_words(client, db, password):
    response = sign_up(client, "nia@example.org", password)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.string.startswith("Error:")
    link = page.select_one(".govuk-error-summary a")
    assert page.find(id=link["href"][1:]).name == "input"
    assert not User.objects.exists()


def test_what_was_typed_stays_except_the_password(client, db):
    page = BeautifulSoup(sign_up(client, "nia@example.org", "short").content, "html.parser")
    assert page.find("input", {"name": "email"})["value"] == "nia@example.org"
    assert "value" not in page.find("input", {"name": "password1"}).attrs


def test_passwords_are_hashed_with_argon2(settings):
    from importlib import reload

    from microcare import settings as ours

    assert reload(ours).PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_whoever_signs_up_in_welsh_is_written_to_in_welsh(client, db):
    sign_up(client, "nia@example.org", prefix="/cy")
    assert User.objects.get().language == "cy"
    message = Message.objects.get()
    assert message.language == "cy"
    assert link_in(message).startswith("/cy/accounts/confirm-email/")


# Signing in and out


def test_the_address_is_taken_in_any_case(client, bryn):
    sign_in(client, "BRYN@Example.ORG")
    assert is_signed_in(client)


def test_whoever_has_no_pages_of_their_own_yet_comes_to_their_account(client, bryn):
    assert sign_in(client).url in {"/accounts/", "/my/"}


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "https:evil.example"]
)
def test_signing_in_leads_nowhere_else(client, bryn, away):
    assert sign_in(client, next=away).url in {"/accounts/", "/my/"}


def test_signing_in_leads_back_to_where_one_was_going(client, bryn):
    response = client.get("/accounts/email/")
    assert response.url == "/accounts/login/?next=/accounts/email/"
    assert sign_in(client, next="/accounts/email/").url == "/accounts/email/"


def test_twenty_wrong_passwords_are_slowed_and_so_is_the_right_one_after_them(client, bryn):
    answers = [sign_in(client, password=f"wrong {n}") for n in range(20)]
    assert sum("There were too many tries" in answer.content.decode() for answer in answers) == 15
    sign_in(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize(("address", "field"), [("reauthenticate", "password"), ("password/change", "oldpassword")])
def test_guessing_the_password_from_an_open_session_is_slowed(client, bryn, address, field):
    by_password_alone(client, bryn)
    said = [{field: f"wrong {n}", "password1": NEW} for n in range(20)]
    answers = [client.post(f"/accounts/{address}/", one) for one in said]
    assert sum(answer.status_code == 429 for answer in answers) >= 10


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2:3:4:5:6]:51234", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_caller_is_whom_the_nearest_trusted_proxy_saw(settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert caller.address(request) == AccountAdapter().get_client_ip(request) == seen


def test_who_cannot_be_told_is_not_counted_as_somebody_else(settings):
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "not an address"})
    assert caller.address(request) == ""
    with pytest.raises(PermissionDenied):
        AccountAdapter().get_client_ip(request)


def test_behind_a_proxy_one_callers_tries_do_not_lock_out_another(client, bryn, settings):
    settings.TRUSTED_PROXIES = 1
    for n in range(31):
        sign_in(client, f"nobody{n}@example.org", headers={"X-Forwarded-For": "203.0.113.9"})
    sign_in(client, headers={"X-Forwarded-For": "203.0.113.9"})
    assert not is_signed_in(client)
    sign_in(client, headers={"X-Forwarded-For": "203.0.113.10"})
    assert is_signed_in(client)


def test_too_many_requests_get_the_page_that_says_so(client, db):
    answers = [client.post("/accounts/signup/", {"email": "", "password1": ""}) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert heading(answers[-1]) == "Too many tries"


def test_signing_out_takes_a_button(client, bryn):
    sign_in(client)
    assert heading(client.get("/accounts/logout/")) == "Do you want to sign out?"
    assert is_signed_in(client)
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert not is_signed_in(client)


def test_a_closed_account_is_told_so_only_with_its_password(client, bryn):
    User.objects.update(is_active=False)
    assert b"The email address or the password is wrong" in sign_in(client, password="no").content
    assert sign_in(client).url == "/accounts/inactive/"
    assert heading(client.get("/accounts/inactive/")) == "This account is closed"


def test_a_session_ends_with_its_account(client, bryn):
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"
    User.objects.all().delete()
    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"


def test_a_form_from_elsewhere_is_refused(bryn):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    response = sign_in(client)
    assert response.status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: all@example.org", "a@example.org%0aBcc:x", '"a b"@example.org\r\n']
)
def test_an_address_brings_no_header_with_it(client, db, email):
    sign_up(client, email)
    client.post("/accounts/password/reset/", {"email": email})
    assert not Message.objects.filter(to__contains="Bcc").exists()
    assert not [message for message in Message.objects.all() if "\n" in message.to or "\n" in message.subject]
    assert mail.outbox == []


def test_the_session_gets_a_new_key_when_somebody_signs_in(client, bryn):
    client.get("/accounts/login/?next=/accounts/")
    client.session["kept"] = True
    session = client.session
    session["kept"] = True
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


# Passwords


def test_a_new_password_by_mail(client, bryn):
    client.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    form = client.get(link_in(Message.objects.get()), follow=True)
    assert heading(form) == "Choose a new password"
    done = client.post(form.redirect_chain[-1][0], {"password1": NEW})
    assert done.url == "/accounts/password/reset/key/done/"
    sign_in(client, password=NEW)
    assert is_signed_in(client)
    assert events() == ["user.password_reset"]
    assert Message.objects.filter(template="accounts/mail/password_changed").count() == 1


def test_the_link_to_a_new_password_works_once(client, bryn):
    client.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    link = link_in(Message.objects.get())
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW})
    assert heading(client.get(link)) == "This link does not work"


def test_the_link_to_a_new_password_is_good_for_three_days(client, bryn, today):
    import time_machine

    client.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    link = link_in(Message.objects.get())
    with time_machine.travel("2026-11-25T11:00:00Z"):
        assert heading(client.get(link)) == "This link does not work"


def test_the_password_is_changed_by_whoever_knows_it_and_signs_out_elsewhere(client, bryn):
    from django.test import Client

    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": NEW})
    assert "The password is wrong" in wrong.content.decode()
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    assert client.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    assert events() == ["user.password_changed"]


def test_nothing_changes_that_cannot_be_recorded(client, bryn, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the audit is not there")

    sign_in(client)
    monkeypatch.setattr("accounts.recording.record", fail)
    with pytest.raises(RuntimeError):
        client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW})
    bryn.refresh_from_db()
    assert bryn.check_password(PASSWORD)
    assert not Message.objects.exists()


# Sessions, language, the account's own page


def test_sessions_are_listed_and_ended_elsewhere(client, bryn):
    from django.test import Client

    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19) Version/19 Safari/605"})
    sign_in(phone)
    sign_in(client)
    page = client.get("/accounts/sessions/").content.decode()
    assert "Safari, iPhone" in page
    assert "This one" in page
    client.post("/accounts/sessions/")
    assert phone.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_somebody_chooses_the_language_of_their_mails(client, bryn):
    sign_in(client)
    assert client.post("/accounts/language/", {"language": "cy"}).url == "/cy/accounts/"
    bryn.refresh_from_db()
    assert bryn.language == "cy"


def test_mails_are_in_the_language_of_their_reader_not_of_the_page(client, bryn):
    User.objects.update(language="cy")
    client.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    message = Message.objects.get()
    assert message.language == "cy"
    assert link_in(message).startswith("/cy/")


def test_links_of_mails_are_masked_for_the_team(client, bryn):
    client.post("/accounts/password/reset/", {"email": "bryn@example.org"})
    message = Message.objects.get()
    assert [link_in(message)] == [secret.removeprefix(settings.SITE_URL) for secret in message.secrets]


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize(
    "name",
    [
        "accounts:home",
        "accounts:language",
        "account_email",
        "account_change_password",
        "usersessions_list",
        "mfa_index",
    ],
)
def test_pages_of_an_account_stand_in_both_languages(client, bryn, name, language):
    sign_in(client)
    with override(language):
        response = client.get(reverse(name))
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert page.html["lang"] == language
    assert page.find("meta", {"name": "robots"})["content"] == "noindex"
    assert "no-store" in response["Cache-Control"] or name != "accounts:home"


def test_pages_of_an_account_ask_to_sign_in(client, db):
    for name in ("accounts:home", "accounts:language", "account_email", "usersessions_list", "mfa_index"):
        assert client.get(reverse(name)).url == f"/accounts/login/?next={reverse(name)}"


def test_a_public_page_does_not_look_who_is_signed_in(client, bryn, django_assert_num_queries):
    by_password_alone(client, bryn)
    response = client.get("/accessibility/")
    assert "Cookie" not in response.get("Vary", "")


def test_the_footer_leads_to_signing_in_and_whoever_is_signed_in_to_their_pages(client, bryn):
    for page in ("/accessibility/", "/accounts/", "/my/"):
        by_password_alone(client, bryn)
        footer = BeautifulSoup(client.get(page).content, "html.parser").footer
        link = footer.find("a", string=lambda text: "Account for" in text)
        assert "Sign in" not in footer.get_text()
        assert client.get(link["href"]).url == "/my/"
        client.logout()
        assert heading(client.get(link["href"])) == "Sign in"


def test_with_a_second_factor_a_password_alone_does_not_sign_in(client, bryn):
    give_app(bryn)
    assert sign_in(client).url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert is_signed_in(client)
