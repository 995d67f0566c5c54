"""A session of the team left alone for hours opens nothing until the second factor is shown; nothing typed is lost."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from onboarding.models import CodeOfPractice
from tests.signing_in import by_password_alone, code_now, give_address
from tests.team_builders import member

pytestmark = pytest.mark.django_db
DRAFT = "/admin/onboarding/codeofpractice/draft/"
AWAY = timedelta(hours=8)
SHORTER = AWAY - timedelta(minutes=2)


@pytest.fixture
def sian():
    user = member("sian@example.org", "editor")
    give_address(user)
    return user


@pytest.fixture
def clock(settings):
    settings.STAFF_IDLE_HOURS = 8
    with time_machine.travel("2026-11-21T08:00:00Z", tick=False) as traveller:
        yield lambda away: traveller.move_to(timezone.now() + away)


def confirm(client, to):
    return client.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": to})


def test_whoever_works_on_is_never_asked(client, sian, clock):
    client.force_login(sian)
    for _ in range(3):
        assert client.get("/admin/").status_code == 200
        clock(SHORTER)
    assert client.get("/admin/").status_code == 200


def test_after_eight_hours_the_second_factor_is_asked_for_and_leads_back(client, sian, clock):
    client.force_login(sian)
    client.get("/admin/")
    clock(AWAY)
    for page in ("/admin/", "/my/", "/accounts/"):
        assert client.get(page).url.startswith("/accounts/2fa/reauthenticate/?next=")
    asked = client.get("/accounts/2fa/reauthenticate/?next=/admin/")
    assert "You did nothing here for 8 hours. Confirm that it is you, and go on." in asked.content.decode()
    assert client.get("/admin/").status_code == 302
    assert confirm(client, "/admin/").url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_what_was_typed_is_kept_and_sent_afterwards(client, sian, clock):
    client.force_login(sian)
    client.get(DRAFT)
    clock(AWAY)
    said = {"body_en": "## 1. “Be <kind>”\n", "body_cy": "## 1. Caredig", "save": "Save the draft"}
    answer = client.post(DRAFT, {**said, "paper": SimpleUploadedFile("a.txt", b"a")})
    assert answer.status_code == 403
    page = BeautifulSoup(answer.content, "html.parser").main
    kept = {box["name"]: box["value"] for box in page.find_all("input") if box["name"] != "csrfmiddlewaretoken"}
    assert kept == said
    assert "Files are not kept" in page.get_text()
    assert not CodeOfPractice.objects.exists()
    confirm(client, "/admin/")
    client.post(DRAFT, kept)
    assert CodeOfPractice.objects.get().body_en.startswith("## 1. “Be <kind>”")


def test_passwords_are_not_kept_in_the_page_and_it_says_so(client, sian, clock):
    client.force_login(sian)
    client.get("/accounts/")
    clock(AWAY)
    said = {"oldpassword": "one-two-three", "password1": "four-five-six", "passwordless": "True", "name": "Siân"}
    answer = client.post("/accounts/password/change/", said)
    assert answer.status_code == 403
    assert not [secret for secret in ("one-two-three", "four-five-six") if secret in answer.content.decode()]
    kept = {box["name"] for box in BeautifulSoup(answer.content, "html.parser").main.find_all("input")}
    assert kept == {"csrfmiddlewaretoken", "passwordless", "name"}
    assert "Passwords are not kept: the page asks for them again." in answer.content.decode()


def test_whoever_has_no_second_factor_yet_signs_in_again(client, sian, clock):
    by_password_alone(client, sian)
    client.get("/accounts/")
    clock(AWAY)
    assert client.get("/accounts/").url == "/accounts/login/?next=/accounts/"
    assert "_auth_user_id" not in client.session
    assert "You did nothing here for 8 hours." in client.get("/accounts/login/").content.decode()


def test_pages_for_everybody_and_carers_are_left_alone(client, sian, clock):
    carer = Client()
    for one, user in ((client, sian), (carer, User.objects.create_user("bryn@example.org"))):
        one.force_login(user)
        one.get("/my/")
    clock(AWAY)
    assert client.get("/find/").status_code == 200
    assert carer.get("/my/").status_code == 200
