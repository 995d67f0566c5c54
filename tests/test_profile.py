"""A carer's page: what they offer, what was checked and what was not, how to get in touch, and nothing private."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.conf import settings as project
from django.utils.timezone import localdate

from directory import services
from directory.places import Spot
from directory.profile import Profile, reaches
from tests.builders import BY, TODAY, make_listing, place

pytestmark = pytest.mark.django_db

CHECKS = [
    {"what_en": "Identity", "what_cy": "Hunaniaeth", "detail_en": "Photo identity", "seen_on": date(2025, 2, 12)},
    {"what_en": "Public liability insurance", "seen_on": date(2026, 3, 30), "next_due": date(2027, 3, 29)},
    {"what_en": "Code of Practice", "seen_on": date(2026, 1, 6), "when_it_changes": True},
]


@pytest.fixture
def page(client, today):
    """`page("bryn-lewis", "/cy")`: the text of a profile, whole dates with plain spaces."""

    def read(slug="bryn-lewis", prefix="", query=""):
        answer = client.get(f"{prefix}/carers/{slug}/{query}")
        assert answer.status_code == 200
        return answer.content.decode().replace("\xa0", " ")

    return read


def words(html):
    """What is read of a page: its body without tags, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


# --- who and how to get in touch -------------------------------------------------------------------------


def test_the_title_says_who_and_from_where(page):
    make_listing()
    assert "<title>Bryn Lewis, Usk – Micro Care Directory – Monmouthshire County Council</title>" in page()


def test_the_phone_number_is_spaced_and_can_be_rung(page):
    make_listing(phone="07700900142")
    assert re.search(r'<a [^>]*href="tel:\+447700900142"[^>]*>07700 900142</a>', page())


def test_every_way_to_get_in_touch_is_shown(page):
    make_listing(email="bryn@example.org", website="https://example.org/bryn", contact_hours_en="After 6pm")
    html = page()
    assert 'href="mailto:bryn@example.org"' in html
    assert 'href="https://example.org/bryn"' in html
    assert "After 6pm" in html


def test_somebody_who_gives_no_way_is_reached_through_the_team(page):
    make_listing(phone="")
    assert "Ring the team on 01632 960118 to be put in touch with Bryn." in words(page())


def test_the_base_and_the_reach_are_said(page):
    make_listing(miles=8)
    assert "Micro carer from the Usk area, travels up to 8 miles." in words(page())


def test_a_carer_of_the_whole_area_says_so(page):
    make_listing(whole_area=True)
    assert "covers all of Monmouthshire." in words(page())


@pytest.fixture
def teams(settings):
    """A scheme in which several may work together."""
    settings.SCHEME = replace(settings.SCHEME, max_workers=3)


def test_a_team_says_how_many_they_are(page, teams):
    make_listing(team_size=3)
    assert "A team of 3." in page()


# --- the place somebody asked about ----------------------------------------------------------------------


def test_whoever_asked_about_a_postcode_reads_whether_it_is_covered(page, usk):
    make_listing(base="usk")
    assert "Covers NP15 1AD." in page(query="?place=np151ad")


def test_a_place_outside_the_reach_is_not_called_covered(page):
    make_listing(base="usk", miles=1)
    html = page(query="?place=Chepstow")
    assert "Covers Chepstow." not in html
    assert "Chepstow is outside this area. Ask before you plan on it." in html


@pytest.mark.parametrize("query", ["", "?place=nowhere+at+all", "?place=%00", "?place=" + "x" * 10_000])
def test_without_a_known_place_nothing_is_said_of_it(page, query):
    make_listing()
    assert "Covers " not in page(query=query)


@pytest.mark.parametrize(("metres", "covered"), [(8046, True), (8047, False)])
def test_five_miles_are_8046_metres(metres, covered):
    listing = make_listing(miles=5)
    spot = Spot("", listing.easting + metres, listing.northing, True, False, True, "")
    assert reaches(listing, spot) is covered


@pytest.mark.parametrize("inside", [True, False])
def test_the_whole_area_is_the_schemes_own(inside):
    listing = make_listing(whole_area=True)
    spot = Spot("", listing.easting, listing.northing, inside, False, True, "")
    assert reaches(listing, spot) is inside


def test_the_way_back_keeps_the_search(page):
    make_listing()
    html = page(query="?place=usk&need=companionship&page=2")
    assert 'href="/find/?place=usk&amp;need=companionship&amp;page=2">Back to results' in html


def test_whoever_came_from_elsewhere_is_offered_the_search(page):
    make_listing()
    assert "Back to results" not in page()
    assert re.search(r'class="govuk-back-link" href="/find/">Find a micro carer', page())


def test_the_way_back_takes_nothing_it_does_not_know(page):
    make_listing()
    back = re.search(r'class="govuk-back-link" href="([^"]*)"', page(query="?place=usk&next=//evil.example"))[1]
    assert back == "/find/?place=usk"


# --- trust -----------------------------------------------------------------------------------------------


def test_each_check_has_when_it_was_seen_and_when_it_is_due(page):
    make_listing(checks=CHECKS)
    text = words(page())
    assert "Identity Photo identity Seen 12 February 2025 Once only" in text
    assert "Public liability insurance Seen 30 March 2026 Next due 29 March 2027" in text
    assert "Code of Practice Seen 6 January 2026 When it changes" in text


def test_the_next_check_and_what_follows_are_said(page):
    make_listing(checks=CHECKS, checked_until=date(2027, 3, 29))
    text = words(page())
    assert "All 3 checks are in date. Next due: Public liability insurance, 29 March 2027." in text
    assert "this page comes down the next day" in text


def test_a_check_that_hides_nothing_does_not_say_that_it_does(page):
    make_listing(checks=CHECKS, checked_until=date(2027, 6, 1))
    assert "comes down" not in page()


def test_a_check_past_its_date_is_not_counted_as_in_date(page):
    late = {"what_en": "HMRC registration", "seen_on": date(2025, 11, 1), "next_due": TODAY - timedelta(days=1)}
    make_listing(checks=[*CHECKS, late])
    text = words(page())
    assert "3 of 4 council checks are in date." in text
    assert "Was due 20 November 2026" in text
    assert "All 4" not in text


def test_what_was_not_checked_stands_in_the_same_panel(page):
    make_listing(checks=CHECKS)
    panel = page().split('id="checks"')[1].split("</section>")[0]
    assert "How well Bryn works." in panel
    assert "What Bryn says on this page" in panel
    assert "The prices, and whether Bryn is right for you." in panel
    assert "Checked, not guaranteed." in panel
    assert "cannot guarantee the service and does not accept liability for it" in panel
    assert "Bryn is self-employed." in panel


def test_a_teams_checks_name_the_worker(page, teams):
    each = [{"what_en": "Enhanced DBS check", "seen_on": TODAY, "worker": name} for name in ("Zoe", "Ann")]
    make_listing(team_size=2, checks=[each[0], CHECKS[0], each[1]])
    text = words(page())
    assert text.index("Identity") < text.index("Ann Enhanced DBS") < text.index("Zoe Enhanced DBS")
    assert "2 people work here, and each was checked." in text


def test_a_team_is_not_said_to_be_checked_by_one_of_them(page, teams):
    make_listing(team_size=2, checks=[{"what_en": "Enhanced DBS check", "seen_on": TODAY, "worker": "Ann"}])
    assert "each was checked" not in words(page())


def test_a_phone_still_reads_a_table(page):
    """Changing `display` takes the roles away, so each is said."""
    make_listing(checks=CHECKS)
    table = page().split('class="trust__table"')[1].split("</table>")[0]
    for tag, roles in {
        "tr": ["row"],
        "td": ["cell"],
        "th": ["columnheader", "rowheader"],
        "tbody": ["rowgroup"],
    }.items():
        found = re.findall(rf"<{tag}[ >][^>]*>?", table)
        assert found
        assert all(any(f'role="{role}"' in each for role in roles) for each in found)


# --- what, when, how much, in which language -------------------------------------------------------------


def test_only_services_whose_own_dates_hold_today_are_shown(page):
    old, soon = (TODAY - timedelta(9), TODAY - timedelta(1)), (TODAY + timedelta(1), TODAY + timedelta(9))
    make_listing(offers=["chat", "ironing", "mowing"], service_dates={"ironing": old, "mowing": soon})
    html = page()
    assert "A chat and a cup of tea" in html
    assert "Ironing" not in html
    assert "Mowing" not in html


def test_services_stand_under_their_headings():
    offers = Profile(make_listing(offers=["chat", "walks", "cleaning"]), TODAY).offers
    named = [(offer.heading.slug, [detail.slug for detail in offer.details]) for offer in offers]
    assert named == [("companionship", ["chat", "walks"]), ("cleaning", [])]


def test_prices_payment_minimum_and_note_are_shown(page):
    make_listing(price_weekend_hour=2550, price_mile=45, minimum_minutes=45, price_note_en="No charge to travel")
    text = words(page())
    assert "From £22 an hour" in text
    assert "Saturday and Sunday £25.50 an hour" in text
    assert "Travel 45p a mile" in text
    assert "The shortest visit is 45 minutes." in text
    assert "No charge to travel" in text
    assert "Direct payments or your own money" in text


def test_somebody_without_prices_is_to_be_asked(page):
    make_listing(price_hour=None)
    assert "Ask Bryn for a price." in page()


def test_languages_come_best_first_with_their_level_in_words(page):
    make_listing(languages={"bsl": 1, "en": 3, "cy": 4})
    text = words(page())
    assert "Cymraeg (Welsh): first language English British Sign Language: a few words" in text


def test_whom_the_carer_supports_is_one_sentence(page):
    make_listing(groups=["physical-disability", "older-people"])
    assert "Older people, physical disability" in words(page())


def test_places_inside_the_reach_are_named_without_the_base():
    near = Profile(make_listing(base="usk", miles=40), TODAY).places_near
    assert near.count(",") == 5
    assert str(place("usk").name) not in near


def test_towns_are_named_before_villages_and_the_rest_are_said_to_be_there():
    near = Profile(make_listing(base="llangybi", miles=40), TODAY).places_near
    towns = {place.name.en for place in project.SCHEME.places if place.town}
    assert near.endswith(" and others")
    assert set(near.removesuffix(" and others").split(", ")) <= towns
    assert Profile(make_listing(base="llangybi", miles=1), TODAY).places_near == ""


def test_a_carer_of_the_whole_area_names_only_places_in_it():
    named = Profile(make_listing(whole_area=True), TODAY).places_near.removesuffix(" and others").split(", ")
    inside = {place.name.en for place in project.SCHEME.places if place.inside}
    assert set(named) <= inside


# --- two languages ---------------------------------------------------------------------------------------


def test_a_carers_own_words_are_marked_as_theirs_and_in_their_language(page):
    make_listing(intro_en="", intro_cy="Dw i’n hapus i helpu.", about_en="", about_cy="Rwy’n byw yma.")
    html = page()
    assert '<p class="profile__intro" lang="cy">Dw i’n hapus i helpu.</p>' in html
    assert '<div class="profile__about" lang="cy">' in html
    assert "Bryn wrote this." in html


def test_words_in_the_pages_own_language_are_not_marked(page):
    make_listing(intro_cy="Rwy’n helpu.")
    assert '<p class="profile__intro">Rwy’n helpu.</p>' in page(prefix="/cy")
    assert '<p class="profile__intro">I help you stay at home.</p>' in page()


def test_english_words_are_marked_on_a_welsh_page(page):
    make_listing(contact_hours_en="After 6pm", price_note_en="No charge to travel")
    html = page(prefix="/cy")
    assert 'lang="en">After 6pm<' in html
    assert 'lang="en">No charge to travel<' in html
    assert '<html lang="cy"' in html


def test_checks_and_names_are_in_the_pages_language(page):
    make_listing(checks=CHECKS)
    text = words(page(prefix="/cy"))
    assert "Hunaniaeth" in text
    assert "Brynbuga" in text
    assert "12 Chwefror 2025" in text


# --- for machines ----------------------------------------------------------------------------------------


def data(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])


def test_search_engines_read_the_services_and_no_address(page):
    make_listing(offers=["chat"], email="bryn@example.org")
    read = data(page())
    assert (read["@type"], read["name"], read["url"]) == (
        "LocalBusiness",
        "Bryn Lewis",
        "http://testserver/carers/bryn-lewis/",
    )
    assert read["makesOffer"] == [
        {"@type": "Offer", "itemOffered": {"@type": "Service", "name": "A chat and a cup of tea"}}
    ]
    assert read["areaServed"] == {"@type": "Place", "name": "Usk"}
    assert "address" not in read
    assert "geo" not in read


def test_no_words_of_a_carer_end_the_block_of_data(page):
    make_listing(intro_en="</script><script>alert(1)</script> & <b>")
    html = page()
    assert data(html)["description"] == "</script><script>alert(1)</script> & <b>"
    assert "<script>alert" not in html


def test_the_page_has_a_description_of_its_own(page):
    make_listing(offers=["chat"])
    described = re.search(r'<meta name="description" content="([^"]*)"', page())[1]
    assert described == "Bryn Lewis, Usk. Checked by Monmouthshire County Council. Company. £22 an hour."


def test_the_page_is_the_same_for_everybody_and_sets_no_cookie(client, today):
    make_listing()
    answer = client.get("/carers/bryn-lewis/?place=usk")
    assert not answer.cookies
    assert "public" in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]


def test_nothing_private_is_on_the_page(page, django_user_model):
    owner = django_user_model.objects.create_user("secret@example.org", name="Secret Person")
    listing = make_listing(owner=owner)
    html = page()
    assert "secret" not in html.lower()
    assert str(listing.easting) not in html


@pytest.mark.parametrize("query", ["", "?place=NP15+1AD&need=companionship"])
def test_the_page_asks_the_database_at_most_five_times(client, today, usk, query, django_assert_max_num_queries):
    listing = make_listing(offers=["chat", "walks", "mowing"], checks=CHECKS * 4)
    services.confirm_capacity(listing, by=BY, on=TODAY, capacity="space")
    client.get("/carers/bryn-lewis/")
    with django_assert_max_num_queries(5):
        assert client.get(f"/carers/bryn-lewis/{query}").status_code == 200


# --- in a browser ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(browser_page, axe, width, prefix):
    soon = localdate() + timedelta(days=90)
    checks = [*CHECKS, {"what_en": "Insurance", "seen_on": TODAY, "next_due": soon}]
    make_listing(
        "Siân Angharad Llewelyn-Featherstonehaugh",
        on=localdate(),
        checks=checks,
        works=(1 << 49) - 1,
        space=0b1010,
        email="sian-angharad.llewelyn-featherstonehaugh@example.org",
    )
    page = browser_page(width=width)
    page.goto(f"{prefix}/carers/sian-angharad-llewelyn-featherstonehaugh/?place=usk")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_printing_is_offered_only_where_a_script_can_do_it(browser_page, without_javascript):
    make_listing(on=localdate())
    page, plain = browser_page(), without_javascript()
    for each in (page, plain):
        each.goto("/carers/bryn-lewis/")
    assert page.get_by_role("button", name="Print this page").is_visible()
    assert plain.get_by_text("Print this page").count() == 0
