"""The home page: the promise, the search, what is checked, and counts that are true today."""

from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

from content.models import Page
from directory import services
from directory.counts import counts
from directory.vocabulary import HEADINGS, details
from tests.builders import BY, TODAY, make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def home(client, address="/"):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def count_of(page, need):
    link = page.select_one(f'.help-list a[href$="?need={need}"]')
    return int(link.find_next(class_="help-list__count").find(string=True))


def by_heading(slug, on=TODAY):
    return next(row.count for row in counts(on).headings if row.service.slug == slug)


def by_town(slug, on=TODAY):
    return next(row.count for row in counts(on).towns if row.place.slug == slug)


def test_home_stands_on_an_empty_database(client):
    page = home(client)
    assert page.h1.get_text() == "Find someone local to help you at home"
    assert "Nobody is listed yet" in page.get_text()


def test_home_stands_in_welsh_on_an_empty_database(client):
    page = home(client, "/cy/")
    assert page.html["lang"] == "cy"
    assert page.h1.get_text() == "Dewch o hyd i rywun lleol i’ch helpu gartref"


def test_the_promise_is_the_teams_own(client):
    call_command("load_pages", stdout=StringIO())
    Page.objects.filter(slug="home").update(title_en="Help, near you", summary_en="We check.")
    page = home(client)
    assert page.h1.get_text() == "Help, near you"
    assert page.select_one(".hero__lead").get_text() == "We check."
    assert page.title.get_text().startswith("Help, near you – ")


def test_the_search_leads_to_the_results(client):
    form = home(client).select_one("main form")
    assert (form["action"], form["method"]) == ("/find/", "get")
    assert [field["name"] for field in form.select("[name]")] == ["q", "place"]
    assert len(form.select("datalist option")) == len(HEADINGS)
    assert home(client, "/cy/").select_one("main form")["action"] == "/cy/find/"


def test_every_field_has_its_label(client):
    page = home(client)
    for field in page.select("main input"):
        assert page.find("label", attrs={"for": field["id"]}).get_text(strip=True)


def test_home_says_how_many_there_are(client):
    make_listing("Bryn Lewis")
    make_listing("Carys Pugh", base="chepstow")
    assert "2 micro carers in Monmouthshire" in home(client).select_one("figcaption").get_text()


def test_one_is_said_as_one(client):
    make_listing("Bryn Lewis")
    assert "1 micro carer in Monmouthshire" in home(client).select_one("figcaption").get_text()


def test_each_kind_of_help_says_how_many_offer_it_and_leads_to_them(client):
    make_listing("Bryn Lewis", offers=["companionship"])
    make_listing("Carys Pugh", offers=["companionship", "gardening"])
    page = home(client)
    assert count_of(page, "companionship") == 2
    assert count_of(page, "gardening") == 1
    assert count_of(page, "personal-care") == 0
    assert len(page.select(".help-list > li")) == len(HEADINGS)


def test_only_those_the_public_may_see_are_counted(client):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    make_listing("Live")
    make_listing("Draft", published=False)
    make_listing("Lapsed", checked_until=yesterday)
    make_listing("Not yet", checked_from=tomorrow)
    services.pause(make_listing("Paused"), by=BY, until=tomorrow, on=TODAY)
    services.suspend(make_listing("Suspended"), by=BY)
    services.end(make_listing("Ended"), by=BY)
    assert counts(TODAY).total == 1
    assert by_heading("companionship") == 1
    assert by_town("usk") == 1


def test_a_kind_of_help_counts_only_on_its_own_days():
    lapsed = {"gardening": (TODAY - timedelta(days=60), TODAY - timedelta(days=1))}
    make_listing(offers=["companionship", "gardening"], service_dates=lapsed)
    assert by_heading("gardening") == 0
    assert by_heading("gardening", on=TODAY - timedelta(days=1)) == 1
    assert by_heading("companionship") == 1


def test_somebody_with_two_details_of_a_kind_of_help_counts_once():
    heading = next(heading for heading in HEADINGS if len(details(heading.slug)) > 1)
    first, second = details(heading.slug)[:2]
    make_listing(offers=[first.slug, second.slug])
    assert by_heading(heading.slug) == 1


def test_a_town_counts_who_comes_to_it():
    make_listing("Near", base="usk", miles=1)
    make_listing("Far", base="chepstow", miles=40)
    make_listing("Everywhere", base="caldicot", miles=1, whole_area=True)
    assert by_town("usk") == 3
    assert by_town("caldicot") == 2
    assert counts(TODAY).total == 3


def test_towns_count_as_the_search_finds(settings):
    from directory.search import candidates

    for miles in (1, 4, 9, 15, 40):
        for base in ("usk", "chepstow", "abergavenny"):
            make_listing(f"{base} {miles}", base=base, miles=miles, whole_area=miles == 4)
    for town in counts(TODAY).towns:
        from directory.places import find_place

        spot = find_place(str(town.place.name))
        assert town.count == len(candidates(spot, on=TODAY)), town.place.slug


def test_home_makes_few_statements_whatever_there_is(client, django_assert_max_num_queries):
    call_command("load_pages", stdout=StringIO())
    for number in range(12):
        make_listing(f"Carer {number}", offers=["companionship", "gardening"])
    client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/")


def test_home_sets_no_cookie_and_may_be_kept_a_minute(client):
    response = client.get("/")
    assert not response.cookies
    assert "max-age=60" in response["Cache-Control"]


def test_home_says_whom_to_ring_when_somebody_is_in_danger(client, settings):
    text = home(client).select_one(".doors").get_text()
    assert "999" in text
    assert settings.SCHEME.contact.safeguarding_phone in text


def test_home_leads_to_the_teams_pages(client):
    leads = {link["href"] for link in home(client, "/cy/").select("main a")}
    assert {"/cy/about/", "/cy/paying-for-care/", "/cy/become/", "/cy/contact/"} <= leads


def test_only_reading_is_answered(client):
    assert client.post("/").status_code in (403, 405)
