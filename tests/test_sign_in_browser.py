"""Signing in as people do it: by passkey, by authenticator app without scripts, by keyboard, on a phone."""

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from tests.signing_in import code_now, give_app
from tests.team_builders import member

PASSWORD = "heron teapot gravel"


@pytest.fixture
def sian(transactional_db):
    return User.objects.create_superuser("sian@example.org", PASSWORD, language="en", name="Siân")


@pytest.fixture
def at_localhost(browser_page, live_server):
    """Passkeys belong to a name, and 127.0.0.1 is none."""
    assert "//localhost:" in live_server.url
    return browser_page()


@pytest.fixture
def key_ring(at_localhost):
    """A device that keeps passkeys and knows who is there."""
    devtools = at_localhost.context.new_cdp_session(at_localhost)
    devtools.send("WebAuthn.enable")
    kinds = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = {**kinds, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": made})
    return devtools


def sign_in(page, email="sian@example.org"):
    page.goto("/accounts/login/")
    fill_in(page, email)


def fill_in(page, email="sian@example.org"):
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/login/" not in url)


def confirm(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_a_passkey_opens_the_admin(at_localhost, key_ring, sian, axe):
    page = at_localhost
    page.goto("/admin/")
    sign_in(page)
    page.goto("/admin/")
    assert page.get_by_role("heading", level=1).inner_text() == "Second factor"
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name of the passkey").wait_for()
    assert axe(page) == []
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    assert axe(page) == []
    page.goto("/accounts/")
    page.get_by_role("button", name="Sign out").click()

    page.goto("/admin/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/admin/")
    assert page.locator("#site-name").is_visible()


def test_a_passkey_is_the_second_step_after_a_password_too(at_localhost, key_ring, sian):
    page = at_localhost
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.context.clear_cookies()
    sign_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")


def test_a_passkey_that_is_not_there_says_so(at_localhost, key_ring, sian):
    page = at_localhost
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That did not work. Try again, or use another way.").wait_for()


def set_up_app(page):
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code that the app shows").fill(code_now(secret))
    page.get_by_role("button", name="Continue").click()
    return secret


def test_an_authenticator_app_opens_the_admin_without_scripts(without_javascript, sian):
    page = without_javascript(width=320)
    sign_in(page)
    page.goto("/admin/")
    assert page.get_by_text("a password is not enough").is_visible()
    secret = set_up_app(page)
    codes = page.locator("code").all_inner_texts()
    page.get_by_role("link", name="Continue").click()
    assert page.url.endswith("/admin/")
    page.goto("/accounts/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    assert page.url.endswith("/admin/")
    assert secret not in page.content()


def test_a_code_is_typed_by_keyboard_alone(browser_page, sian, tab_to):
    page = browser_page()
    page.goto("/accounts/login/")
    tab_to(page, "#id_login")
    page.keyboard.type("sian@example.org")
    tab_to(page, "#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/")


ANYBODY = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done",
           "account_email_verification_sent", "account_inactive", "socialaccount_login_cancelled"]  # fmt: skip
SIGNED_IN = ["accounts:home", "accounts:language", "account_email", "account_change_password", "mfa_index",
             "usersessions_list", "account_logout", "account_reauthenticate"]  # fmt: skip


def wide_as_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_axe_finds_nothing_on_pages_about_signing_in_and_they_fit_a_phone(browser_page, sian, axe, language):
    page = browser_page(width=320)
    with override(language):
        anybody, signed_in = ([reverse(name) for name in names] for names in (ANYBODY, SIGNED_IN))
    troubles = [found for url in anybody for found in looked_at(page, url, axe)]
    sign_in(page)
    troubles += [found for url in signed_in for found in looked_at(page, url, axe)]
    assert troubles == []


def looked_at(page, url, axe):
    page.goto(url)
    return [(url, found) for found in axe(page)] + ([] if wide_as_the_screen(page) else [(url, "too wide")])


def test_axe_finds_nothing_when_something_is_wrong_and_links_land(browser_page, sian, axe):
    page = browser_page(width=320)
    for url in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        page.goto(url)
        page.locator("main form button[type=submit]").first.click()
        page.locator(".govuk-error-summary").wait_for()
        assert axe(page) == []
        link = page.locator(".govuk-error-summary a").first
        link.click()
        focused = page.evaluate("document.activeElement.id")
        assert link.get_attribute("href") == f"#{focused}"


def test_the_teams_page_fits_a_phone_and_its_question_is_reached_by_keyboard(browser_page, sian, axe, tab_to):
    with transaction.atomic():
        give_app(sian)
        rhys = member("rhys@council.example.org", "reviewer", name="Rhys")
        give_app(rhys)
    page = browser_page(width=320)
    page.goto("/admin/accounts/teammember/")
    fill_in(page)
    page.get_by_label("Code").fill(code_now())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Take away second factor rhys@council.example.org").wait_for()
    assert wide_as_the_screen(page)
    tab_to(page, f'a[href$="/{rhys.pk}/second-factor/"]')
    page.keyboard.press("Enter")
    page.get_by_text("make sure by voice or in person").wait_for()
    assert axe(page) == []
    tab_to(page, "input[name=confirmed]")
    page.keyboard.press("Enter")
    page.get_by_text("The second factor of rhys@council.example.org is taken away.").wait_for()
