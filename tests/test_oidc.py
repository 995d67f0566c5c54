"""The council's own sign-in against a provider on this machine: whom it lets in, and whom a bare email does not."""

import http.client
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from accounts import invitations, roles
from accounts.models import Invitation, User
from audit.models import AuditEvent
from notifications.models import Message
from tests.openid_provider import CLIENT, SECRET, Provider
from tests.signing_in import by_password_alone, code_now, give_address, give_app, note_second_factor
from tests.team_builders import member

LOGIN = "/accounts/oidc/council/login/"


@pytest.fixture
def council(settings):
    provider = Provider()
    settings.OIDC_SERVER_URL = provider.url
    settings.OIDC_NAME = "Monmouthshire"
    app = {
        "provider_id": "council",
        "name": "Council",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {
            "server_url": provider.url,
            "token_auth_method": "client_secret_basic",
            "fetch_userinfo": False,
        },
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield provider
    provider.stop()


@pytest.fixture
def link(db):
    """An invitation's link, as its mail has it."""
    boss = User.objects.create_superuser("boss@example.org")
    with_token = invitations.invite(by=boss, email="sian@example.org", slugs=["reviewer"], language="en")
    return urlsplit(with_token).path


def at_the_provider(url):
    """Goes where the browser is sent, and says where the provider sends it back to."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    return connection.getresponse().headers["Location"].removeprefix("http://testserver")


def sign_in(client, address=LOGIN):
    return client.get(at_the_provider(client.get(address).url))


def follow(client, link):
    """The invitation's page, its button, the provider, and back."""
    return sign_in(client, client.post(link, {"council": "yes"}).url)


def heading(response):
    return BeautifulSoup(response.content, "html.parser").h1.get_text(" ", strip=True)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_an_invitation_brings_in_whoever_follows_it(client, council, link):
    follow(client, link)
    assert is_signed_in(client)
    user = User.objects.get(email="sian@example.org")
    assert user.is_staff
    assert [role.slug for role in roles.of(user)] == ["reviewer"]
    assert not user.has_usable_password()
    assert SocialAccount.objects.get(user=user).uid == "entra-7"
    assert AuditEvent.objects.filter(event="user.council_sign_in_connected", actor_id=user.pk).count() == 1


def test_the_team_still_needs_a_second_factor_here(client, council, link):
    follow(client, link)
    assert client.get("/admin/").url == "/accounts/2fa/"


def test_from_then_on_the_council_knows_them_whatever_their_email(client, council, link):
    follow(client, link)
    client.post("/accounts/logout/")
    council.who["email"] = "married@council.example"
    sign_in(client)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="sian@example.org").pk)


def test_with_a_second_factor_the_council_alone_does_not_sign_in(client, council, link):
    follow(client, link)
    give_app(User.objects.get(email="sian@example.org"))
    client.post("/accounts/logout/")
    assert sign_in(client).url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_a_bare_email_opens_no_account(client, council, db):
    user = User.objects.create_superuser("sian@council.example", "heron teapot gravel")
    council.who["email_verified"] = True
    response = sign_in(client)
    assert (response.status_code, heading(response)) == (403, "You have no place in the team yet")
    assert not is_signed_in(client)
    assert not SocialAccount.objects.filter(user=user).exists()


def test_a_stranger_gets_no_account(client, council, db):
    assert sign_in(client).status_code == 403
    assert not User.objects.exists()


def test_an_invitation_works_once(client, council, link):
    from django.test import Client

    follow(client, link)
    council.who = {"sub": "entra-8", "email": "other@council.example"}
    assert Client().get(link).status_code == 410
    assert User.objects.filter(is_staff=True, is_superuser=False).count() == 1


def test_an_invitation_that_ran_out_on_the_way_lets_nobody_in(client, council, link):
    there = client.post(link, {"council": "yes"}).url
    made = timezone.now() - timedelta(days=90)
    Invitation.objects.update(invited_at=made, expires_at=made + timedelta(days=1))
    assert sign_in(client, there).status_code == 403
    assert not User.objects.filter(email="sian@example.org").exists()


def test_an_account_from_before_is_connected_by_its_invitation(client, council, link):
    user = User.objects.create_user("sian@example.org", "heron teapot gravel")
    give_address(user)
    follow(client, link)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.get(pk=user.pk).is_staff


def test_whoever_made_an_account_under_the_invited_address_and_never_proved_it_loses_it(client, council, link):
    squatter = User.objects.create_user("sian@example.org", "heron teapot gravel")
    follow(client, link)
    squatter.refresh_from_db()
    assert squatter.is_staff
    assert not squatter.has_usable_password()


# From inside


@pytest.fixture
def rhys(db):
    return member("rhys@council.example.org", "reviewer")


def connect(client):
    """The account's page, its button, the provider, and back."""
    assert "Connect it" in client.get("/accounts/council/").content.decode()
    return client.get(at_the_provider(client.post(LOGIN, {"process": "connect"}).url))


def test_a_member_of_the_team_connects_their_account_from_inside(client, council, rhys):
    client.force_login(rhys)
    assert connect(client).url == "/accounts/council/"
    assert SocialAccount.objects.get(user=rhys).uid == "entra-7"
    assert AuditEvent.objects.filter(event="user.council_sign_in_connected", actor_id=rhys.pk).count() == 1
    assert Message.objects.get().template == "accounts/mail/council_connected"


def test_without_the_second_factor_shown_nothing_is_connected(client, council, rhys):
    by_password_alone(client, rhys)
    assert connect(client).status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_carer_connects_nothing(client, council, db):
    carer = User.objects.create_user("bryn@example.org")
    by_password_alone(client, carer)
    note_second_factor(client, carer)
    assert client.get(at_the_provider(client.post(LOGIN, {"process": "connect"}).url)).status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_link_that_somebody_was_led_to_connects_nothing(client, council, rhys):
    client.force_login(rhys)
    assert client.get(f"{LOGIN}?process=connect").status_code == 404
    assert client.post(f"{LOGIN}?process=connect").status_code == 404


def test_an_account_there_that_is_somebody_elses_here_is_not_taken(client, council, link, rhys):
    follow(client, link)
    client.post("/accounts/logout/")
    client.force_login(rhys)
    connect(client)
    assert not SocialAccount.objects.filter(user=rhys).exists()


def test_taking_the_connection_away_asks_for_the_second_factor_and_is_recorded(client, council, link):
    follow(client, link)
    user = User.objects.get(email="sian@example.org")
    user.set_password("heron teapot gravel")
    user.save()
    give_app(user)
    by_password_alone(client, user)
    said = {"account": SocialAccount.objects.get().pk}
    assert client.post("/accounts/council/", said).url.startswith("/accounts/2fa/reauthenticate/")
    assert SocialAccount.objects.exists()
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    button = BeautifulSoup(client.get("/accounts/council/").content, "html.parser").find(
        "button", string="Disconnect it"
    )
    assert button.find_parent("form").find("input", attrs={"name": "account"})["value"] == str(said["account"])
    answer = client.post("/accounts/council/", said, follow=True)
    assert "not connected to the council’s own sign-in any more" in answer.content.decode()
    assert not SocialAccount.objects.exists()
    assert AuditEvent.objects.filter(event="user.council_sign_in_disconnected", actor_id=user.pk).count() == 1


def test_whoever_has_no_password_chooses_one_before_they_disconnect(client, council, link):
    follow(client, link)
    note_second_factor(client, User.objects.get(email="sian@example.org"))
    page = BeautifulSoup(client.get("/accounts/council/").content, "html.parser").main
    assert page.find("a", href="/accounts/password/set/")
    assert not page.find("button")


def test_a_closed_account_stays_closed(client, council, link):
    follow(client, link)
    client.post("/accounts/logout/")
    User.objects.filter(email="sian@example.org").update(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_a_token_that_somebody_else_signed_is_not_believed(client, council, link):
    council.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert heading(follow(client, link)) == "The council’s sign-in did not work"
    assert not is_signed_in(client)


def test_a_token_for_another_service_is_not_believed(client, council, link):
    council.audience = "payroll"
    assert heading(follow(client, link)) == "The council’s sign-in did not work"


def test_a_way_back_that_nobody_went_is_refused(client, council, link):
    response = client.get("/accounts/oidc/council/login/callback/?code=code-0&state=made-up")
    assert heading(response) == "The council’s sign-in did not work"


def test_the_way_back_works_once(client, council, link):
    back = at_the_provider(client.get(client.post(link, {"council": "yes"}).url).url)
    client.get(back)
    client.post("/accounts/logout/")
    client.get(back)
    assert not is_signed_in(client)


def test_changing_ones_mind_there_says_so(client, council, link):
    council.refuses = True
    assert follow(client, link).url == "/accounts/council/cancelled/"
    assert heading(client.get("/accounts/council/cancelled/")) == "You did not sign in"


def test_a_provider_that_does_not_answer_says_so(client, council, link):
    there = client.post(link, {"council": "yes"}).url
    council.stop()
    response = client.get(there, follow=True)
    assert heading(response) == "The council’s sign-in did not work"


def test_it_is_offered_only_where_it_is_set(client, council, settings, db):
    assert "Sign in with your account of Monmouthshire" in client.get("/accounts/login/").content.decode()
    settings.OIDC_SERVER_URL, settings.SOCIALACCOUNT_PROVIDERS = "", {"openid_connect": {"APPS": []}}
    assert "Sign in with your account of" not in client.get("/accounts/login/").content.decode()
    assert client.get(LOGIN).status_code == 404
