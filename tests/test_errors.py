"""Each page for what went wrong says so in the language of its address, says what to do next, and gives the phone."""

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation

from microcare import views

PHONE = settings.SCHEME.contact.phone
PAGES = {
    400: lambda request: views.bad_request(request, SuspiciousOperation()),
    403: lambda request: views.forbidden(request, PermissionDenied()),
    404: lambda request: views.not_found(request, Http404()),
    413: views.too_large,
    429: views.too_many,
    500: views.server_error,
}
TITLES = {
    400: "We could not read that request",
    403: "You cannot open this page",
    404: "Page not found",
    413: "That was too large to send",
    429: "Too many tries",
    500: "Sorry, there is a problem with this service",
}


def page(status, path="/nothing/"):
    response = PAGES[status](RequestFactory().get(path))
    assert response.status_code == status
    return BeautifulSoup(response.content, "html5lib")


@pytest.mark.parametrize("status", PAGES)
def test_it_names_what_happened_in_its_title_and_its_heading(status):
    soup = page(status)
    assert soup.h1.text == TITLES[status]
    assert soup.title.text.startswith(f"{TITLES[status]} – Micro Care Directory – ")


@pytest.mark.parametrize("status", PAGES)
def test_it_says_what_to_do_and_whom_to_ring(status):
    main = page(status).main
    assert len(main.select("p")) >= 3
    assert main.select_one("a[href^='tel:+44']").text.replace("\xa0", " ") == PHONE
    assert main.find("a", href="/")


@pytest.mark.parametrize("status", PAGES)
def test_it_is_kept_out_of_search_engines_and_names_no_other_page_as_itself(status):
    soup = page(status)
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert not soup.head.select("link[rel=alternate]")


@pytest.mark.parametrize("status", PAGES)
def test_under_cy_it_is_in_welsh_and_offers_english(status):
    soup = page(status, "/cy/dim/")
    assert soup.html["lang"] == "cy"
    assert soup.select_one(".govuk-language-navigation a")["href"] == "/dim/"
    assert soup.select_one(".govuk-generic-header").a.text.strip() == "Cyngor Sir Fynwy"


@pytest.mark.parametrize(("path", "language"), [("/nothing/", "en"), ("/cy/nothing/", "cy"), ("/cy/nothing", "cy")])
def test_an_address_where_nothing_is_answers_404_in_its_own_language(db, client, path, language):
    response = client.get(path, headers={"accept-language": "cy" if language == "en" else "en"}, follow=True)
    assert response.status_code == 404
    assert BeautifulSoup(response.content, "html5lib").html["lang"] == language


def test_an_error_page_sets_no_cookie(db, client):
    assert not client.get("/nothing/").cookies


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/cy//evil.example/", "/%2Fevil.example/"),
        ("/cynllun/", "/cy/cynllun/"),
        ("/nothing/?place=NP15+1AD&q=a", "/cy/nothing/?place=NP15+1AD&q=a"),
        ("/cy/dim/?q=%C5%B5", "/dim/?q=%C5%B5"),
        ("/a/cy/b/", "/cy/a/cy/b/"),
    ],
)
def test_the_other_language_is_the_same_address_on_this_site(db, client, address, link):
    soup = BeautifulSoup(client.get(address).content, "html5lib")
    assert soup.select_one(".govuk-language-navigation a")["href"] == link


@pytest.mark.parametrize("path", ["/cy//evil.example/", "//evil.example/"])
def test_no_page_ever_links_to_a_site_named_in_its_address(db, client, path):
    links = BeautifulSoup(client.get(path).content, "html5lib").select("[href]")
    assert links
    assert not [link["href"] for link in links if link["href"].startswith("//")]


QUERIES = {"q=" + "a" * 16_385: 414, "&".join(["q=a"] * 1001): 400, "q=" + "a" * 16_000: 200}


@pytest.mark.parametrize("query", QUERIES, ids=QUERIES.values())
def test_a_query_beyond_all_measure_is_refused_with_our_own_page(db, client, today, caplog, query):
    answer = client.get(f"/find/?{query}")
    assert answer.status_code == QUERIES[query]
    assert (TITLES[400] in answer.content.decode()) == (answer.status_code != 200)
    assert not [record for record in caplog.records if record.exc_info]


def test_too_many_fields_are_a_bad_request_where_nothing_was_sent(rf):
    assert views.bad_request(rf.get("/"), TooManyFieldsSent()).status_code == 400
    assert views.bad_request(rf.post("/"), TooManyFieldsSent()).status_code == 413


@pytest.mark.parametrize("exception", [RequestDataTooBig(), TooManyFilesSent()])
def test_what_is_too_large_is_called_so_and_not_a_bad_request(exception):
    assert views.bad_request(RequestFactory().post("/"), exception).status_code == 413


def test_a_body_that_is_too_large_is_answered_413(db, client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/admin/login/", {"username": "x" * 200})
    assert response.status_code == 413


def test_a_host_that_is_not_ours_is_answered_400(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert PHONE.encode() in response.content


def test_a_form_sent_without_its_token_is_answered_with_our_own_403(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert TITLES[403].encode() in response.content


def test_a_page_that_breaks_is_answered_with_our_own_500(monkeypatch, client):
    def broken(*args):
        raise RuntimeError

    client.raise_request_exception = False
    monkeypatch.setattr("microcare.look.stylesheet", broken)
    response = client.get("/scheme.css")
    assert response.status_code == 500
    assert TITLES[500].encode() in response.content


def test_the_500_page_needs_no_database(django_db_blocker, rf):
    with django_db_blocker.block():
        response = views.server_error(rf.get("/"))
    assert TITLES[500].encode() in response.content


def test_the_500_page_stands_when_the_templates_fail_too(monkeypatch, rf):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr(views, "render_to_string", broken)
    response = views.server_error(rf.get("/"))
    assert response.status_code == 500
    assert PHONE in response.content.decode()
    assert 'lang="cy"' in response.content.decode()


def test_the_language_of_the_thread_is_as_before(rf):
    with translation.override("en"):
        views.not_found(rf.get("/cy/nothing"), Http404())
        assert translation.get_language() == "en"
