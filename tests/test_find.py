"""The search page: what it says, what it never does, and what becomes of odd addresses."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test.utils import CaptureQueriesContext

from directory import search, services
from directory.models import BANDS, cell
from directory.query import LONGEST_TEXT
from tests.builders import BY, TODAY, make_listing, place_postcode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def get(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return BeautifulSoup(response.content, "html.parser")


def heading(client, address):
    return get(client, address).h1.get_text(strip=True)


def test_the_heading_and_the_title_carry_the_count(client):
    make_listing("Bryn Lewis")
    make_listing("Carys Pugh")
    page = get(client, "/find/?place=usk")
    assert page.h1.get_text(strip=True) == "2 micro carers who cover Usk"
    assert page.title.get_text().startswith("2 micro carers who cover Usk")


def test_one_is_said_as_one(client):
    make_listing("Bryn Lewis")
    assert heading(client, "/find/?place=usk") == "1 micro carer who covers Usk"


def test_the_welsh_page_is_the_same_page_in_welsh(client):
    make_listing("Bryn Lewis")
    page = get(client, "/cy/find/?place=usk&need=companionship")
    assert page.html["lang"] == "cy"
    assert "Brynbuga" in page.h1.get_text()
    assert page.select_one('a[hreflang="en"]')["href"].endswith("/find/?place=usk&need=companionship")


def test_a_postcode_is_searched_as_people_type_it(client, usk):
    make_listing("Bryn Lewis")
    assert heading(client, "/find/?place=np151ad+") == "1 micro carer who covers NP15 1AD"


def test_a_postcode_that_is_not_loaded_is_searched_from_its_middle_and_said(client, usk):
    make_listing("Bryn Lewis")
    page = get(client, "/find/?place=NP15+9ZZ")
    assert "searched from the middle of NP15" in page.main.get_text()
    assert page.select_one(".card")


def test_a_place_outside_the_area_shows_who_travels_there_and_says_so(client):
    place_postcode("BS1 1AA", 358_800, 173_100, inside=False)
    make_listing("Far Traveller", base="chepstow", miles=40)
    make_listing("Whole Area", base="chepstow", whole_area=True)
    page = get(client, "/find/?place=BS1+1AA")
    assert "is outside Monmouthshire" in page.main.get_text()
    assert [name.get_text() for name in page.select(".card h2")] == ["Far Traveller"]


def test_an_unknown_place_is_an_error_that_offers_the_nearest_names(client):
    page = get(client, "/find/?place=Abergaveny+Rd+XX&need=companionship")
    assert page.title.get_text().startswith("Error:")
    target = page.select_one(".govuk-error-summary a")["href"]
    assert page.select_one(target).name == "input"
    assert page.select_one("#place")["value"] == "Abergaveny Rd XX"
    assert page.select_one("input[name=need]")["value"] == "companionship"
    offered = [link["href"] for link in page.select(".results__list a")]
    assert any("place=Abergavenny" in address and "need=companionship" in address for address in offered)


def test_nobody_page_names_what_is_on_and_what_each_off_would_give(client):
    make_listing("Bryn Lewis", offers=["chat"])
    page = get(client, "/find/?place=usk&need=gardening")
    assert page.h1.get_text(strip=True) == "No micro carers found who cover Usk"
    widen = page.select_one(".widen li")
    assert "Gardening" in widen.get_text()
    assert "1 micro carer" in " ".join(widen.get_text().split())
    assert "01632" in page.main.get_text()


def test_those_who_do_not_say_they_come_have_a_heading_of_their_own(client):
    make_listing("Far Away", base="chepstow", miles=1)
    page = get(client, "/find/?place=usk")
    assert not page.select(".results__list > .cards .card")
    assert page.select_one("#near").parent.select_one(".card h3").get_text(strip=True) == "Far Away"


def test_free_words_are_understood_and_said(client):
    make_listing("Bryn Lewis", offers=["mowing"])
    make_listing("Carys Pugh", offers=["chat"])
    page = get(client, "/find/?q=gardner")
    assert [name.get_text(strip=True) for name in page.select(".card h2")] == ["Bryn Lewis"]
    assert "We took" in page.main.get_text()


def test_paused_lapsed_suspended_ended_and_draft_are_never_found(client):
    make_listing("Draft", published=False)
    make_listing("Lapsed", checked_until=TODAY - timedelta(days=1))
    make_listing("Paused", paused_until=TODAY + timedelta(days=1))
    services.suspend(make_listing("Suspended"), by=BY)
    services.end(make_listing("Ended"), by=BY)
    assert heading(client, "/find/?place=usk") == "No micro carers found who cover Usk"
    make_listing("Live")
    assert [name.get_text(strip=True) for name in get(client, "/find/?place=usk").select(".card h2")] == ["Live"]


def test_a_listing_taken_down_while_the_page_is_made_is_not_on_it(client, monkeypatch):
    make_listing("Bryn Lewis")
    suspended = make_listing("Carys Pugh")
    rows = search.candidates

    def then_suspend(*args, **kwargs):
        found = rows(*args, **kwargs)
        services.suspend(suspended, by=BY)
        return found

    monkeypatch.setattr(search, "candidates", then_suspend)
    page = get(client, "/find/?place=usk")
    assert [name.get_text(strip=True) for name in page.select(".card h2")] == ["Bryn Lewis"]


def test_a_lapse_hides_a_listing_on_the_day_after_its_last(client):
    make_listing("Last Day", checked_until=TODAY)
    assert heading(client, "/find/?place=usk") == "1 micro carer who covers Usk"


def test_pages_of_twenty_and_nothing_beyond_the_last(client):
    for number in range(21):
        make_listing(f"Carer {number:02}")
    first, second = (get(client, f"/find/?place=usk&page={number}") for number in (1, 2))
    names = {card.get_text() for page in (first, second) for card in page.select(".card h2")}
    assert (len(first.select(".card")), len(second.select(".card")), len(names)) == (20, 1, 21)
    assert "page 2 of 2" in second.title.get_text()
    for beyond in ("3", "1000001", "9" * 5000):
        get(client, f"/find/?place=usk&page={beyond}", status=404)


def test_at_most_six_statements_whatever_is_asked(client, usk):
    from django.db import connection

    for number in range(25):
        make_listing(f"Carer {number}", languages={"en": 4, "cy": 2}, offers=["chat", "mowing"])
    for address in (
        "/find/",
        "/find/?place=NP15+1AD",
        "/find/?place=NP15+9ZZ&need=companionship&day=mon&language=cy&q=carer&page=1",
        "/find/?place=NP15+1AD&need=hoisting",
        "/find/?place=Nowhere+At+All",
    ):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert len(captured) <= 6, (address, [query["sql"] for query in captured])


def test_no_cookie_is_set_and_no_session_is_read(client):
    response = client.get("/find/?place=usk")
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(
    "query",
    [
        "place=%00usk%00",
        "place=" + "x" * 10_000,
        "q=" + "%F0%9F%90%95" * 800,
        "q=%ff%fe%fa&place=%c3%28",
        "need=%00&need[]=x&day=--&time='%20or%201=1",
        "page=9999999999999999999999",
        "page=-1&within=-5&level=0",
        "place=%3Cscript%3Ealert(1)%3C/script%3E",
        "&".join(f"need=x{number}" for number in range(500)),
    ],
)
def test_odd_questions_get_a_page(client, query):
    response = client.get(f"/find/?{query}")
    assert response.status_code == (404 if "page=99" in query else 200)
    assert b"<script>alert" not in response.content
    assert b"\x00" not in response.content


def test_what_was_typed_is_kept_in_the_form(client):
    make_listing("Bryn Lewis")
    page = get(
        client, "/find/?place=usk&q=company&need=companionship&day=mon&language=cy&level=3&within=5&sort=nearest"
    )
    checked = {box["id"] for box in page.select("input[checked]")}
    assert {"need-companionship", "day-mon"} <= checked
    assert page.select_one("#place")["value"] == "usk"
    assert page.select_one("#q")["value"] == "company"
    chosen = {box.parent["id"]: box["value"] for box in page.select("option[selected]")}
    assert chosen == {"level": "3", "within": "5"}
    assert page.select_one("input[name=sort]")["value"] == "nearest"


def test_very_long_text_is_cut(client):
    page = get(client, "/find/?q=" + "gardening+" * 200)
    assert len(page.select_one("#q")["value"]) <= LONGEST_TEXT


def test_every_card_gives_the_same_order_of_facts(client):
    make_listing("Bryn Lewis")
    make_listing("Carys Pugh", price_hour=None, capacity="full", photo=None)
    cards = get(client, "/find/?place=usk").select(".card")
    shapes = [[part["class"][0] for part in card.find_all(recursive=False)] for card in cards]
    assert shapes[0] == shapes[1]


def test_a_name_is_found_without_its_accents(client):
    make_listing("Siân Lewis")
    assert heading(client, "/find/?q=sian") == "1 micro carer in Monmouthshire"
    assert heading(client, "/find/?q=Sia%CC%82n") == "1 micro carer in Monmouthshire"


def test_outside_with_nobody_does_not_say_that_anybody_travels_there(client):
    place_postcode("BS1 1AA", 358_800, 173_100, inside=False)
    page = get(client, "/find/?place=BS1+1AA")
    assert "is outside Monmouthshire" in page.main.get_text()
    assert "travel there" not in page.main.get_text()


def test_within_needs_a_place_and_is_left_out_without_one(client):
    make_listing("Bryn Lewis")
    page = get(client, "/find/?within=3")
    assert not page.select(".chip")
    assert page.select(".card")


def test_the_level_of_a_language_stands_in_its_tag(client):
    make_listing("Bryn Lewis", languages={"cy": 4})
    assert (
        "Cymraeg (Welsh): Fluent or better" in get(client, "/find/?language=cy&level=3").select_one(".chip").get_text()
    )


def test_the_link_to_a_carer_without_a_question_is_the_plain_address(client):
    make_listing("Bryn Lewis")
    assert get(client, "/find/").select_one(".card__name a")["href"] == "/carers/bryn-lewis/"


@pytest.mark.parametrize("q", ["cleaning in Usk", "cleaner usk", "glanhau ym Mrynbuga", "cleaning NP15 1AD"])
def test_a_place_among_the_free_words_is_taken_as_the_place(client, usk, q):
    make_listing("Bryn Lewis", offers=["regular-cleaning"])
    make_listing("Far Away", offers=["regular-cleaning"], base="abergavenny", miles=1)
    page = get(client, f"/find/?q={q}")
    assert [name.get_text() for name in page.select(".results__list > .cards .card__name")] == ["Bryn Lewis"]
    assert page.select_one("#place")["value"] in ("Usk", "NP15 1AD")


def test_a_place_alone_in_the_first_box_is_the_place(client):
    make_listing("Bryn Lewis")
    page = get(client, "/find/?q=usk")
    assert page.h1.get_text(strip=True) == "1 micro carer who covers Usk"
    assert page.select_one("#q")["value"] == ""


def test_times_in_free_words_are_understood_and_said(client):
    make_listing("Evenings", works=cell(1, BANDS.index("evening")))
    make_listing("Mornings", works=cell(1, BANDS.index("morning")))
    page = get(client, "/find/?q=company+in+the+evening&place=usk")
    assert [name.get_text() for name in page.select(".card__name")] == ["Evenings"]
    assert "Evenings" in page.select_one(".said").get_text()


def test_words_are_matched_from_their_beginning(client):
    make_listing("Siân Lewis")
    make_listing("Catrin Morgan", about_en="I worked for an asiantaeth.")
    assert heading(client, "/find/?q=sian") == "1 micro carer in Monmouthshire"


def test_words_that_say_nothing_are_said_to_be_left_out(client):
    make_listing("Bryn Lewis")
    assert "left it out" in get(client, "/find/?q=%F0%9F%90%95").main.get_text()


def test_a_postcode_far_away_is_not_called_misspelt(client, usk):
    page = get(client, "/find/?place=SW1A+1AA")
    assert "more than 20 miles from Monmouthshire" in page.main.get_text()


def test_an_outward_code_alone_is_searched_from_its_middle(client, usk):
    make_listing("Bryn Lewis")
    assert "We do not have" not in get(client, "/find/?place=np15").main.get_text()
