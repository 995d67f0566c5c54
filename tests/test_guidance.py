"""What a carer is told at each task: there for every requirement, in both languages, in the scheme's own words."""

import re
import tomllib
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import resolve
from django.utils.translation import override

from accounts.models import User
from microcare.scheme import load
from onboarding import guidance
from onboarding.requirements import FILE

SCHEMES = {slug: load(slug) for slug in ("monmouthshire", "flintshire", "somerset")}
SLUGS = list(tomllib.loads(FILE.read_text(encoding="utf-8")))
TEXTS = [*SLUGS, "business-basics"]
EACH = [
    (name, slug, code)
    for name, scheme in SCHEMES.items()
    for slug in scheme.requirements.by_slug
    for code in scheme.languages
]
FILES = sorted([*guidance.FOLDER.iterdir(), *guidance.AGREEMENTS.iterdir()])


def shown(settings, scheme, slug, code):
    settings.SCHEME = SCHEMES[scheme]
    with override(code):
        html = guidance.guidance(settings.SCHEME.requirements[slug])
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("slug", TEXTS)
@pytest.mark.parametrize("code", ["en", "cy"])
def test_every_requirement_has_its_guidance_in_both_languages(slug, code):
    assert (guidance.FOLDER / f"{slug}.{code}.md").exists()


def test_there_is_none_for_what_nobody_asks_for():
    assert {file.name.split(".")[0] for file in FILES} <= set(TEXTS)


@pytest.mark.parametrize(("scheme", "slug", "code"), EACH)
def test_every_word_is_filled_in_and_it_is_short(settings, scheme, slug, code):
    text = shown(settings, scheme, slug, code).get_text(" ")
    assert not re.search(r"{{|}}|{%|\bNone\b|\*\*", text)
    words = len(text.split("What you agree to")[0].split("Yr hyn rydych yn cytuno iddo")[0].split())
    assert 60 <= words <= 330


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_text_names_a_scheme(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"Monmouthshire|Flintshire|Somerset|Fynwy|Fflint|[Mm]e?icro-|micro-provider", text)


@pytest.mark.parametrize(("scheme", "slug", "code"), EACH)
def test_links_lead_to_pages_here_or_by_https(settings, scheme, slug, code):
    for link in shown(settings, scheme, slug, code).find_all("a"):
        address = urlsplit(link["href"])
        if address.scheme:
            assert address.scheme == "https"
        else:
            with override(code):
                assert resolve(address.path)
            assert address.path.startswith("/cy/") is (code == "cy")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_scheme_s_own_numbers_are_said(settings, scheme):
    requirements = SCHEMES[scheme].requirements
    assert (
        requirements["public-liability"].on_panel()["detail_en"]
        in shown(settings, scheme, "public-liability", "en").text
    )
    months = requirements["enhanced-dbs"].months
    assert f"after {months} months" in shown(settings, scheme, "enhanced-dbs", "en").text


NEVER_SENT = {
    "en": ("21 January 2026", "umbrella body", "30 days", "date on the certificate", "Do not upload it here"),
    "cy": ("21 Ionawr 2026", "corff ymbarél", "30 diwrnod", "dyddiad ar y dystysgrif", "Peidiwch â’i huwchlwytho"),
}


@pytest.mark.parametrize("code", ["en", "cy"])
def test_a_dbs_certificate_is_shown_and_never_sent(settings, code):
    text = shown(settings, "monmouthshire", "enhanced-dbs", code).text
    assert [phrase for phrase in NEVER_SENT[code] if phrase not in text] == []


def test_the_tax_reference_is_never_asked_for(settings):
    assert "Never send us your tax reference" in shown(settings, "somerset", "hmrc", "en").text


def test_what_is_agreed_to_by_ticking_stands_below_its_guidance(settings):
    page = shown(settings, "somerset", "quality-standards", "en")
    assert page.find("h2").get_text() == "What you agree to"
    assert SCHEMES["somerset"].council.en in page.get_text()
    assert len(page.find_all("ol")[-1].find_all("li")) >= 10


@pytest.mark.parametrize(
    ("address", "title"), [("/my/guide/", "Business basics"), ("/cy/my/guide/", "Hanfodion busnes")]
)
def test_the_business_basics_have_a_page_for_whoever_is_signed_in(client, db, address, title):
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("carys@example.org"))
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert page.h1.get_text() == title
    assert len(page.select(".prose h2")) >= 6
    own = [link["href"] for link in page.select(".prose a") if link["href"].startswith("/")]
    assert own
    with override(page.html["lang"]):
        assert all(resolve(href) for href in own)
