"""The team's pages: there in each language, true to the scheme, edited by the team and by nobody else."""

import dataclasses
import os
import re
import subprocess
import sys
from datetime import date
from io import StringIO
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils.translation import override

from accounts.models import User
from content import seeds
from content.markdown import render
from content.models import Page
from directory import basemap
from microcare.scheme import load

DAY = date(2026, 11, 21)
SLUGS = Page.Slug.values
PAGES = [slug for slug in SLUGS if slug != "home"]
SCHEMES = {slug: load(slug) for slug in ("monmouthshire", "flintshire", "somerset")}
EACH_TEXT = [(name, slug, code) for name, scheme in SCHEMES.items() for slug in SLUGS for code in scheme.languages]


@pytest.fixture
def pages(db):
    load_pages()


@pytest.fixture
def editor(db):
    return User.objects.create_superuser("mair@example.org", "correct horse")


def get(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html.parser")


def words_of(page, **changes):
    """What the admin's form sends for a page, with changes."""
    fields = [f"{field}_{code}" for field in page.fields_needed() for code in ("en", "cy")]
    return {field: getattr(page, field) for field in fields} | changes


# --- what a visitor sees ---------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PAGES)
@pytest.mark.parametrize("code", ["en", "cy"])
def test_each_page_answers_in_each_language(client, pages, slug, code):
    page = get(client, f"/{slug}/" if code == "en" else f"/cy/{slug}/")
    title = getattr(Page.objects.get(slug=slug), f"title_{code}")
    assert page.html["lang"] == code
    assert page.h1.get_text() == title
    assert page.title.get_text().startswith(f"{title} – ")
    assert len(page.find_all("h1")) == 1


def test_a_page_says_when_it_was_last_updated(client, pages, today):
    Page.objects.get(slug="about").save()
    assert "Last updated 21 November 2026" in get(client, "/about/").get_text()


def test_a_page_that_is_not_written_is_not_found(client, db):
    get(client, "/about/", 404)


def test_an_address_like_a_pages_is_not_found(client, pages):
    get(client, "/about-us/", 404)
    get(client, "/home/", 404)


def test_a_page_sets_no_cookie_and_may_be_kept_a_minute(client, pages):
    response = client.get("/privacy/")
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60" or "max-age=60" in response["Cache-Control"]


def test_a_page_is_one_statement(client, pages, django_assert_num_queries):
    basemap.sheet()  # read once a minute, for the footer
    with django_assert_num_queries(1):
        client.get("/become/")


def test_what_the_team_writes_is_what_people_read(client, pages):
    Page.objects.filter(slug="about").update(title_en="Who we are", body_en="## Hello\n\nWe moved.")
    page = get(client, "/about/")
    assert page.h1.get_text() == "Who we are"
    assert page.find("h2", id="hello").find_next("p").get_text() == "We moved."


def test_an_english_page_on_a_welsh_address_is_marked_english(client, pages):
    Page.objects.filter(slug="about").update(body_cy="")
    page = get(client, "/cy/about/")
    assert page.html["lang"] == "cy"
    assert page.h1.find_parent(lang=True)["lang"] == "en"
    assert page.select_one(".prose")["lang"] == "en"


def test_how_to_reach_the_team_comes_from_the_scheme_and_not_from_the_page(client, pages, settings):
    contact = dataclasses.replace(settings.SCHEME.contact, phone="01632 960999", email="new@example.org")
    settings.SCHEME = dataclasses.replace(settings.SCHEME, contact=contact)
    text = get(client, "/contact/").get_text()
    assert "01632 960999" in text.split("Worried about someone?")[0]
    assert "new@example.org" in text
    assert settings.SCHEME.contact.safeguarding_phone in text
    assert "999" in text


def test_every_link_of_every_page_leads_somewhere(client, pages):
    for address in [f"{prefix}/{slug}/" for prefix in ("", "/cy") for slug in PAGES]:
        for link in get(client, address).select(".prose a[href]"):
            parts = urlsplit(link["href"])
            if parts.scheme:
                assert parts.scheme == "https", link
                continue
            assert parts.path.startswith("/cy/") == address.startswith("/cy/"), link
            target = get(client, parts.path)
            assert not parts.fragment or target.find(id=parts.fragment), link


def test_no_page_has_the_same_id_twice(client, pages):
    for slug in PAGES:
        ids = [tag["id"] for tag in get(client, f"/{slug}/").find_all(id=True)]
        assert len(ids) == len(set(ids)), slug


def test_a_scheme_without_welsh_has_no_welsh_address(tmp_path):
    environment = os.environ | {"SCHEME": "somerset", "VAR_DIR": str(tmp_path), "DATABASE_URL": "sqlite://:memory:"}
    code = (
        "import django; django.setup()\n"
        "from django.urls import resolve, Resolver404\n"
        "from django.utils.translation import activate\n"
        "print(resolve('/about/').view_name)\n"
        "try: resolve('/cy/about/')\n"
        "except Resolver404: print('not found')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["content:about", "not found"]


# --- the first texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "slug", "code"), EACH_TEXT)
def test_each_schemes_first_texts_are_whole(settings, name, slug, code):
    settings.SCHEME = SCHEMES[name]
    words = seeds.words(slug, on=DAY)
    needed = ("title", "summary") if slug == "home" else ("title", "summary", "body")
    assert all(words[f"{field}_{code}"] for field in needed)
    assert not re.search(r"[{}]|%|\bNone\b", "".join(words.values()))
    seeds.page(slug, on=DAY).full_clean(validate_unique=False, validate_constraints=False)


@pytest.mark.parametrize("name", ["monmouthshire", "flintshire"])
@pytest.mark.parametrize("slug", PAGES)
def test_the_welsh_text_has_every_part_of_the_english(settings, name, slug):
    settings.SCHEME = SCHEMES[name]
    words = seeds.words(slug, on=DAY)
    shapes = [
        [tag.name for tag in BeautifulSoup(render(words[f"body_{code}"], code), "html.parser").find_all(True)]
        for code in ("en", "cy")
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("name", "says", "never"),
    [
        (
            "monmouthshire",
            ["micro carer", "Care Inspectorate Wales"],
            ["CQC", "Village Agent", "health budget", "quality standards"],
        ),
        (
            "flintshire",
            ["Micro-Carer", "Care Inspectorate Wales", "up to five", "one-page profile"],
            ["CQC", "Village Agent"],
        ),
        (
            "somerset",
            ["micro-provider", "CQC", "Village Agent", "health budget", "quality standards"],
            ["CIW", "Wales", "micro carer"],
        ),
    ],
)
def test_each_scheme_speaks_of_its_own_law_and_in_its_own_words(settings, name, says, never):
    settings.SCHEME = SCHEMES[name]
    text = "".join(seeds.words(slug, on=DAY)[f"{field}_en"] for slug in PAGES for field in ("title", "body"))
    assert all(word in text for word in says)
    assert not any(word in text for word in never)


@pytest.mark.parametrize("name", SCHEMES)
def test_no_first_text_freezes_a_way_to_reach_the_team(settings, name):
    settings.SCHEME = SCHEMES[name]
    text = "".join("".join(seeds.words(slug, on=DAY).values()) for slug in SLUGS)
    contact = settings.SCHEME.contact
    for way in (contact.phone, contact.email, contact.safeguarding_phone, contact.out_of_hours_phone):
        assert way not in text


def test_the_first_texts_link_only_to_what_exists():
    with override("en"):
        text = "".join("".join(seeds.words(slug, on=DAY).values()) for slug in PAGES)
    for gone in ("/shortlist/", "/check/", "/my/"):
        assert f"]({gone}" not in text


def test_the_accessibility_statement_says_what_the_regulations_ask():
    body = seeds.words("accessibility", on=DAY)["body_en"]
    for part in (
        "(No. 2) Accessibility Regulations 2018",
        "partially compliant",
        "Content that is not accessible",
        "Equality Advisory and Support Service",
        "prepared on 21 November 2026",
        "Tell us about a problem",
    ):
        assert part in body


# --- load_pages ------------------------------------------------------------------------------------------


def load_pages(**options):
    call_command("load_pages", stdout=StringIO(), **options)


def test_loading_twice_changes_nothing(pages):
    before = list(Page.objects.values())
    load_pages()
    assert list(Page.objects.values()) == before
    assert len(before) == len(SLUGS)


def test_loading_never_overwrites_what_the_team_wrote(pages):
    Page.objects.filter(slug="about").update(title_en="Ours")
    Page.objects.filter(slug="become").delete()
    load_pages()
    assert Page.objects.get(slug="about").title_en == "Ours"
    assert Page.objects.get(slug="become").title_en == "Become a micro carer"


def test_a_page_is_put_back_only_when_asked_for_by_name(pages):
    Page.objects.filter(slug__in=["about", "become"]).update(title_en="Ours")
    load_pages(reset="about")
    assert Page.objects.get(slug="about").title_en == "About micro care"
    assert Page.objects.get(slug="become").title_en == "Ours"


def test_putting_back_keeps_the_teams_words_in_the_history(pages):
    page = Page.objects.get(slug="about")
    page.title_en = "Ours"
    page.save()
    load_pages(reset="about")
    assert [version.title_en for version in page.history.all()] == ["About micro care", "Ours", "About micro care"]


def test_an_unknown_page_cannot_be_put_back(pages):
    with pytest.raises(CommandError, match="shortlist"):
        call_command("load_pages", "--reset", "shortlist")


# --- the team edits --------------------------------------------------------------------------------------


def edit(client, page, **changes):
    return client.post(f"/admin/content/page/{page.pk}/change/", words_of(page, **changes))


def test_an_edit_is_kept_with_who_made_it(client, pages, editor):
    client.force_login(editor)
    page = Page.objects.get(slug="about")
    assert edit(client, page, title_en="Who we are").status_code == 302
    latest = page.history.first()
    assert (latest.title_en, latest.history_user) == ("Who we are", editor)


def test_the_history_shows_what_changed(client, pages, editor):
    client.force_login(editor)
    page = Page.objects.get(slug="about")
    edit(client, page, title_en="Who we are")
    history = get(client, f"/admin/content/page/{page.pk}/history/").get_text()
    assert "Who we are" in history
    assert "About micro care" in history


@pytest.mark.parametrize("field", ["title_cy", "summary_cy", "body_cy"])
def test_a_page_without_its_welsh_is_sent_back(client, pages, editor, field):
    client.force_login(editor)
    page = Page.objects.get(slug="about")
    response = edit(client, page, **{field: " "})
    assert "Write the Welsh too." in response.content.decode()
    assert getattr(Page.objects.get(slug="about"), field)


def test_a_scheme_without_welsh_asks_for_none(settings):
    settings.SCHEME = SCHEMES["somerset"]
    seeds.page("about", on=DAY).clean()
    with pytest.raises(ValidationError):
        Page(slug="about", title_en="About", summary_en="s").clean()


def test_both_languages_stand_side_by_side(client, pages, editor):
    client.force_login(editor)
    form = get(client, f"/admin/content/page/{Page.objects.get(slug='about').pk}/change/")
    row = form.select_one(".field-body_en")
    assert row.find("textarea", {"name": "body_en"})
    assert row.find("textarea", {"name": "body_cy"})
    assert {link["href"] for link in form.select(".field-look a")} == {"/about/", "/cy/about/"}


def test_pages_are_neither_added_nor_deleted_nor_moved(client, pages, editor):
    client.force_login(editor)
    page = Page.objects.get(slug="about")
    get(client, "/admin/content/page/add/", 403)
    get(client, f"/admin/content/page/{page.pk}/delete/", 403)
    edit(client, page, slug="about-us")
    assert Page.objects.filter(slug="about").exists()


def test_somebody_who_is_not_of_the_team_cannot_edit(client, pages, django_user_model):
    client.force_login(django_user_model.objects.create_user("bryn@example.org"))
    page = Page.objects.get(slug="about")
    assert edit(client, page, title_en="Mine").status_code == 302
    assert Page.objects.get(slug="about").title_en != "Mine"


def test_a_text_too_long_to_draw_quickly_is_sent_back(pages):
    page = Page.objects.get(slug="about")
    page.body_en = "a" * 50_001
    with pytest.raises(ValidationError, match="50000"):
        page.full_clean()


def test_the_database_holds_each_page_once_and_with_a_title(pages, transactional_db):
    with pytest.raises(IntegrityError):
        Page.objects.create(slug="about", title_en="Again", summary_en="s")


def test_the_database_refuses_a_page_without_a_title(db):
    with pytest.raises(IntegrityError):
        Page.objects.create(slug="about", title_en="", summary_en="s")
