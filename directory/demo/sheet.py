"""A sheet to draw flat portraits on: 448 units a side, drawn four times as large and made smaller."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

SIDE, FINER = 448, 4
MIDDLE = 224.0
Point = tuple[float, float]


class Sheet:
    """Draws in units of the finished portrait, with smooth edges."""

    def __init__(self, ground: str):
        self.image = Image.new("RGB", (SIDE * FINER, SIDE * FINER), ground)
        self.draw = ImageDraw.Draw(self.image)

    def oval(self, x: float, y: float, wide: float, high: float, fill: str) -> None:
        box = [(x - wide) * FINER, (y - high) * FINER, (x + wide) * FINER, (y + high) * FINER]
        self.draw.ellipse(box, fill=fill)

    def ring(self, x: float, y: float, wide: float, high: float, fill: str, *, width: float) -> None:
        box = [(x - wide) * FINER, (y - high) * FINER, (x + wide) * FINER, (y + high) * FINER]
        self.draw.ellipse(box, outline=fill, width=round(width * FINER))

    def block(self, left: float, top: float, right: float, bottom: float, fill: str, *, corner: float = 0) -> None:
        box = [left * FINER, top * FINER, right * FINER, bottom * FINER]
        self.draw.rounded_rectangle(box, corner * FINER, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        """A closed smooth curve through the points; a point given twice is a corner."""
        self.draw.polygon([(x * FINER, y * FINER) for x, y in smooth(points)], fill=fill)

    def even(self, half: Sequence[Point], fill: str) -> None:
        """The same, from the points of its right half as (distance from the middle, y), top to bottom."""
        right = [(MIDDLE + x, y) for x, y in half]
        left = [(MIDDLE - x, y) for x, y in reversed(half) if x]
        self.shape([*right, *left], fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        dots = [(x * FINER, y * FINER) for x, y in smooth(points, closed=False)]
        self.draw.line(dots, fill=fill, width=round(width * FINER), joint="curve")
        for x, y in (dots[0], dots[-1]):
            end = width * FINER / 2
            self.draw.ellipse([x - end, y - end, x + end, y + end], fill=fill)

    def finished(self) -> Image.Image:
        return self.image.reduce(FINER)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    around = [points[(i - 1) % count] if closed or i else points[0] for i in range(count)]
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        after = points[(i + 2) % count] if closed or i + 2 < count else points[-1]
        curve += _stretch(around[i], points[i], points[(i + 1) % count], after, steps)
    return curve if closed else [*curve, points[-1]]


def _stretch(before: Point, start: Point, end: Point, after: Point, steps: int) -> list[Point]:
    if start == end:
        return [start]
    before, after = (start if before == start else before), (end if after == end else after)
    return [
        tuple(  # type: ignore[misc]
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            for a, b, c, d in zip(before, start, end, after, strict=True)
        )
        for t in (step / steps for step in range(steps))
    ]


def darker(colour: str, by: float = 0.82) -> str:
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * by):02x}" for i in (1, 3, 5))
