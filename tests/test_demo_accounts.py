"""The demonstration has an account for each role, which signs in with the password and the code that are printed."""

import re
import time

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts import demo, roles, team
from accounts.models import User
from directory import owners
from tests.builders import TODAY, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def said():
    demo.demo(settings.SCHEME, on=TODAY)
    return demo.in_words()


def sign_in(email, password, code=None):
    client = Client()
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    if code:
        answer = client.post(answer["Location"], {"code": code})
    return client, answer


def test_there_is_one_for_each_role_and_none_may_do_everything(said):
    of_one_case = {roles.GUEST}  # whom a manager invites for one case alone
    assert {role for _name, role in demo.TEAM.values()} == set(roles.ROLES) - of_one_case
    for email, (_name, role) in demo.TEAM.items():
        user = User.objects.get(email=email)
        assert [one.slug for one in roles.of(user)] == [role]
        assert not user.is_superuser
        assert email in said


@pytest.mark.parametrize("email", demo.TEAM)
def test_each_signs_in_with_what_is_printed_and_is_in_the_admin(said, email, capsys):
    password = re.search(r"password (\w+)", said)[1]
    call_command("code")
    code = capsys.readouterr().out.split()[0]
    client, _answer = sign_in(email, password, code)
    assert client.get(reverse("admin:index")).status_code == 200


def test_without_the_code_the_admin_stays_shut(said):
    client, answer = sign_in("manager@example.org", demo.password())
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_the_carer_signs_in_without_a_code_and_sees_their_own(said, today):
    owners.set_owner(make_listing("Bryn Lewis"), by="job:tests", owner=User.objects.get(email=demo.CARER))
    client, _answer = sign_in(demo.CARER, demo.password())
    page = client.get(reverse("directory:my"))
    assert page.status_code == 200
    assert "Bryn Lewis" in page.content.decode()
    assert client.get(reverse("admin:index")).status_code == 302


def test_the_code_is_the_authenticator_apps(settings):
    """The example of RFC 6238, appendix B: the last six of its eight digits."""
    from unittest import mock

    with mock.patch("accounts.demo.secret", return_value="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"):
        assert [demo.code(at) for at in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_another_copy_has_another_password_and_other_codes(settings):
    before = (demo.password(), demo.secret())
    settings.SECRET_KEY = "another copy's"
    assert not set(before) & {demo.password(), demo.secret()}


def test_making_them_again_changes_nothing(said):
    before = list(User.objects.order_by("pk").values())
    demo.demo(settings.SCHEME, on=TODAY)
    assert demo.in_words() == said
    assert list(User.objects.order_by("pk").values()) == before


def test_what_was_done_to_them_stays(said):
    reviewer = User.objects.get(email="reviewer@example.org")
    team.remove(reviewer, by=User.objects.get(email="manager@example.org"))
    editor = User.objects.get(email="editor@example.org")
    editor.set_password("something of my own")
    editor.save()
    demo.demo(settings.SCHEME, on=TODAY)
    again = demo.in_words()
    assert not User.objects.get(email="reviewer@example.org").is_staff
    assert re.search(r"reviewer@example.org .*removed from the team", again)
    assert re.search(r"editor@example.org .*another password since", again)
    assert User.objects.get(email="editor@example.org").check_password("something of my own")


def test_the_editor_of_a_copy_from_before_there_were_roles_becomes_one():
    User.objects.create_superuser(demo.EMAIL, "as it was")
    demo.demo(settings.SCHEME, on=TODAY)
    editor = User.objects.get(email=demo.EMAIL)
    assert not editor.is_superuser
    assert [role.slug for role in roles.of(editor)] == ["editor"]


def test_production_prints_no_code(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="of their own"):
        call_command("code")


def test_the_code_changes_each_half_minute(said):
    now = time.time()
    assert demo.code(now) != demo.code(now + 30)
