"""The maps: a base map drawn from postcodes, and what pages lay over it."""

import gzip
import math
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from directory import basemap
from directory.cards import Card
from directory.maps import Frame, coverage_map, home_map, results_map
from directory.models import MapCell, Postcode, PostcodeLoad
from directory.places import find_place
from microcare import scheme
from tests.builders import make_listing

OURS, THEIRS = "W06000021", "E06000023"


@pytest.fixture
def land(db):
    """A block of Monmouthshire ten kilometres wide with England east of it."""
    spots = [(x, y) for x in range(24) for y in range(16) if (x, y) != (8, 8)]
    rows = [
        Postcode(code=f"AA{n}", easting=330_000 + 650 * x, northing=195_000 + 563 * y, area_code=(OURS, THEIRS)[x > 15])
        for n, (x, y) in enumerate(spots)
    ]
    Postcode.objects.bulk_create(rows)
    basemap.build()
    return PostcodeLoad.objects.create(source="test", attribution="test", rows=len(rows), skipped=0)


def card(number, listing):
    return Card(number, listing, [], None, "", 1.0)


def drawn(map_):
    from django.conf import settings

    return render_to_string("directory/_map.html", {"map": map_, "scheme": settings.SCHEME})


@pytest.mark.parametrize("point", [(337_770, 200_564), (325, 1), (0, 0), (699_999, 1_299_999), (333_125, 195_212)])
def test_a_point_lies_in_the_hexagon_whose_middle_is_nearest(point):
    found = basemap.cell_at(*point)
    away = math.dist(basemap.middle(found), point)
    assert away <= 376
    assert all(away <= math.dist(basemap.middle(near), point) for near in basemap.around(found))


def test_neighbours_are_650_metres_away():
    cell = basemap.cell_at(337_770, 200_564)
    distances = [math.dist(basemap.middle(cell), basemap.middle(near)) for near in basemap.around(cell)]
    assert distances == pytest.approx([650] * 6)


def test_cells_count_postcodes_and_know_their_side(land):
    assert sum(MapCell.objects.values_list("postcodes", flat=True)) == 24 * 16 - 1
    assert MapCell.objects.filter(inside=True).count() == pytest.approx(16 * 16, abs=20)


def test_building_again_gives_the_same(land):
    before = sorted(MapCell.objects.values_list("column", "row", "postcodes", "inside"))
    basemap.build()
    assert sorted(MapCell.objects.values_list("column", "row", "postcodes", "inside")) == before


def test_empty_land_between_the_areas_postcodes_is_the_areas():
    ring = basemap._grow({(0, 0)}, 3) - basemap._grow({(0, 0)}, 1)
    assert (0, 0) in basemap.land_of(ring, ring)


def test_empty_land_stays_on_its_own_side_of_the_border():
    ours = {(column, row) for row in range(20) for column in range(row % 2, 20, 2)}
    theirs = {(column + 30, row) for column, row in ours}
    land = basemap.land_of(ours | theirs, ours)
    assert not land & theirs
    assert max(column for column, _ in land) < 25


def test_a_few_cells_far_away_are_no_land():
    ours = basemap._grow({(0, 0)}, 4)
    assert (100, 100) not in basemap.land_of(ours | {(100, 100)}, ours | {(100, 100)})


def test_an_outline_goes_once_around_each_piece():
    assert len(list(basemap.outlines(basemap._grow({(0, 0)}, 2)))) == 1
    assert len(list(basemap.outlines({(0, 0), (40, 0)}))) == 2


def test_an_outline_encloses_the_area_of_its_hexagons():
    cells = basemap._grow({(1000, 300)}, 8)
    (ring,) = basemap.outlines(cells)
    area = abs(sum(a * d - c * b for (a, b), (c, d) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2
    assert area * basemap.UNIT**2 == pytest.approx(len(cells) * 650 * basemap.ROW, rel=0.05)


@pytest.mark.parametrize("variant", basemap.VARIANTS)
def test_each_variant_is_small_whole_numbered_svg(land, variant):
    text = basemap.draw(basemap.sheet(), variant)
    svg = ElementTree.fromstring(text)  # noqa: S314 (our own)
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(text) < 60_000
    assert all("." not in path.get("d") for path in svg.iter("{http://www.w3.org/2000/svg}path"))
    assert "style" not in text


def test_each_dot_of_the_area_is_drawn_once(land):
    text = basemap.draw(basemap.sheet(), "reach")
    assert text.count("h0") == MapCell.objects.filter(inside=True).count()


def test_variants_wear_the_schemes_colours(land, settings):
    brand = settings.SCHEME.brand
    assert brand["mid"] in basemap.draw(basemap.sheet(), "reach")
    assert "#b3bfbb" in basemap.draw(basemap.sheet(), "plain")
    assert brand["line"] in basemap.draw(basemap.sheet(), "hero")


def test_the_file_is_kept_by_browsers_for_a_year_and_compressed(client, land):
    address = basemap.sheet().url("plain")
    plain, small = client.get(address), client.get(address, headers={"accept-encoding": "gzip"})
    assert plain["Content-Type"] == "image/svg+xml"
    assert plain["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(small.content) == plain.content
    assert not plain.cookies


def test_the_file_has_one_address_in_both_languages(land):
    with translation.override("cy"):
        assert basemap.sheet().url("plain").startswith("/map/")


def test_another_load_has_another_address_and_the_old_one_leads_there(client, land):
    old = basemap.sheet().url("plain")
    PostcodeLoad.objects.create(source="test", attribution="test", rows=1, skipped=0)
    basemap.forget()
    answer = client.get(old)
    assert basemap.sheet().url("plain") != old
    assert answer.headers["Location"] == basemap.sheet().url("plain")
    assert "immutable" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize("address", ["/map/x-nonsense.svg", "/map/--.svg", "/map/x-plain.svg.svg"])
def test_other_addresses_are_not_found(client, land, address):
    assert client.get(address).status_code == 404


def test_without_postcodes_there_is_no_base_map_and_maps_are_drawn_all_the_same(client, db):
    assert client.get("/map/0-plain.svg").status_code == 404
    assert home_map({"usk": 3}) is None
    assert "<image" not in drawn(coverage_map(make_listing()))


def test_a_sheet_is_read_once_a_minute(land, django_assert_num_queries):
    basemap.sheet()
    with django_assert_num_queries(0):
        basemap.sheet()


def test_a_frame_keeps_shape_and_puts_north_on_top():
    frame = Frame.around((0, 0, 1_000, 1_000), 200, 100)
    assert (frame.x(500), frame.y(500)) == (100, 50)
    assert frame.y(1_000) == 0
    assert frame.length(1_000) == 100


def test_the_base_map_lies_right_under_the_window(land):
    map_ = coverage_map(make_listing())
    sheet = basemap.sheet()
    assert map_.base.x == map_.frame.x(sheet.west)
    assert map_.base.y == map_.frame.y(sheet.north)
    assert map_.base.x + map_.base.width == pytest.approx(map_.frame.x(sheet.east), abs=0.2)


def test_results_show_the_point_each_carers_number_and_reach(land):
    listings = [make_listing("Bryn Lewis", miles=8), make_listing("Carys Pugh", base="raglan", whole_area=True)]
    map_ = results_map(find_place("Usk"), [card(4, listings[0]), card(5, listings[1])])
    assert sorted(number.number for number in map_.numbers) == [4, 5]
    assert len(map_.rings) == 1
    assert map_.rings[0].radius == pytest.approx(8 * 1609.344 / map_.frame.scale, abs=0.1)
    svg = drawn(map_)
    assert "Bryn Lewis" in svg
    assert "map__pin" in svg


def test_numbers_never_hide_one_another_or_the_pin(land):
    cards = [card(number, make_listing(f"Carer {number}")) for number in range(1, 21)]
    map_ = results_map(find_place("Usk"), cards)
    points = [(number.x, number.y) for number in map_.numbers]
    assert min(math.dist(a, b) for a in points for b in points if a != b) >= 20
    assert min(math.dist(point, (map_.pin.x, map_.pin.y)) for point in points) > 8


def test_labels_never_overlap(land):
    bases = ("monmouth", "chepstow", "caldicot", "usk", "magor")
    cards = [card(number, make_listing(f"Carer {number}", base=base)) for number, base in enumerate(bases)]
    map_ = results_map(find_place("Usk"), cards)
    boxes = [label.box for label in map_.labels]
    assert len(boxes) >= 6
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a in boxes for b in boxes if a is not b
    )


def test_no_carers_no_map(land):
    assert results_map(find_place("Usk"), []) is None


def test_labels_are_in_the_active_language(land):
    listing = make_listing()
    with translation.override("cy"):
        assert "Brynbuga" in [label.name for label in coverage_map(listing).labels]


def test_a_carer_of_the_whole_area_has_no_ring(land):
    map_ = coverage_map(make_listing(whole_area=True))
    assert map_.rings == []
    assert "clip-path" not in drawn(map_)


def test_a_carers_reach_is_coloured_inside_the_ring_only(land):
    assert 'clip-path="url(#map-reach)"' in drawn(coverage_map(make_listing()))


def test_home_names_towns_with_their_numbers(land):
    map_ = home_map({"usk": 12, "llangybi": 14})
    assert {(label.name, label.count) for label in map_.labels} == {("Usk", 12), ("Llangybi", 14)}
    assert map_.base.href.endswith("-hero.svg")


@pytest.mark.parametrize(
    ("slug", "main"),
    [
        ("monmouthshire", {"Abergavenny", "Monmouth", "Chepstow", "Caldicot", "Usk", "Magor"}),
        ("flintshire", {"Mold", "Flint", "Holywell", "Buckley", "Connah's Quay"}),
        ("somerset", {"Taunton", "Yeovil", "Bridgwater", "Frome", "Wells", "Minehead"}),
    ],
)
def test_home_names_the_larger_towns(settings, monkeypatch, slug, main):
    settings.SCHEME = scheme.load(slug)
    inside = [place for place in settings.SCHEME.places if place.inside]
    eastings, northings = [place.easting for place in inside], [place.northing for place in inside]
    box = min(eastings) - 3000, min(northings) - 3000, max(eastings) + 3000, max(northings) + 3000
    west, south, east, north = box
    sheet = SimpleNamespace(box=box, west=west, south=south, east=east, north=north, url=lambda variant: "/map.svg")
    monkeypatch.setattr(basemap, "sheet", lambda: sheet)
    labels = home_map({place.slug: 20 for place in inside if place.town}).labels
    assert main <= {label.name for label in labels}


def test_results_say_what_the_rings_are(land):
    assert "How far each person travels." in drawn(results_map(find_place("Usk"), [card(1, make_listing())]))


@pytest.mark.parametrize("kind", ["coverage", "results", "home"])
def test_a_map_says_what_it_shows_and_has_no_inline_style(land, kind):
    listing = make_listing()
    maps = {
        "coverage": coverage_map(listing),
        "results": results_map(find_place("Usk"), [card(1, listing)]),
        "home": home_map({"usk": 1}),
    }
    svg = drawn(maps[kind])
    assert re.search(r'<svg[^>]+role="img"', svg)
    assert f'<title id="map-title">{maps[kind].title}</title>' in svg
    assert " style=" not in svg


def test_numbers_are_written_for_machines_in_every_language(land):
    listing = make_listing()
    with translation.override("cy"):
        assert not re.search(r'="-?\d+,\d', drawn(coverage_map(listing)))
