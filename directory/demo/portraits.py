"""Drawn portraits: stand-ins for the photos of people who do not exist. The same look gives the same picture."""

import io

from PIL import Image

from directory.demo.hair import STYLES
from directory.demo.look import HAIRS, SKINS, Look
from directory.demo.sheet import MIDDLE, Sheet, darker

FACE = [(0, 106), (44, 116), (68, 152), (72, 196), (66, 236), (42, 276), (14, 291), (0, 292)]


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
    sheet.block(192, 260, 256, 344, face, corner=26)
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
        sheet.ring(MIDDLE + side * 29, 205, 22, 19, colour, width=4)
        sheet.line([(MIDDLE + side * 51, 202), (MIDDLE + side * 68, 198)], colour, 4)
    sheet.line([(218, 202), (224, 200), (230, 202)], colour, 4)


def as_upload(look: Look) -> io.BytesIO:
    """The portrait as the file a person would send."""
    file = io.BytesIO()
    draw(look).save(file, "PNG", compress_level=1)
    file.seek(0)
    return file
