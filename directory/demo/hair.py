"""What is on a head: each style as what lies behind the face and what lies before it.

Every style finds the face between y 106 (crown) and y 292 (chin), 72 units to each side at the eyes.
"""

from collections.abc import Callable

from directory.demo.look import HAIRS, SKINS, Look
from directory.demo.sheet import MIDDLE, Sheet, darker

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
