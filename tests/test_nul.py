"""NUL, which PostgreSQL takes in no text: in a path, query, cookie or form it is refused or left out, and never a 500.

`make test` on SQLite proves that nothing of it is lost there; DATABASE_URL=postgres://… is where it used to fail.
"""

import pytest
from django.conf import settings
from django.test import Client

from tests.builders import make_listing
from tests.enquiry_form import ADDRESS, FACTS, opened

pytestmark = pytest.mark.django_db
NUL = "\x00"


@pytest.fixture
def listing(today):
    return make_listing("Bryn Lewis", email="bryn@example.org")


@pytest.fixture
def strict():
    """A browser whose forms need their cookie."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    "path",
    [
        "/a%00b/",
        "/carers/a%00b/",
        "/carers/bryn-lewis%00/contact/",
        "/carers/bryn-lewis/contact/AAAA-%00AAA/",
        "/cy/carers/a%00b/",
        "/my/enquiries/1%00/",
        "/accounts/undo/a%00/",
        "/accounts/invitation/a%00/",
        "/accounts/confirm-email/a%00/",
        "/accounts/password/reset/key/1-a%00/",
        "/photos/a%00/112.jpg",
        "/admin/directory/listing/1%00/change/",
        "/admin/notifications/message/1%00/again/",
        "/static/a%00.css",
        "/%00",
    ],
)
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_a_path_with_nul_is_refused(admin_client, listing, path, method):
    assert getattr(admin_client, method)(path).status_code in {400, 404}


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "django_language", "other"])
@pytest.mark.parametrize("value", ['"k\\000%s"' % ("k" * 31), f"k{NUL}{'k' * 31}"], ids=["quoted", "raw"])
@pytest.mark.parametrize("path", ["/", "/carers/bryn-lewis/contact/", "/accounts/login/", "/my/", "/admin/"])
def test_a_cookie_with_nul_is_as_if_it_had_not_come(listing, name, value, path):
    usual = Client().get(path)
    answer = Client(HTTP_COOKIE=f"{name}={value}").get(path)
    assert (answer.status_code, answer.get("Location")) == (usual.status_code, usual.get("Location"))


def test_the_other_cookies_still_count(admin_client):
    session = admin_client.cookies[settings.SESSION_COOKIE_NAME].value
    asked = Client(HTTP_COOKIE=f'other="\\000"; {settings.SESSION_COOKIE_NAME}={session}')
    assert asked.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/accounts/login/", {"login": "a\x00@example.org", "password": "p\x00"}),
        ("/accounts/signup/", {"email": "a\x00@example.org", "password1": "three blue \x00 kettles"}),
        ("/accounts/password/reset/", {"email": "a\x00@example.org"}),
        ("/accounts/login/?next=%00", {"login": "a@example.org", "password": "p", "next": "\x00"}),
        ("/accounts/invitation/nothing/", {"name": NUL}),
        (f"/{NUL}", {}),
    ],
)
def test_a_form_with_nul_is_answered(client, db, path, data):
    assert client.post(path, data).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/language/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/sessions/",
        "/admin/notifications/message/",
        "/admin/directory/listing/",
        "/admin/accounts/teammember/invite/",
        "/admin/content/page/1/change/",
    ],
)
def test_a_signed_in_form_with_nul_is_answered(admin_client, listing, path):
    names = ("email", "name", "language", "password", "oldpassword", "password1", "code", "credential", "roles", "q",
             "action", "_selected_action", "next", "action_add", "session", "title_en", "body_en", "slug")  # fmt: skip
    assert admin_client.post(path, dict.fromkeys(names, f"a{NUL}b")).status_code < 500


def test_a_form_cookie_and_token_with_nul_are_refused(strict, listing):
    strict.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    assert strict.post(ADDRESS, {**FACTS, "csrfmiddlewaretoken": NUL * 32}).status_code == 403


def test_an_enquiry_loses_its_nul_and_nothing_else(client, listing):
    token = opened(client)
    facts = {name: f"{value}{NUL}" for name, value in FACTS.items() if name in {"what", "when", "name", "email"}}
    assert client.post(ADDRESS, {**FACTS, **facts, "token": token}).status_code == 302
    assert listing.enquiries.get().what == FACTS["what"]


@pytest.mark.parametrize("header", ["HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR", "HTTP_REFERER"])
def test_a_header_with_nul_is_answered(client, listing, header):
    for path in ("/", "/accounts/login/"):
        assert client.get(path, **{header: f"a{NUL}b"}).status_code < 500
