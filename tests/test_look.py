"""The frame of every page: the scheme's colours, the languages, the way past the header, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string

from directory import basemap
from directory.models import PostcodeLoad
from microcare import look, scheme, views
from microcare.context import portal

STATIC = Path(settings.BASE_DIR) / "static"
SCHEMES = ["monmouthshire", "flintshire", "somerset"]


def frame(rf, address="/about/?from=home"):
    request = rf.get(address)
    context = {**portal(request), "request": request, "base_map": None}
    return BeautifulSoup(render_to_string("base.html", context), "html5lib")


@pytest.mark.parametrize("slug", SCHEMES)
def test_the_stylesheet_has_the_schemes_colours(settings, slug):
    settings.SCHEME = scheme.load(slug)
    css = look.stylesheet()
    for colour in settings.SCHEME.brand.values():
        assert colour in css
    assert f"--govuk-brand-colour: {settings.SCHEME.brand['brand']};" in css


def test_the_stylesheet_is_kept_for_ever_under_an_address_that_changes_with_it(client, rf):
    address = frame(rf).select_one("link[href^='/scheme.css']")["href"]
    response = client.get(address)
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]
    assert not response.cookies
    assert re.fullmatch(r"/scheme\.css\?v=[0-9a-f]{12}", address)


@pytest.mark.parametrize("path", ["/scheme.css", "/scheme.css?v=000000000000", "/favicon.svg", "/favicon.svg?v="])
def test_under_any_other_address_it_is_asked_for_again(client, path):
    assert client.get(path)["Cache-Control"] == "no-cache"


def test_the_icon_is_kept_for_ever_too(client, rf):
    assert "immutable" in client.get(frame(rf).select_one("link[rel=icon]")["href"])["Cache-Control"]


def test_the_icon_is_the_schemes_own(client):
    response = client.get("/favicon.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert settings.SCHEME.brand["brand"] in response.content.decode()


def test_each_language_leads_to_this_page_with_its_query(rf):
    soup = frame(rf)
    assert soup.select_one(".govuk-language-navigation a")["href"] == "/cy/about/?from=home"


def test_search_engines_learn_the_twin_of_a_page_and_never_of_a_question(rf):
    """A question holds somebody's postcode."""
    assert not frame(rf).select("link[rel=alternate]")
    alternates = {link["hreflang"]: link["href"] for link in frame(rf, "/about/").select("link[rel=alternate]")}
    assert alternates == {"en": "http://testserver/about/", "cy": "http://testserver/cy/about/"}


def test_a_scheme_of_one_language_shows_no_language_links(rf, settings):
    settings.LANGUAGES = [("en", "English")]
    soup = frame(rf)
    assert not soup.select(".govuk-language-navigation, link[rel=alternate]")


def test_the_skip_link_leads_past_the_header_and_the_title_names_council_and_directory(rf):
    soup = frame(rf)
    assert soup.body.a["href"] == f"#{soup.main['id']}"
    assert soup.title.text.endswith(f" – {settings.SCHEME.name} – {settings.SCHEME.council}")


def test_the_menu_shows_open_without_a_script(rf):
    soup = frame(rf)
    assert soup.select_one(".govuk-service-navigation__toggle").has_attr("hidden")
    assert not soup.select_one(".govuk-service-navigation__list").has_attr("hidden")


def test_a_long_number_is_spaced_and_can_be_rung():
    link = BeautifulSoup(render_to_string("components/phone.html", {"number": "07700900142"}), "html5lib").a
    assert (link.text, link["href"]) == ("07700 900142", "tel:+447700900142")


def test_what_is_not_a_number_stays_as_it_came():
    link = BeautifulSoup(render_to_string("components/phone.html", {"number": "ask us"}), "html5lib").a
    assert link.text == "ask us"


def footer(client, path="/find/"):
    return BeautifulSoup(client.get(path).content, "html5lib").select_one("footer").text


@pytest.fixture
def loaded(usk):
    """Postcodes of 2024, loaded later."""
    basemap.build()
    attribution = "Contains OS data © Crown copyright and database right 2024. Contains National Statistics data 2024."
    return PostcodeLoad.objects.create(source="test", attribution=attribution, rows=1, skipped=0)


@pytest.mark.parametrize("path", ["/find/", "/cy/find/"])
def test_the_footer_names_the_year_of_the_postcodes_that_are_loaded(client, today, loaded, path):
    assert footer(client, path).count("2024") == 3
    assert "2026" not in footer(client, path)


def test_where_the_data_names_no_year_it_is_that_of_the_load(client, today, loaded):
    PostcodeLoad.objects.update(attribution="Contains OS data.")
    assert footer(client).count("2026") == 3


def test_without_postcodes_the_footer_names_nobodys_data(client, today, db):
    assert "Crown copyright" not in footer(client)


def test_the_footer_costs_no_statement_of_its_own(client, today, loaded, django_assert_num_queries):
    footer(client)
    with django_assert_num_queries(0):
        assert "2024" in render_to_string("components/footer.html", {"base_map": basemap.sheet, "footer_links": []})


@pytest.mark.parametrize(
    "name", re.findall(r'name == "(\w+)"', (STATIC.parent / "templates/components/icon.html").read_text())
)
def test_each_icon_is_drawn_and_is_not_announced(name):
    svg = BeautifulSoup(render_to_string("components/icon.html", {"name": name}), "html5lib").svg
    assert svg["aria-hidden"] == "true"
    assert svg.find(["path", "circle"])


def test_an_error_page_of_a_one_language_scheme_has_no_welsh(rf, settings):
    settings.LANGUAGES = [("en", "English")]
    page = views.not_found(rf.get("/nothing/"), Http404()).content.decode()
    assert "Cymraeg" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/find/?place=Nowhere+At+All", "/find/?place=usk&need=hoisting"])
def test_a_number_in_a_sentence_can_be_rung(client, address):
    link = BeautifulSoup(client.get(address).content, "html5lib").select_one("main .phone")
    assert link["href"] == f"tel:+44{settings.SCHEME.contact.phone.replace(' ', '')[1:]}"
