"""Maps drawn on the server: what a page lays over the base map, in pixels of the picture."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from directory import basemap
from directory.cards import Card
from directory.models import METRES_PER_MILE, Listing
from directory.places import Place, Spot

BAR_MILES = 5
# Letters in pixels, on phones larger (site.css), and their widths for one of height in a bold and broad face.
LETTERS, HOME_LETTERS, LINE = 14, 13, 17
WIDTHS = {**dict.fromkeys("ijlI '’.,-‑", 0.38), **dict.fromkeys("frt", 0.48), **dict.fromkeys("mwMW", 1.05)}
CAPITAL, OTHER = 0.78, 0.69
NUMBER_RADIUS = 10
NEAR_METRES = 1_500
# Where a name may stand beside its place: right, left, above, below, and above or below to one side.
SIDES = (
    (12, 4.5, "start"), (-12, 4.5, "end"), (0, -12, "middle"), (0, 22, "middle"),
    (14, -12, "end"), (14, 22, "end"), (-14, -12, "start"), (-14, 22, "start"),
)  # fmt: skip
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A window of the grid shown `width` by `height` pixels: `west` and `north` are its upper left corner."""

    west: float
    north: float
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, box: Box, width: int, height: int) -> "Frame":
        """The smallest window of that shape that takes in all four edges, what it takes in standing in the middle."""
        west, south, east, north = box
        scale = max((east - west) / width, (north - south) / height)
        return cls((west + east - scale * width) / 2, (south + north + scale * height) / 2, scale, width, height)

    def x(self, easting: float) -> float:
        return round((easting - self.west) / self.scale, 1)

    def y(self, northing: float) -> float:
        return round((self.north - northing) / self.scale, 1)

    def length(self, metres: float) -> float:
        return round(metres / self.scale, 1)

    def shows(self, place: Any) -> bool:
        return 6 < self.x(place.easting) < self.width - 6 and 6 < self.y(place.northing) < self.height - 6


@dataclass(frozen=True)
class Image:
    """The base map, placed so that it lies right under this window."""

    href: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Circle:
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Number:
    """A carer's number at their base, or beside it where another stands there already."""

    x: float
    y: float
    number: int

    @property
    def box(self) -> Box:
        return self.x - NUMBER_RADIUS, self.y - NUMBER_RADIUS, self.x + NUMBER_RADIUS, self.y + NUMBER_RADIUS


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    anchor: str
    name: str
    inside: bool
    count: int | None

    @property
    def box(self) -> Box:
        wide = _wide(self.name) * LETTERS if self.count is None else _wide(f"{self.name} {self.count}") * HOME_LETTERS
        left = self.x - {"start": 0, "middle": wide / 2, "end": wide}[self.anchor]
        return left, self.y - LINE + 4, left + wide, self.y + 4


@dataclass
class Map:
    """What `directory/_map.html` draws. `kind` is results, coverage or home."""

    kind: str
    title: str
    frame: Frame
    base: Image | None = None
    reach: Image | None = None
    rings: list[Circle] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    dots: list[Circle] = field(default_factory=list)
    pin: Circle | None = None
    key: list[Card] = field(default_factory=list)

    @property
    def many(self) -> bool:
        """Too many carers for their names to stand beside the map."""
        return len(self.key) > 7

    @property
    def bar(self) -> float:
        return self.frame.length(BAR_MILES * METRES_PER_MILE)

    @property
    def bar_y(self) -> int:
        return self.frame.height - 12

    @property
    def bar_box(self) -> Box:
        return 0, self.bar_y - 24, max(self.bar, 60) + 16, self.frame.height


def results_map(spot: Spot, cards: list[Card]) -> Map | None:
    """The searched point, the bases of this page's carers, numbered, and how far each goes."""
    if not cards:
        return None
    listings = [card.listing for card in cards]
    frame = Frame.around(_extent([spot, *listings], margin=4 * METRES_PER_MILE), 480, 400)
    pin = Circle(frame.x(spot.easting), frame.y(spot.northing), 3)
    title = _("Map: the point you asked about, where these %(carers)s start from, and how far each one goes")
    drawn = Map("results", title % settings.SCHEME.words, frame, _image(frame, "plain"), pin=pin, key=cards)
    drawn.rings = list(dict.fromkeys(_ring(frame, listing) for listing in listings if not listing.whole_area))
    taken = [drawn.bar_box, (pin.x - 10, pin.y - 26, pin.x + 10, pin.y + 2)]
    named, others = _towns(frame, [spot, *listings])
    waiting = []
    for card in cards:
        number = _number(frame, card)
        if _meets(number.box, taken):
            waiting.append(card)
        else:
            taken.append(number.box)
            drawn.numbers.append(number)
    drawn.labels = list(_labels(frame, named, taken))
    taken += [label.box for label in drawn.labels]
    for card in waiting:
        number = _free_number(frame, card, taken)
        taken.append(number.box)
        drawn.numbers.append(number)
    drawn.labels += _labels(frame, others, taken)
    return drawn


def coverage_map(listing: Listing) -> Map:
    """A carer's base and reach, the dots inside it coloured."""
    sheet = basemap.sheet()
    if listing.whole_area and sheet:
        frame = Frame.around(sheet.box, 360, 356)
    else:
        frame = Frame.around(_extent([listing], margin=listing.miles * METRES_PER_MILE * 1.13), 360, 356)
    drawn = Map("coverage", _coverage_title(listing), frame, _image(frame, "plain"), _image(frame, "reach"))
    if not listing.whole_area:
        drawn.rings = [_ring(frame, listing)]
    drawn.dots = [Circle(frame.x(listing.easting), frame.y(listing.northing), 4)]
    named, others = _towns(frame, [listing])
    drawn.labels = list(_labels(frame, [*named, *others], [drawn.bar_box, _around(frame, listing)]))
    return drawn


def home_map(counts: Mapping[str, int]) -> Map | None:
    """The whole area with the number of carers who cover each town, by the town's slug."""
    sheet = basemap.sheet()
    if sheet is None:
        return None
    height = round(min(432, max(240, 320 * (sheet.north - sheet.south) / (sheet.east - sheet.west))))
    frame = Frame.around(sheet.box, 320, height)
    towns = [place for place in settings.SCHEME.places if place.slug in counts]
    title = _("Map of %(area)s: dots where people live, numbers of %(carers)s who cover each town")
    drawn = Map("home", title % {**settings.SCHEME.words, "area": settings.SCHEME.area}, frame, _image(frame, "hero"))
    drawn.labels = list(_labels(frame, towns, [], counts))
    shown = {label.name for label in drawn.labels}
    drawn.dots = [Circle(frame.x(t.easting), frame.y(t.northing), 3) for t in towns if str(t.name) in shown]
    return drawn


def _coverage_title(listing: Listing) -> str:
    words = {"name": listing.name, "place": listing.base_name, "area": settings.SCHEME.area, "miles": listing.miles}
    if listing.whole_area:
        return _("Map: %(name)s covers all of %(area)s") % words
    return (
        ngettext(
            "Map: %(place)s and %(miles)s mile around it", "Map: %(place)s and %(miles)s miles around it", listing.miles
        )
        % words
    )


def _extent(points: Iterable[Any], margin: float) -> Box:
    eastings, northings = zip(*((point.easting, point.northing) for point in points), strict=True)
    return min(eastings) - margin, min(northings) - margin, max(eastings) + margin, max(northings) + margin


def _image(frame: Frame, variant: str) -> Image | None:
    sheet = basemap.sheet()
    if sheet is None:
        return None
    width, height = frame.length(sheet.east - sheet.west), frame.length(sheet.north - sheet.south)
    return Image(sheet.url(variant), frame.x(sheet.west), frame.y(sheet.north), width, height)


def _ring(frame: Frame, listing: Listing) -> Circle:
    return Circle(frame.x(listing.easting), frame.y(listing.northing), frame.length(listing.miles * METRES_PER_MILE))


def _number(frame: Frame, card: Card, dx: float = 0, dy: float = 0) -> Number:
    x, y = frame.x(card.listing.easting), frame.y(card.listing.northing)
    return Number(round(x + dx, 1), round(y + dy, 1), card.number)


def _free_number(frame: Frame, card: Card, taken: list[Box]) -> Number:
    """The nearest free place around the base: several carers may start from one town."""
    step = 2 * NUMBER_RADIUS + 1
    spots = [(column * step, row * step) for column in range(-4, 5) for row in range(-4, 5)]
    numbers = (_number(frame, card, *spot) for spot in sorted(spots, key=lambda spot: math.hypot(*spot)))
    return next((number for number in numbers if not _meets(number.box, taken)), _number(frame, card))


def _towns(frame: Frame, named: Iterable[Any]) -> tuple[Sequence[Place], Sequence[Place]]:
    """Places in the window: those that somebody starts from or asked about, and the other towns, our own first."""
    shown = [place for place in settings.SCHEME.places if frame.shows(place)]
    first: dict[Place, None] = {}
    for thing in named:
        away = {place: math.dist((place.easting, place.northing), (thing.easting, thing.northing)) for place in shown}
        if away and away[nearest := min(away, key=away.__getitem__)] < NEAR_METRES:
            first[nearest] = None
    towns = (place for place in shown if place.town and place not in first)
    return list(first), sorted(towns, key=lambda place: not place.inside)


def _labels(
    frame: Frame, places: Sequence[Place], taken: Sequence[Box], counts: Mapping[str, int] | None = None
) -> Iterator[Label]:
    """A name beside each place, right, left, above or below; none where every side is taken.

    The larger towns come first in the scheme's file and so on the map. A name with a number keeps off the other towns'
    dots where it can.
    """
    taken = list(taken)
    for place in places:
        if counts and _meets(_around(frame, place), taken):
            continue
        others = [_around(frame, other, 9) for other in places if other != place] if counts else []
        count = counts[place.slug] if counts else None
        label = _label(frame, place, [*taken, *others], count) or _label(frame, place, taken, count)
        if label:
            taken += [label.box, *([_around(frame, place)] if counts else [])]
            yield label


def _label(frame: Frame, place: Place, taken: Sequence[Box], count: int | None) -> Label | None:
    x, y = frame.x(place.easting), frame.y(place.northing)
    sides = (
        Label(round(x + dx, 1), round(y + dy, 1), anchor, str(place.name), place.inside, count)
        for dx, dy, anchor in SIDES
    )
    return next((label for label in sides if _fits(frame, label.box) and not _meets(label.box, taken)), None)


def _wide(text: str) -> float:
    return sum(WIDTHS.get(letter, CAPITAL if letter.isupper() else OTHER) for letter in text)


def _around(frame: Frame, place: Any, pixels: float = 3) -> Box:
    x, y = frame.x(place.easting), frame.y(place.northing)
    return x - pixels, y - pixels, x + pixels, y + pixels


def _fits(frame: Frame, box: Box) -> bool:
    return box[0] >= 2 and box[1] >= 2 and box[2] <= frame.width - 2 and box[3] <= frame.height - 2


def _meets(box: Box, taken: Iterable[Box]) -> bool:
    return any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken)


@require_safe
@login_not_required
def base_map(request: HttpRequest, version: str, variant: str) -> HttpResponse:
    """The base map's file: kept by browsers for ever, since another version has another address."""
    sheet = basemap.sheet()
    if sheet is None or variant not in basemap.VARIANTS:
        raise Http404
    if version != sheet.version:
        return HttpResponseRedirect(sheet.url(variant))
    return basemap.answer(request, sheet, variant)
