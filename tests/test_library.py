"""The library: guides and templates for carers, read and printed in each language, written by the team."""

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import AuditEvent
from onboarding import library
from onboarding.models import Guide
from tests.builders import BY
from tests.team_builders import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def texts():
    call_command("load_library", verbosity=0)


@pytest.fixture
def reader(client):
    user = User.objects.create_user("bryn@example.org")
    client.force_login(user)
    return user


def facts(guide, **changed):
    names = ["title_en", "title_cy", "summary_en", "summary_cy", "body_en", "body_cy", "order", "slug"]
    said = {name: getattr(guide, name) for name in names} | ({"published": "on"} if guide.published else {})
    return {name: value for name, value in (said | changed).items() if value is not None}


@pytest.mark.parametrize("slug", library.FIRST)
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_each_first_text_is_there_in_each_language(client, reader, texts, slug, prefix):
    guide = Guide.objects.get(slug=slug)
    page = client.get(f"{prefix}/my/library/{slug}/").content.decode()
    assert f"{guide.title_cy if prefix else guide.title_en}</h1>" in page
    assert "govuk-heading-m" in page
    assert "{{" not in page + guide.body_en + guide.body_cy
    assert guide.body_en != guide.body_cy


def test_loading_again_changes_nothing_that_is_there(texts):
    Guide.objects.filter(slug="invoice").update(body_en="Ours.")
    Guide.objects.filter(slug="agreement").delete()
    assert library.write_first(by=BY) == ["agreement"]
    assert Guide.objects.get(slug="invoice").body_en == "Ours."


def test_what_is_not_published_is_for_whoever_keeps_the_library(client, reader, texts):
    Guide.objects.filter(slug="invoice").update(published=False)
    assert client.get("/my/library/invoice/").status_code == 404
    assert "/my/library/invoice/" not in client.get("/my/library/").content.decode()
    client.force_login(member("editor@council.example.org", "editor"))
    assert client.get("/my/library/invoice/").status_code == 200


def test_an_editor_changes_a_text_and_the_audit_names_them(client, texts):
    guide, editor = Guide.objects.get(slug="invoice"), member("editor@council.example.org", "editor")
    client.force_login(editor)
    answer = client.post(f"/admin/onboarding/guide/{guide.pk}/change/", facts(guide, body_en="New.", slug=None))
    assert answer.status_code == 302
    assert Guide.objects.get(pk=guide.pk).body_en == "New."
    event = AuditEvent.objects.filter(event="guide.changed").get()
    assert (event.actor_id, event.data["fields"]) == (editor.pk, ["body_en"])


def test_nothing_is_published_in_one_language_alone(client, texts):
    guide = Guide.objects.get(slug="invoice")
    client.force_login(member("editor@council.example.org", "editor"))
    page = client.post(f"/admin/onboarding/guide/{guide.pk}/change/", facts(guide, body_cy="", slug=None))
    assert "Write this before you publish it" in page.content.decode()
    assert Guide.objects.get(pk=guide.pk).body_cy


def test_an_editor_adds_a_text(client):
    client.force_login(member("editor@council.example.org", "editor"))
    said = {
        "slug": "keys",
        "title_en": "Keys",
        "summary_en": "Where to keep them",
        "body_en": "In a box.",
        "order": "50",
    }
    assert client.post("/admin/onboarding/guide/add/", said).status_code == 302
    assert not Guide.objects.get(slug="keys").published


def test_a_text_cannot_bring_markup_of_its_own(client, reader, texts):
    Guide.objects.filter(slug="invoice").update(body_en="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/my/library/invoice/").content.decode()
