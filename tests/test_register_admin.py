"""A register moves in through the admin: read, columns, looked through, moved in, undone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import team
from accounts.models import User
from onboarding import codes
from onboarding.models import Carer, Register
from tests.builders import BY, TODAY
from tests.register_files import as_file, register

pytestmark = pytest.mark.django_db
LIST = "/admin/onboarding/register/"


@pytest.fixture
def manager(client, today):
    codes.begin(by=BY, on=TODAY.replace(year=2025), body_en="Be kind.", body_cy="Byddwch yn garedig.")
    user = User.objects.create_user("manager@example.org")
    team.join(user, by=BY, slugs=["manager"])
    client.force_login(user)
    return client


def upload(rows, form="xlsx"):
    return {"file": SimpleUploadedFile(f"register.{form}", as_file(rows, form).read())}


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def read(client, rows):
    return read_file(client, as_file(rows, "xlsx").read(), "register.xlsx")


def read_file(client, data, name="register.csv"):
    columns = client.post(f"{LIST}read/", {"file": SimpleUploadedFile(name, data)}, follow=True)
    asked = columns.context["form"]
    return client.post(columns.request["PATH_INFO"], {name: asked[name].initial for name in asked.fields}, follow=True)


def test_a_register_of_120_moves_in_is_undone_and_moves_in_again(manager):
    looked = read(manager, register(120))
    assert "120 lines, 120 carers. Nothing is wrong" in text(looked)
    assert not Carer.objects.exists()
    pk = Register.objects.get().pk
    for count in (120, 0, 120):
        button = "move-in" if count else "undo"
        assert manager.get(f"{LIST}{pk}/{button}/").status_code == 200
        manager.post(f"{LIST}{pk}/{button}/")
        assert Carer.objects.count() == count
    assert "Their papers are in order: 120" in text(manager.get(f"{LIST}{pk}/look/"))


def test_every_problem_stands_with_its_cell_and_moving_in_is_refused(manager):
    looked = text(read(manager, register(3, l1={"miles": "900"}, l2={"base": "Nowhere"})))
    assert "2 things to mend" in looked
    assert ">G3<" in looked
    assert ">F4<" in looked
    pk = Register.objects.get().pk
    manager.post(f"{LIST}{pk}/move-in/")
    assert not Carer.objects.exists()
    assert "2 things to mend" in text(manager.get(f"{LIST}{pk}/look/"))


def test_what_is_no_table_is_said_and_nothing_is_kept(manager):
    said = manager.post(f"{LIST}read/", {"file": SimpleUploadedFile("photo.csv", b"\x00\x01")})
    assert "not text" in text(said)
    assert not Register.objects.exists()
    assert "Choose the file." in text(manager.post(f"{LIST}read/", {}))


def test_two_columns_that_hold_the_same_are_said(manager):
    columns = manager.post(f"{LIST}read/", upload(register(1)), follow=True)
    said = manager.post(columns.request["PATH_INFO"], {"column0": "name", "column1": "name"})
    assert "holds this already" in text(said)


def test_the_template_can_be_read_as_it_is(manager):
    answer = manager.get(f"{LIST}template.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="register.csv"'
    looked = read_file(manager, answer.content)
    assert "Town or village: is empty" in text(looked)  # the example lives nowhere, so that nobody moves in by mistake
    assert "not known here" not in text(looked)
