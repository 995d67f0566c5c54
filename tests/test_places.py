"""What people type in the place box, and the point it means."""

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from directory.models import OutwardCode, Postcode
from directory.places import Spot, Unknown, find_place, places_near
from microcare.scheme import load


@pytest.fixture
def usk(db):
    OutwardCode.objects.create(code="NP15", easting=337_500, northing=201_500, inside=True)
    OutwardCode.objects.create(code="BS1", easting=358_900, northing=172_900, inside=False)
    Postcode.objects.create(code="BS11AA", easting=358_900, northing=172_900, area_code="E06000023")
    return Postcode.objects.create(code="NP151AD", easting=337_770, northing=200_564, area_code="W06000021")


@pytest.mark.parametrize(
    "typed",
    [
        "NP15 1AD", "np151ad", "NP15 1AD ", "np15  1ad", " Np15-1aD", "NP15.1AD", "NP 15 1 AD",
        "NP15\t1AD", "NP15\u00a01AD",
        "NPI5 1AD", "NP15 IAD", "NP15 lad", "2 Bridge Street, Usk NP15 1AD", "NP15 1AD, Usk", "(NP15 1AD)",
    ],
)  # fmt: skip
def test_a_postcode_as_people_type_it(usk, typed):
    assert find_place(typed) == Spot("NP15 1AD", 337_770, 200_564, inside=True, postcode=True, exact=True, slug="")


def test_the_letter_o_for_a_nought(db):
    Postcode.objects.create(code="CF101AA", easting=318_000, northing=176_000, area_code="W06000015")
    assert find_place("CF1O 1AA").label == "CF10 1AA"


def test_a_postcode_of_another_council_is_outside(usk):
    assert find_place("BS1 1AA").inside is False


@pytest.mark.parametrize("typed", ["NP15 9ZZ", "np159zz", "NP15", "np15 ", "NP15 1"])
def test_a_postcode_that_is_not_loaded_falls_back_to_its_first_half(usk, typed):
    spot = find_place(typed)
    assert spot == Spot("NP15", 337_500, 201_500, inside=True, postcode=True, exact=False, slug="")


def test_a_postcode_nobody_knows_is_unknown(usk):
    assert find_place("ZE1 0AA") == Unknown("ZE1 0AA", (), postcode=True)


@pytest.mark.parametrize(("typed", "most"), [("NP15 1AD", 1), ("NP15 9ZZ", 2), ("Usk", 0), ("Uskk", 0)])
def test_few_statements(usk, typed, most):
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as queries:
        find_place(typed)
    assert len(queries) <= most


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("usk", "usk"), ("USK ", "usk"), ("Brynbuga", "usk"), ("Usk, Monmouthshire", "usk"), ("near Usk", "usk"),
        ("Usk Monmouthshire please", "usk"), ("Y Fenni", "abergavenny"), ("y  fenni", "abergavenny"),
        ("fenni", "abergavenny"), ("Cas-gwent", "chepstow"), ("cas gwent", "chepstow"), ("casgwent", "chepstow"),
        ("Cil-y-Coed", "caldicot"), ("Cwmbrân", "cwmbran"), ("cwmbran", "cwmbran"), ("Pont-y-pwl", "pontypool"),
        ("Saint Arvans", "st-arvans"), ("St. Arvans", "st-arvans"), ("The Mardy", "mardy"),
        ("12 High Street, Raglan", "raglan"), ("o Frynbuga", "usk"),
        ("ym Mrynbuga", "usk"), ("i Gas-gwent", "chepstow"),
        ("yn Nhrefynwy", "monmouth"), ("o Drefynwy", "monmouth"), ("Llanfihangel Troddi", "mitchel-troy"),
    ],
)  # fmt: skip
def test_a_town_or_village_as_people_type_it(db, typed, slug):
    assert find_place(typed).slug == slug


@pytest.mark.parametrize(
    ("scheme", "typed", "slug"),
    [
        ("flintshire", "connahs quay", "connahs-quay"), ("flintshire", "Connah’s Quay", "connahs-quay"),
        ("flintshire", "Cei Connah", "connahs-quay"), ("flintshire", "Wyddgrug", "mold"),
        ("flintshire", "penarlag", "hawarden"), ("somerset", "burnham on sea", "burnham-on-sea"),
        ("somerset", "Bishop's Lydeard", "bishops-lydeard"), ("somerset", "bridgewater", "bridgwater"),
        ("somerset", "High Street, Yeovil", "yeovil"), ("somerset", "12 high street yeovil", "yeovil"),
    ],
)  # fmt: skip
def test_names_of_the_other_schemes(db, settings, scheme, typed, slug):
    settings.SCHEME = load(scheme)
    assert find_place(typed).slug == slug


def test_a_town_is_shown_in_the_active_language(db):
    with translation.override("cy"):
        assert find_place("usk").label == "Brynbuga"
    assert find_place("Brynbuga").label == "Usk"


def test_a_town_outside_the_area_says_so(db):
    assert find_place("Newport").inside is False
    assert find_place("Usk").inside is True


@pytest.mark.parametrize(
    ("typed", "first"), [("abergaveny", "abergavenny"), ("Chepstoe", "chepstow"), ("Rhaglann Xx", "raglan")]
)
def test_an_unknown_name_offers_the_nearest(db, typed, first):
    found = find_place(typed)
    assert isinstance(found, Unknown)
    assert found.nearest[0].slug == first


def test_at_most_five_names_are_offered_each_once(db):
    found = find_place("Llangattwg")
    assert 1 <= len(found.nearest) <= 5
    assert len(set(found.nearest)) == len(found.nearest)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\x00", "\x00usk\x00", "x" * 10_000, "usk " * 5_000, "🦆", "ẍ̧̛̤" * 500, "%", "'; --", "٣٣", "NP１5"],
)
def test_whatever_is_typed_gets_an_answer(usk, typed):
    assert isinstance(find_place(typed), Spot | Unknown)


def test_a_name_in_nul_bytes_is_still_the_name(db):
    assert find_place("\x00usk\x00").slug == "usk"


def test_what_was_not_found_is_given_back_short(db):
    assert len(find_place("qz" * 5_000).text) == 100


def test_places_within_reach_come_nearest_first(db):
    near = [place.slug for place in places_near(337_750, 200_850, 5_000)]
    assert near[0] == "usk"
    assert {"llanbadoc", "gwehelog"} <= set(near)
    assert "chepstow" not in near


@pytest.mark.parametrize("scheme", ["monmouthshire", "flintshire", "somerset"])
def test_no_two_places_answer_to_one_name(db, settings, scheme):
    settings.SCHEME = load(scheme)
    for place in settings.SCHEME.places:
        assert find_place(place.name.en).slug == place.slug
        assert not place.name.cy or find_place(place.name.cy).slug == place.slug


@pytest.mark.parametrize(
    ("scheme", "text"),
    [
        ("somerset", "12 High Street, Yeovill"),
        ("somerset", "Monmouth Street, London"),
        ("somerset", "High Street"),
        ("monmouthshire", "Newport Road, Swindon"),
        ("monmouthshire", "Newport Road"),
        ("monmouthshire", "Heol Casnewydd"),
    ],
)
def test_a_road_is_not_the_town_it_is_named_after(settings, scheme, text):
    settings.SCHEME = load(scheme)
    assert isinstance(find_place(text), Unknown)


@pytest.mark.parametrize(
    ("scheme", "text", "slug"),
    [
        ("somerset", "Street", "street"),
        ("somerset", "12 High Street, Street", "street"),
        ("somerset", "near Street", "street"),
        ("monmouthshire", "Usk, Monmouthshire", "usk"),
        ("monmouthshire", "4 Chepstow Road, Usk, Wales", "usk"),
        ("monmouthshire", "Usk, 4 Chepstow Road", "usk"),
    ],
)
def test_the_town_of_an_address_is_found_beside_its_road(settings, scheme, text, slug):
    settings.SCHEME = load(scheme)
    assert find_place(text).slug == slug


def test_a_misspelt_town_at_the_end_of_an_address_offers_the_town(settings):
    settings.SCHEME = load("somerset")
    assert find_place("12 High Street, Yeovill").nearest[0].slug == "yeovil"
