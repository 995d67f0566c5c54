"""Drawn portraits: stand-ins for the photos of people who do not exist.

Flat shapes on a sheet of 448 units, drawn four times as large and made smaller. The same look gives the
same picture.
"""

import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

SIDE, FINER = 448, 4
MIDDLE = 224.0
Point = tuple[float, float]

# Each skin: face, shade (neck, nose, ears), cheek, lip.
SKINS = {
    "pale": ("#f6d3bd", "#e3b093", "#f2bfa9", "#b5574a"),
    "fair": ("#f0c4a4", "#d9a07c", "#e9b093", "#a84c3f"),
    "olive": ("#dfae83", "#c48f62", "#da9c76", "#97473a"),
    "tan": ("#c98f63", "#a97047", "#c1805a", "#843b30"),
    "brown": ("#a56d46", "#87542f", "#9c613f", "#6d2c25"),
    "dark": ("#80502f", "#613920", "#8a4f38", "#4f1c1a"),
    "deep": ("#653f2b", "#45271a", "#71432f", "#c07a6c"),
}
HAIRS = {
    "black": ("#22191a", "#37292a"),
    "dark": ("#3b261c", "#523729"),
    "brown": ("#643b22", "#7d4e31"),
    "auburn": ("#7c3a1c", "#964b27"),
    "red": ("#a4501f", "#bd662f"),
    "fair": ("#c3944f", "#d5aa69"),
    "blonde": ("#dcbb7b", "#e8cd98"),
    "grey": ("#8f8d8b", "#a5a3a1"),
    "silver": ("#bdbbb8", "#d0cecb"),
    "white": ("#dedbd5", "#ebe8e3"),
}
GROUNDS = ("#dbe7df", "#efe3da", "#e6dfd0", "#dfe6ee", "#e9e0ea", "#dceaea", "#f0e6cf", "#e4e8d9", "#e8dddd")
CLOTHES = (
    "#22705f", "#2f3c57", "#3d5a86", "#b4612c", "#7a3553", "#54713f",
    "#8a3b36", "#46627a", "#6a5a86", "#2c6a80", "#94752f", "#4b4a4d",
)  # fmt: skip
SCARVES = ("#7c4b74", "#2e6670", "#8f3f4f", "#34507c", "#5c6b3e", "#5b5f66")


@dataclass(frozen=True)
class Look:
    """What a portrait shows. `hair` and `skin` are keys of the tables above, `style` of `STYLES`."""

    style: str
    skin: str
    hair: str
    ground: str = GROUNDS[0]
    clothes: str = CLOTHES[0]
    scarf: str = SCARVES[0]
    collar: str = "round"
    beard: str = ""
    glasses: str = ""
    older: bool = False
    smile: float = 1.0


class Sheet:
    """Draws in units of the finished portrait, with smooth edges."""

    def __init__(self, ground: str):
        self.image = Image.new("RGB", (SIDE * FINER, SIDE * FINER), ground)
        self.draw = ImageDraw.Draw(self.image)

    def oval(self, x: float, y: float, wide: float, high: float, fill: str) -> None:
        box = [(x - wide) * FINER, (y - high) * FINER, (x + wide) * FINER, (y + high) * FINER]
        self.draw.ellipse(box, fill=fill)

    def ring(self, x: float, y: float, wide: float, high: float, fill: str, width: float) -> None:
        box = [(x - wide) * FINER, (y - high) * FINER, (x + wide) * FINER, (y + high) * FINER]
        self.draw.ellipse(box, outline=fill, width=round(width * FINER))

    def block(self, left: float, top: float, right: float, bottom: float, fill: str, corner: float = 0) -> None:
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


# The face, as every style finds it: from y 106 (crown) to 292 (chin), 72 to each side at the eyes.
FACE = [(0, 106), (44, 116), (68, 152), (72, 196), (66, 236), (42, 276), (14, 291), (0, 292)]
Draw = Callable[[Sheet, Look], None]


def _none(sheet: Sheet, look: Look) -> None:
    pass


def _crop(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.even(
        [(0, 84), (46, 92), (76, 124), (80, 170), (76, 206), (68, 206), (66, 176), (58, 148), (30, 140), (0, 141)], base
    )
    sheet.line([(176, 112), (206, 99), (246, 98)], light, 5)


def _side_part(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape(
        [(150, 208), (144, 170), (150, 118), (186, 86), (236, 78), (284, 96), (306, 138), (304, 180), (298, 208),
         (290, 206), (286, 172), (276, 152), (236, 150), (196, 132), (184, 126), (172, 152), (162, 172), (158, 206)],
        base,
    )  # fmt: skip
    sheet.line([(190, 110), (228, 98), (268, 112)], light, 5)


def _quiff(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape(
        [(148, 204), (144, 168), (152, 126), (172, 92), (208, 70), (256, 72), (290, 92), (304, 134), (304, 172),
         (300, 204), (292, 204), (290, 170), (278, 140), (240, 136), (206, 144), (178, 136), (164, 156), (157, 204)],
        base,
    )  # fmt: skip
    sheet.line([(188, 106), (220, 88), (262, 92)], light, 5)


def _receding(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    for side in (-1, 1):
        sheet.shape(
            [(MIDDLE + side * x, y) for x, y in
             [(52, 146), (70, 142), (81, 166), (79, 200), (72, 218), (66, 212), (66, 186), (60, 164)]],
            base,
        )  # fmt: skip


def _close(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    sheet.even([(0, 94), (46, 102), (72, 136), (75, 180), (70, 196), (66, 172), (60, 150), (50, 140), (0, 140)], base)


def _afro_back(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    for x, y, size in ((224, 122, 78), (164, 140, 52), (284, 140, 52), (142, 184, 42), (306, 184, 42),
                       (184, 96, 50), (264, 96, 50), (152, 222, 32), (296, 222, 32)):  # fmt: skip
        sheet.oval(x, y, size, size, base)


def _afro_front(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    for x, y, size in ((178, 128, 25), (204, 116, 26), (236, 114, 27), (264, 124, 26), (160, 152, 17), (288, 152, 17)):
        sheet.oval(x, y, size, size, base)


def _bob_back(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    sheet.even([(0, 80), (54, 90), (88, 130), (94, 200), (98, 270), (84, 306), (50, 300), (0, 290)], base)


def _bob_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape(
        [(146, 222), (142, 160), (160, 108), (206, 82), (262, 86), (300, 122), (307, 170), (302, 222),
         (290, 196), (276, 164), (244, 142), (214, 130), (206, 128), (190, 150), (168, 168), (158, 190)],
        base,
    )  # fmt: skip
    sheet.line([(176, 116), (204, 102), (240, 100)], light, 5)


def _fringe_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.even([(0, 82), (52, 92), (82, 132), (84, 200), (76, 226), (66, 186), (58, 170), (30, 172), (0, 173)], base)
    sheet.line([(180, 118), (208, 104), (246, 104)], light, 5)


def _long_back(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    sheet.even([(0, 80), (56, 90), (90, 134), (94, 220), (104, 320), (98, 384), (60, 390), (0, 380)], base)


def _centre_front(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    for side in (-1, 1):
        sheet.shape(
            [(MIDDLE + side * x, y) for x, y in
             [(-3, 84), (-3, 84), (48, 90), (82, 132), (88, 200), (88, 262), (74, 262), (71, 208), (58, 160),
              (24, 128), (-3, 118), (-3, 118)]],
            base,
        )  # fmt: skip
    sheet.line([(224, 88), (224, 116)], HAIRS[look.hair][1], 3)


def _wavy_back(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    sheet.oval(MIDDLE, 160, 86, 80, base)
    for side in (-1, 1):
        for x, y, size in ((60, 166, 34), (70, 206, 32), (68, 244, 33), (74, 282, 32), (68, 316, 30)):
            sheet.oval(MIDDLE + side * x, y, size, size, base)


def _wavy_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape(
        [(150, 214), (140, 168), (156, 112), (200, 80), (256, 82), (298, 118), (308, 172), (298, 216),
         (288, 186), (284, 156), (262, 134), (238, 120), (216, 142), (184, 150), (166, 172), (160, 196)],
        base,
    )  # fmt: skip
    sheet.line([(174, 118), (202, 100), (240, 100)], light, 5)


def _curly_back(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    for side in (-1, 1):
        for x, y, size in ((22, 96, 30), (58, 114, 30), (80, 146, 28), (88, 182, 27), (90, 218, 27), (84, 252, 25)):
            sheet.oval(MIDDLE + side * x, y, size, size, base)


def _curly_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    for x, y, size in ((176, 134, 24), (200, 120, 25), (230, 116, 26), (258, 122, 25), (278, 142, 21), (158, 160, 17),
                       (292, 166, 16)):  # fmt: skip
        sheet.oval(x, y, size, size, base)
    for x, y in ((190, 112), (226, 104), (262, 114)):
        sheet.line([(x - 9, y + 4), (x, y - 3), (x + 10, y + 3)], light, 4)


def _bun_back(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.oval(224, 74, 36, 32, base)
    sheet.line([(206, 66), (224, 56), (242, 64)], light, 4)


def _bun_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.even([(0, 88), (48, 96), (76, 132), (80, 178), (74, 208), (68, 184), (58, 152), (30, 130), (0, 124)], base)
    for side in (-1, 1):
        sheet.line([(MIDDLE + side * 48, 128), (MIDDLE + side * 26, 106), (MIDDLE + side * 8, 98)], light, 3.5)


def _tail_back(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape([(292, 150), (322, 176), (334, 236), (326, 300), (306, 344), (290, 330), (294, 270), (286, 200)], base)
    sheet.line([(314, 200), (320, 246), (314, 296)], light, 4)


def _pixie(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.shape(
        [(152, 226), (141, 184), (146, 124), (180, 86), (236, 78), (288, 98), (308, 146), (306, 190), (296, 226),
         (290, 202), (288, 176), (268, 166), (240, 160), (214, 140), (196, 160), (176, 172), (162, 182), (160, 206)],
        base,
    )  # fmt: skip
    sheet.line([(182, 118), (212, 100), (256, 104)], light, 5)


def _braids_back(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.even([(0, 84), (54, 92), (86, 134), (88, 200), (84, 240), (0, 240)], base)
    for side in (-1, 1):
        for x, length in ((66, 372), (80, 364), (92, 348)):
            sheet.line(
                [(MIDDLE + side * (x - 4), 190), (MIDDLE + side * x, 270), (MIDDLE + side * x, length)], base, 12
            )
            sheet.line([(MIDDLE + side * x, 290), (MIDDLE + side * x, length - 14)], light, 2.5)


def _braids_front(sheet: Sheet, look: Look) -> None:
    base, light = HAIRS[look.hair]
    sheet.even([(0, 88), (48, 95), (78, 132), (82, 190), (74, 214), (68, 184), (56, 150), (28, 130), (0, 126)], base)
    for x in (-44, -22, 0, 22, 44):
        sheet.line([(MIDDLE + x * 1.05, 132 + abs(x) * 0.25), (MIDDLE + x * 0.72, 98 + abs(x) * 0.2)], light, 2.5)


def _scarf_back(sheet: Sheet, look: Look) -> None:
    sheet.even([(0, 78), (56, 88), (92, 134), (96, 210), (104, 292), (118, 352), (90, 384), (0, 396)], look.scarf)


def _scarf_front(sheet: Sheet, look: Look) -> None:
    """Cloth with the face left open, folds falling under the chin."""
    opening = [(0, 136), (36, 142), (60, 170), (64, 208), (56, 246), (34, 278), (0, 288)]
    face, _shade, _cheek, _lip = SKINS[look.skin]
    sheet.even([(0, 82), (54, 90), (88, 134), (90, 214), (84, 270), (98, 330), (70, 366), (0, 374)], look.scarf)
    sheet.even(opening, face)
    fold = darker(look.scarf)
    sheet.line([(160, 262), (180, 302), (224, 320), (268, 302), (288, 262)], fold, 4.5)
    sheet.line([(148, 300), (178, 336), (236, 344)], fold, 4.5)


STYLES: dict[str, tuple[Draw, Draw]] = {
    "crop": (_none, _crop),
    "side part": (_none, _side_part),
    "quiff": (_none, _quiff),
    "receding": (_none, _receding),
    "bald": (_none, _none),
    "close": (_none, _close),
    "afro": (_afro_back, _afro_front),
    "bob": (_bob_back, _bob_front),
    "bob with fringe": (_bob_back, _fringe_front),
    "long": (_long_back, _centre_front),
    "long with fringe": (_long_back, _fringe_front),
    "wavy": (_wavy_back, _wavy_front),
    "curly": (_curly_back, _curly_front),
    "bun": (_bun_back, _bun_front),
    "tail": (_tail_back, _bob_front),
    "pixie": (_none, _pixie),
    "braids": (_braids_back, _braids_front),
    "scarf": (_scarf_back, _scarf_front),
}


def darker(colour: str, by: float = 0.82) -> str:
    return "#" + "".join(f"{round(int(colour[i : i + 2], 16) * by):02x}" for i in (1, 3, 5))


def draw(look: Look) -> Image.Image:
    sheet = Sheet(look.ground)
    back, front = STYLES[look.style]
    back(sheet, look)
    _shoulders(sheet, look)
    if look.style != "scarf":
        _neck_and_ears(sheet, look)
    sheet.even(FACE, SKINS[look.skin][0])
    if look.style == "scarf":
        front(sheet, look)
    for side in (-1, 1):
        sheet.oval(MIDDLE + side * 42, 236, 13, 9, SKINS[look.skin][2])
    if look.beard:
        _beard(sheet, look)
    _features(sheet, look)
    if look.style != "scarf":
        front(sheet, look)
    if look.glasses:
        _glasses(sheet, look)
    return sheet.finished()


def _shoulders(sheet: Sheet, look: Look) -> None:
    sheet.even([(0, 326), (46, 330), (104, 350), (150, 384), (164, 448), (166, 470), (0, 470)], look.clothes)
    face, shade, _cheek, _lip = SKINS[look.skin]
    if look.collar == "shirt":
        sheet.even([(0, 322), (36, 324), (28, 346), (0, 380), (0, 380)], face)
        for side in (-1, 1):
            sheet.shape(
                [(MIDDLE + side * x, y) for x, y in [(32, 318), (47, 332), (30, 380), (30, 380), (0, 384), (0, 384)]],
                darker(look.clothes, 0.8),
            )
    elif look.collar == "tunic":
        sheet.even([(0, 322), (40, 326), (34, 346), (0, 384)], darker(look.clothes, 0.8))
        sheet.even([(0, 318), (34, 322), (28, 342), (0, 374)], face)
    else:
        sheet.oval(MIDDLE, 334, 52, 40, "#f3f1ec" if look.collar == "round" else darker(look.clothes, 0.8))
        sheet.oval(MIDDLE, 328, 40, 34, face)
    sheet.oval(MIDDLE, 326, 30, 16, shade)


def _neck_and_ears(sheet: Sheet, look: Look) -> None:
    face, shade, _cheek, _lip = SKINS[look.skin]
    sheet.block(192, 260, 256, 344, face, 26)
    sheet.shape([(192, 268), (208, 290), (224, 296), (240, 290), (256, 268), (256, 292), (224, 316), (192, 292)], shade)
    for side in (-1, 1):
        sheet.oval(MIDDLE + side * 72, 208, 12, 19, face)
        sheet.oval(MIDDLE + side * 73, 209, 5, 10, shade)


def _features(sheet: Sheet, look: Look) -> None:
    _face, shade, _cheek, lip = SKINS[look.skin]
    dark_skin = look.skin in {"brown", "dark", "deep"}
    ink = "#170f0e" if dark_skin else "#2e211e"
    brow = darker(HAIRS[look.hair][0], 0.85) if look.hair not in {"white", "silver", "blonde"} else "#96856f"
    for side in (-1, 1):
        x = MIDDLE + side * 28
        if dark_skin:
            sheet.oval(x, 204, 9.5, 7.5, "#f4ece4")
        sheet.oval(x, 204, 6.5, 7.5, ink)
        sheet.oval(x + 2.2, 201.6, 2, 2, "#ffffff")
        sheet.line([(x - side * 13, 184), (x, 180), (x + side * 14, 186)], brow, 5)
        if look.older:
            sheet.line([(MIDDLE + side * 46, 204), (MIDDLE + side * 53, 201)], shade, 2.6)
            sheet.line([(MIDDLE + side * 46, 208), (MIDDLE + side * 53, 210)], shade, 2.6)
            sheet.line([(MIDDLE + side * 25, 232), (MIDDLE + side * 33, 244), (MIDDLE + side * 34, 252)], shade, 2.6)
    sheet.line([(225, 208), (232, 230), (219, 232)], shade, 4.5)
    rise = 9 * look.smile
    if look.smile > 1.2:
        sheet.shape(
            [(200, 250), (200, 250), (224, 255), (248, 250), (248, 250), (238, 264), (224, 268), (210, 264)], lip
        )
        sheet.shape([(206, 252), (206, 252), (224, 256), (242, 252), (242, 252), (224, 261)], "#fbf7f2")
    else:
        sheet.line(
            [(202, 252), (212, 252 + rise * 0.75), (224, 252 + rise), (236, 252 + rise * 0.75), (246, 252)], lip, 5
        )


def _beard(sheet: Sheet, look: Look) -> None:
    base, _light = HAIRS[look.hair]
    if look.beard in {"full", "short"}:
        chin = 304 if look.beard == "full" else 295
        outer = [(72, 208), (70, 244), (46, 284), (16, chin), (0, chin + 1)]
        inner = [(0, 240), (26, 240), (44, 232), (62, 208)]
        sheet.shape(
            [(MIDDLE + x, y) for x, y in outer] + [(MIDDLE - x, y) for x, y in reversed(outer[:-1])]
            + [(MIDDLE - x, y) for x, y in reversed(inner)] + [(MIDDLE + x, y) for x, y in inner[1:]],
            base,
        )  # fmt: skip
    elif look.beard == "moustache":
        sheet.even([(0, 238), (22, 240), (34, 250), (20, 250), (0, 248)], base)


def _glasses(sheet: Sheet, look: Look) -> None:
    colour = {"dark": "#2b2b33", "brown": "#6a4630", "light": "#7d8a94", "red": "#8b3a41"}[look.glasses]
    for side in (-1, 1):
        sheet.ring(MIDDLE + side * 29, 205, 22, 19, colour, 4)
        sheet.line([(MIDDLE + side * 51, 202), (MIDDLE + side * 68, 198)], colour, 4)
    sheet.line([(218, 202), (224, 200), (230, 202)], colour, 4)


WOMEN = ("bob", "bob with fringe", "long", "long with fringe", "wavy", "curly", "bun", "tail", "pixie")
MEN = ("crop", "side part", "quiff", "receding", "bald", "crop", "side part")
SKINS_OF = {
    "white": ("pale", "fair", "fair", "pale", "olive"),
    "mediterranean": ("olive", "fair", "tan"),
    "asian": ("tan", "brown", "olive"),
    "east": ("olive", "fair"),
    "black": ("brown", "dark", "deep"),
}
YOUNGER_HAIR = {
    "white": ("dark", "brown", "brown", "auburn", "red", "fair", "blonde"),
    "mediterranean": ("dark", "black", "brown"),
}


def imagine(chance: random.Random, *, woman: bool, background: str, older: bool, scarf: bool) -> Look:
    """A look that a person of that background and age may well have."""
    black = background == "black"
    styles = (
        (("afro", "braids", "close", "bun", "curly") if black else WOMEN)
        if woman
        else (("close", "close", "bald", "afro") if black else MEN)
    )
    style = "scarf" if scarf else chance.choice(styles)
    hair = chance.choice(("grey", "silver", "white") if older else YOUNGER_HAIR.get(background, ("black", "dark")))
    skin = chance.choice(SKINS_OF[background])
    if hair in {"red", "blonde"} and skin == "olive":
        skin = "fair"
    if style in {"receding", "bald"} and not older and not black:
        style = "crop"
    return Look(
        style=style,
        skin=skin,
        hair=hair,
        ground=chance.choice(GROUNDS),
        clothes=chance.choice(CLOTHES),
        scarf=chance.choice(SCARVES),
        collar="plain" if scarf else chance.choice(("round", "plain", "shirt", "tunic")),
        beard="" if woman else chance.choice(("", "", "", "short", "full", "moustache" if older else "")),
        glasses=chance.choice(("", "", "", "", "", "", "dark", "brown", "light", "red" if woman else "dark")),
        older=older,
        smile=chance.choice((0.8, 1.0, 1.0, 1.4)),
    )


def as_upload(look: Look) -> io.BytesIO:
    """The portrait as the file a person would send."""
    file = io.BytesIO()
    draw(look).save(file, "PNG", compress_level=1)
    file.seek(0)
    return file
