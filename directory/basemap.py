"""The map under every map: a hexagon for each 650 m, a dot where people live, the area's outline, all from the
postcodes, so that a fresh machine needs no boundary file. Pages draw only rings, pins and labels over it.

A hexagon is named by (column, row). Rows are 563 m apart; columns count half hexagons, so the six neighbours are two
columns away in the row and one column away in the rows above and below.
"""

import gzip
import hashlib
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override

from directory.models import MapCell, Postcode, PostcodeLoad
from directory.postcodes import year_in

Cell = tuple[int, int]
Point = tuple[float, float]

HEXAGON_METRES = 650
HALF = HEXAGON_METRES / 2
ROW = HEXAGON_METRES * math.sqrt(3) / 2
NEIGHBOURS = ((2, 0), (1, 1), (-1, 1), (-2, 0), (-1, -1), (1, -1))
# How far around the area postcodes are looked at: enough to know on which side of the border empty land lies.
MARGIN_METRES = 8_000
# Land without postcodes is the area's where it lies between its postcodes (half the widest gap, in hexagons).
GAP = 5
SMALLEST_PIECE = 4
# One unit of the drawing is 25 m, so that every number is a small whole one.
UNIT = 25
TOP = 1_300_000
VARIANTS = ("plain", "reach", "hero")
DRAWING = "1"  # Count up when the drawing changes: the files are kept for ever.
MINUTE, YEAR = 60, 31_536_000


@dataclass(frozen=True)
class Sheet:
    """The base map's version, the year of the data in it, and its extent in metres."""

    version: str
    year: str
    west: int
    south: int
    east: int
    north: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.west, self.south, self.east, self.north

    def url(self, variant: str) -> str:
        with override("en"):
            return reverse("directory:basemap", args=[self.version, variant])


def build() -> None:
    """Counts the postcodes in each hexagon in and around the area."""
    MapCell.objects.all().delete()
    ours = Postcode.objects.filter(area_code=settings.SCHEME.area_code)
    box = ours.aggregate(west=Min("easting"), east=Max("easting"), south=Min("northing"), north=Max("northing"))
    if box["west"] is None:
        return
    around = Postcode.objects.filter(
        easting__range=(box["west"] - MARGIN_METRES, box["east"] + MARGIN_METRES),
        northing__range=(box["south"] - MARGIN_METRES, box["north"] + MARGIN_METRES),
    )
    total: Counter[Cell] = Counter()
    inside: Counter[Cell] = Counter()
    for easting, northing, area in around.values_list("easting", "northing", "area_code").iterator(10_000):
        cell = cell_at(easting, northing)
        total[cell] += 1
        inside[cell] += area == settings.SCHEME.area_code
    MapCell.objects.bulk_create(
        (MapCell(column=c[0], row=c[1], postcodes=total[c], inside=inside[c] * 2 >= total[c]) for c in total), 1_000
    )


def cell_at(easting: float, northing: float) -> Cell:
    """The hexagon that holds a point: the one whose middle is nearest."""
    low = math.floor(northing / ROW)
    near = [(2 * round((easting / HALF - (row & 1)) / 2) + (row & 1), row) for row in (low, low + 1)]
    return min(near, key=lambda cell: math.dist(middle(cell), (easting, northing)))


def middle(cell: Cell) -> Point:
    return cell[0] * HALF, cell[1] * ROW


def sheet() -> Sheet | None:
    """The base map that holds now, or nothing where no postcodes of the area are loaded.

    Each process reads it once a minute, for every page's footer asks.
    """
    scheme, now = settings.SCHEME.slug, time.monotonic()
    held = _held.get(scheme)
    if held is None or held[0] < now:
        held = _held[scheme] = now + MINUTE, _sheet()
    return held[1]


_held: dict[str, tuple[float, Sheet | None]] = {}


def forget() -> None:
    _held.clear()


def _sheet() -> Sheet | None:
    load = PostcodeLoad.objects.order_by("-pk").first()
    if load is None:
        return None
    box = MapCell.objects.filter(inside=True).aggregate(
        west=Min("column"), east=Max("column"), south=Min("row"), north=Max("row")
    )
    if box["west"] is None:
        return None
    brand = settings.SCHEME.brand
    mark = f"{DRAWING} {settings.SCHEME.slug} {load.pk} {load.loaded_at} {sorted(brand.items())}"
    version = hashlib.sha256(mark.encode()).hexdigest()[:10]
    west, south = middle((box["west"] - 3, box["south"] - 2))
    east, north = middle((box["east"] + 3, box["north"] + 2))
    year = year_in(load.attribution).strip() or str(load.loaded_at.year)
    return Sheet(version, year, *(round(edge / UNIT) * UNIT for edge in (west, south, east, north)))


def svg(on: Sheet, variant: str) -> bytes:
    """The base map's file, compressed, drawn once and kept."""
    key = f"basemap-{on.version}-{variant}"
    held: bytes | None = cache.get(key)
    if held is None:
        held = gzip.compress(draw(on, variant).encode(), mtime=0)
        cache.set(key, held, YEAR)
    return held


def answer(request: HttpRequest, on: Sheet, variant: str) -> HttpResponse:
    held = svg(on, variant)
    small = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "Vary": "Accept-Encoding"}
    if small:
        headers["Content-Encoding"] = "gzip"
    return HttpResponse(held if small else gzip.decompress(held), content_type="image/svg+xml", headers=headers)


def draw(on: Sheet, variant: str) -> str:
    cells = {(column, row): (postcodes, inside) for column, row, postcodes, inside in MapCell.objects.values_list(
        "column", "row", "postcodes", "inside")}  # fmt: skip
    area = land_of(cells.keys(), {cell for cell, (_, inside) in cells.items() if inside})
    dots = [(cell, cells[cell][0]) for cell in sorted(area & cells.keys())]
    brand = settings.SCHEME.brand
    fill = {"plain": "#b3bfbb", "reach": brand["mid"], "hero": brand["line"]}[variant]
    land = {
        "plain": 'fill="#fff" stroke="#b9c4c0"',
        "hero": 'fill="#fff" fill-opacity=".08" stroke="#fff" stroke-opacity=".35"',
    }
    left, top = across(on.west), down(on.north)
    width, height = (on.east - on.west) // UNIT, (on.north - on.south) // UNIT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}">']
    if variant in land:
        shape = "".join(path(ring) for ring in outlines(area))
        parts.append(f'<path {land[variant]} stroke-width="3" stroke-linejoin="round" d="{shape}"/>')
    parts.append(f'<g fill="none" stroke="{fill}" stroke-linecap="round">{"".join(circles(dots))}</g></svg>')
    return "".join(parts)


def across(easting: float) -> int:
    return round(easting / UNIT)


def down(northing: float) -> int:
    return round((TOP - northing) / UNIT)


def circles(dots: Iterable[tuple[Cell, int]]) -> Iterator[str]:
    """One path for each size, a dot being a line of no length with round ends: the shortest way to write it."""
    sizes: dict[int, list[Cell]] = {}
    for cell, postcodes in dots:
        diameter = round(2 * min(12, max(3, 2.3 * math.sqrt(postcodes))))
        easting, northing = middle(cell)
        sizes.setdefault(diameter, []).append((down(northing), across(easting)))
    for size, points in sorted(sizes.items()):
        steps, x, y = [], 0, 0
        for row, column in sorted(points):
            steps.append(f"m{column - x}{signed(row - y)}h0")
            x, y = column, row
        yield f'<path stroke-width="{size}" d="{"".join(steps)}"/>'


def signed(number: float) -> str:
    """A number that follows another: a minus sign parts them, else a space."""
    return f"{number}" if number < 0 else f" {number}"


def land_of(known: Iterable[Cell], inside: set[Cell]) -> set[Cell]:
    """The area's hexagons: those with postcodes of its own, and empty ones between them and nearest to them."""
    closed = _shrink(_grow(inside, GAP), GAP)
    nearest = _nearest(set(known), inside, GAP + 1)
    land = inside | {cell for cell in closed if cell in nearest}
    return {cell for piece in _pieces(land) if len(piece) >= SMALLEST_PIECE for cell in piece | _holes(piece)}


def around(cell: Cell) -> Iterator[Cell]:
    return ((cell[0] + column, cell[1] + row) for column, row in NEIGHBOURS)


def _grow(cells: set[Cell], steps: int) -> set[Cell]:
    grown, edge = set(cells), cells
    for _ in range(steps):
        edge = {near for cell in edge for near in around(cell)} - grown
        grown |= edge
    return grown


def _shrink(cells: set[Cell], steps: int) -> set[Cell]:
    rim = {near for cell in cells for near in around(cell)} - cells
    return cells - _grow(rim, steps)


def _nearest(known: set[Cell], inside: set[Cell], steps: int) -> set[Cell]:
    """Cells at most `steps` away from a known one that have one of the inside among their nearest."""
    ours, others = set(inside), known - inside
    taken = known | inside
    mine, theirs = inside, others
    for _ in range(steps):
        mine = {near for cell in mine for near in around(cell)} - taken
        theirs = {near for cell in theirs for near in around(cell)} - taken
        ours |= mine
        taken |= mine | theirs
    return ours


def _pieces(cells: set[Cell]) -> Iterator[set[Cell]]:
    left = set(cells)
    while left:
        edge = {left.pop()}
        piece = set(edge)
        while edge:
            edge = {near for cell in edge for near in around(cell) if near in left}
            left -= edge
            piece |= edge
        yield piece


def _holes(piece: set[Cell]) -> set[Cell]:
    """Cells that a piece encloses."""
    columns, rows = [c for c, _ in piece], [r for _, r in piece]
    frame = {
        (column, row)
        for row in range(min(rows) - 1, max(rows) + 2)
        for column in range(min(columns) - 2, max(columns) + 3)
        if (column + row) % 2 == 0
    }
    pools = sorted(_pieces(frame - piece), key=min)
    return {cell for pool in pools[1:] for cell in pool}


def outlines(land: set[Cell]) -> Iterator[list[Point]]:
    """The border of each piece of land, in units of the drawing, corners rounded."""
    follows: dict[Cell, Cell] = {}
    for cell in land:
        for side, near in enumerate(around(cell)):
            if near not in land:
                follows[_corner(cell, side)] = _corner(cell, side + 1)
    while follows:
        start, after = follows.popitem()
        ring = [start]
        while after != start:
            ring.append(after)
            after = follows.pop(after)
        points = [(x * HALF / UNIT, (TOP - y * ROW / 3) / UNIT) for x, y in ring]
        yield thinned(halfway(halfway(points)))


def _corner(cell: Cell, number: int) -> Cell:
    """A hexagon's corners against the clock from the lower right, in half columns and thirds of rows."""
    x, y = ((1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2))[number % 6]
    return cell[0] + x, cell[1] * 3 + y


def halfway(points: list[Point]) -> list[Point]:
    return [((a + c) / 2, (b + d) / 2) for (a, b), (c, d) in zip(points, points[1:] + points[:1], strict=True)]


def thinned(points: list[Point]) -> list[Point]:
    """Without points that lie on the line between their neighbours."""
    kept: list[Point] = []
    for index, point in enumerate(points):
        before, after = kept[-1] if kept else points[-1], points[(index + 1) % len(points)]
        cross = (point[0] - before[0]) * (after[1] - before[1]) - (point[1] - before[1]) * (after[0] - before[0])
        if abs(cross) > math.dist(before, after):
            kept.append(point)
    return kept


def path(points: list[Point]) -> str:
    """A closed shape in relative steps of whole units."""
    steps, x, y = [], 0, 0
    for number, point in enumerate(points):
        column, row = round(point[0]), round(point[1])
        steps.append(f"{'Ml'[min(number, 1)]}{column - x}{signed(row - y)}")
        x, y = column, row
    return f"{''.join(steps)}z"
