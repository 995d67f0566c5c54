"""A scheme file says everything that differs between councils; a mistake in it is named with its mend."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from microcare.scheme import SCHEMES, TERMS, Most, SchemeError, contrast_with_white, load

ALL = ("flintshire", "monmouthshire", "somerset")
ORIGINAL = (SCHEMES / "monmouthshire.toml").read_text(encoding="utf-8")


@pytest.fixture
def mistaken(tmp_path):
    """Monmouthshire's file with one thing changed; returns what loading it says."""

    def load_with(old, new):
        assert old in ORIGINAL
        (tmp_path / "mine.toml").write_text(ORIGINAL.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(SchemeError) as error:
            load("mine", tmp_path)
        return str(error.value)

    return load_with


@pytest.mark.parametrize("slug", ALL)
def test_each_scheme_loads(slug):
    assert load(slug).slug == slug


def test_the_three_schemes_differ_where_the_councils_do():
    flintshire, monmouthshire, somerset = map(load, ALL)
    assert [s.area_code for s in (flintshire, monmouthshire, somerset)] == ["W06000005", "W06000021", "E06000066"]
    assert [s.max_workers for s in (flintshire, monmouthshire, somerset)] == [5, 1, 7]
    assert flintshire.terms["en"]["carer"] == "Micro-Carer"
    assert somerset.languages == ("en",)
    assert "commissioned" in flintshire.payments
    assert "personal-health-budget" in somerset.payments
    own = {"business-profile", "one-page-profile", "confidentiality", "quality-standards", "registration"}
    assert [own & s.requirements.by_slug.keys() for s in (flintshire, monmouthshire, somerset)] == [
        {"business-profile", "one-page-profile", "confidentiality"},
        set(),
        {"quality-standards", "registration"},
    ]
    assert [s.contact.village_agents for s in (flintshire, monmouthshire, somerset)] == [False, False, True]


def test_the_most_of_personal_care_is_that_of_the_day_and_england_has_none():
    welsh, english = load("monmouthshire"), load("somerset")
    assert [welsh.most_personal_care(day) for day in (date(2018, 4, 1), date(2018, 4, 2), date(2026, 11, 21))] == [
        None, 4, 4,
    ]  # fmt: skip
    more = replace(welsh, personal_care_most=(*welsh.personal_care_most, Most(date(2027, 4, 1), 3)))
    assert [more.most_personal_care(day) for day in (date(2027, 3, 31), date(2027, 4, 1))] == [4, 3]
    assert english.most_personal_care(date(2026, 11, 21)) is None


@pytest.mark.parametrize("slug", ["flintshire", "monmouthshire"])
def test_a_welsh_scheme_has_every_word_in_welsh(slug):
    scheme = load(slug)
    texts = [scheme.name, scheme.council, scheme.area, scheme.in_area, scheme.contact.hours]
    assert all(text.cy for text in [*texts, *(link.label for link in scheme.contact.links)])
    assert set(scheme.terms["cy"]) == set(TERMS)
    assert scheme.terms["cy"]["carer_soft"] != scheme.terms["cy"]["carer"]


@pytest.mark.parametrize("slug", ALL)
def test_white_can_be_read_on_the_brand_and_its_deep_and_link_colours(slug):
    assert all(contrast_with_white(load(slug).brand[key]) >= 7 for key in ("brand", "deep", "link"))


@pytest.mark.parametrize("slug", ALL)
def test_contact_details_are_invented(slug):
    contact = load(slug).contact
    numbers = [contact.phone, contact.safeguarding_phone, contact.out_of_hours_phone]
    assert all(number.startswith("01632 960") for number in numbers)
    assert contact.email.endswith("@example.org")


@pytest.mark.parametrize("slug", ALL)
def test_each_area_has_its_towns_and_villages(slug):
    places = load(slug).places
    assert 40 <= sum(place.inside for place in places) <= 100
    assert sum(place.inside and place.town for place in places) >= 6
    assert all(place.town for place in places if not place.inside)


def test_towns_have_the_welsh_names_the_councils_use():
    places = {place.slug: place.name.cy for scheme in ("monmouthshire", "flintshire") for place in load(scheme).places}
    assert (places["usk"], places["abergavenny"], places["chepstow"]) == ("Brynbuga", "Y Fenni", "Cas-gwent")
    assert (places["mold"], places["flint"], places["connahs-quay"]) == ("Yr Wyddgrug", "Y Fflint", "Cei Connah")


def test_a_text_prints_in_the_active_language():
    scheme = load("monmouthshire")
    with translation.override("cy"):
        assert str(scheme.council) == "Cyngor Sir Fynwy"
    assert str(scheme.council) == "Monmouthshire County Council"


def test_a_scheme_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(SchemeError, match=r"no scheme 'powys'; set SCHEME to one of flintshire, monmouthshire"):
        load("powys")


def test_a_scheme_name_cannot_leave_the_folder():
    with pytest.raises(SchemeError, match="there is no scheme"):
        load("../settings")


MISTAKES = {
    "broken TOML": ('nation = "wales"', 'nation = "wales', "mine.toml", "is not TOML", "mend that line"),
    "a key in no file of ours": ('nation = "wales"', 'nation = "wales"\ncolour = 1', "colour", "take it out", ""),
    "unknown nation": ('nation = "wales"', 'nation = "scotland"', "nation", "'scotland'", "one of wales, england"),
    "missing nation": ('nation = "wales"\n', "", "nation", "is missing", "one of wales, england"),
    "languages": ('["en", "cy"]', '["cy"]', "languages", "'cy'", '["en"] or ["en", "cy"]'),
    "languages as text": ('["en", "cy"]', '"en"', "languages", "'en'", '["en"] or ["en", "cy"]'),
    "area code": ("W06000021", "W0600002", "area_code", "'W0600002'", "such as W06000021"),
    "area code as a number": ('"W06000021"', "6000021", "area_code", "6000021", "such as W06000021"),
    "a number of people as words": ("most = 4 }", 'most = "four" }', "personal_care_most", "four", "most = 4"),
    "nobody at most": ("most = 4 }", "most = 0 }", "personal_care_most", "'most': 0", "most = 4"),
    "a day as text": ("from = 2018-04-02", 'from = "2018"', "personal_care_most", "2018", "from = 2018-04-02"),
    "no number in Wales": ("[{ from = 2018-04-02, most = 4 }]", "[]", "personal_care_most", "nation", "in Wales"),
    "no people": ("max_workers = 1", "max_workers = 0", "max_workers", "is 0", "1 or more"),
    "yes for people": ("max_workers = 1", "max_workers = true", "max_workers", "True", "1 or more"),
    "payment": ('"private"', '"cash"', "payments", "'cash'", "direct-payments, private"),
    "payment as a number": ('["direct-payments", "private"]', "[1]", "payments", "[1]", "direct-payments, private"),
    "requirement": ("identity = {}", "passport = {}", "requirements.passport", "is not known", "basic-dbs"),
    "requirement as text": ("identity = {}", 'identity = "yes"', "requirements.identity", "table", "{}"),
    "no Code": ("\ncode = {}", "", "requirements.code", "is missing", "Code of Practice"),
    "its key": ("hmrc = {}", "hmrc = { weeks = 3 }", "requirements.hmrc.weeks", "is 3", "take it out"),
    "its number": ("hmrc = {}", "hmrc = { months = -1 }", "requirements.hmrc.months", "is -1", "whole number"),
    "its lapse": ("hmrc = {}", 'hmrc = { lapse = "fine" }', "requirements.hmrc.lapse", "'fine'", "hide, drop, tell"),
    "its way": ("hmrc = {}", 'hmrc = { shown = ["sung"] }', "requirements.hmrc.shown", "sung", "upload"),
    "its services": ("hmrc = {}", 'hmrc = { applies = ["x"] }', "requirements.hmrc.applies", "'x'", "enters-homes"),
    "its day": ("hmrc = {}", 'hmrc = { since = "soon" }', "requirements.hmrc.since", "'soon'", "2027-04-01"),
    "a service's check": (
        'outdoors = ["gardening", ',
        'outdoors = ["garden", ',
        "dbs.outdoors",
        "write a list",
        "vocabulary",
    ),
    "a strange check": ("[dbs]", "[dbs]\nsome = []", "dbs.some", "is not a key", "barred, enhanced, outdoors"),
    "agents as text": (
        "village_agents = false",
        'village_agents = "no"',
        "contact.village_agents",
        "'no'",
        "true or false",
    ),
    "no agents": ("village_agents = false", "", "contact.village_agents", "is missing", "true or false"),
    "no Welsh name": ('cy = "Cyfeiriadur Micro-ofal"', "", "name.cy", "is missing", "each of the scheme's languages"),
    "empty council": ('en = "Monmouthshire County Council"', 'en = " "', "council.en", "is empty", "each of"),
    "a form of the word": ('carer_soft = "ficro-ofalwr"\n', "", "terms.cy.carer_soft", "is missing", "this form"),
    "colour": ('brand = "#0b5148"', 'brand = "green"', "brand.brand", "'green'", "six small hexadecimal"),
    "pale brand": ('brand = "#0b5148"', 'brand = "#9fd8cc"', "brand.brand", "4.5:1", "darker colour"),
    "pale link": ('link = "#0a5f54"', 'link = "#9fd8cc"', "brand.link", "4.5:1", "darker colour"),
    "no phone": ('phone = "01632 960118"\n', "", "contact.phone", "is missing", "text in quotes"),
    "email": (
        'email = "microcare.monmouthshire@example.org"',
        'email = "microcare"',
        "contact.email",
        "'microcare'",
        "name@council",
    ),
    "link address": ("https://facebook", "facebook", "contact.links[0].url", "", "starts with https://"),
    "link label": (
        'cy = "Facebook"',
        'fr = "Facebook"',
        "contact.links[0].label",
        "",
        "each of the scheme's languages",
    ),
    "place without slug": ('slug = "abergavenny"', 'slug = "Y Fenni"', "places[0].slug", "", "such as usk"),
    "place without name": ('en = "Abergavenny"\n', "", "places[0].en (abergavenny)", "", "English name"),
    "place in degrees": ("easting = 329950", "easting = -3.01", "places[0].easting", "(abergavenny)", "whole number"),
    "place off the grid": ("easting = 329950", "easting = 800000", "places[0].easting", "", "under 700000"),
    "place twice": ('slug = "monmouth"', 'slug = "abergavenny"', "places", "'abergavenny' stands twice", "of its own"),
    "town as text": ("town = true", 'town = "yes"', "places[0].town", "(abergavenny)", "true or false"),
    "other names as text": ('also = ["Fenni"]', 'also = "Fenni"', "places[0].also", "", "list of names"),
    "misspelt key of a place": ("town = true", "twon = true", "places[0].twon", "(abergavenny)", "take it out"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_key_and_mend(mistaken, mistake):
    old, new, key, what, mend = MISTAKES[mistake]
    said = mistaken(old, new)
    assert said.startswith("mine.toml: ")
    assert [words for words in (key, what, mend) if words not in said] == [], said
    assert "\n" not in said


def test_a_scheme_needs_a_town_inside(mistaken):
    places = ORIGINAL[ORIGINAL.index("[[places]]") :]
    said = mistaken(places, '[[places]]\nslug = "usk"\nen = "Usk"\neasting = 337700\nnorthing = 200800\n')
    assert "has no town inside the area; mark one with town = true" in said
