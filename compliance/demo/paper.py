"""A certificate as somebody would photograph it, drawn: invented, and it says so."""

import io

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont

SIZE = (900, 1200)
INK, LINE, HEAD = (38, 38, 42), (200, 200, 204), (32, 52, 110)


def certificate(giver: str, title: str, lines: list[tuple[str, str]]) -> ContentFile:
    """`lines` are what it says, each with its label."""
    sheet = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(sheet)
    pen.ellipse((70, 70, 130, 130), fill=HEAD)
    pen.arc((82, 88, 118, 136), 180, 360, fill="white", width=6)
    pen.text((150, 72), giver, font=font(34), fill=HEAD)
    pen.text((150, 112), "An invented company, for looking around", font=font(20), fill=INK)
    pen.rectangle((690, 74, 830, 116), outline=LINE, width=2)
    pen.text((712, 84), "EXAMPLE", font=font(22), fill=INK)
    pen.line((70, 170, 830, 170), fill=HEAD, width=4)
    pen.text((70, 210), title, font=font(36), fill=INK)
    for number, (label, value) in enumerate(lines):
        y = 310 + number * 62
        pen.text((70, y), label, font=font(22), fill=INK)
        pen.text((350, y), value, font=font(24), fill=INK)
        pen.line((70, y + 44, 830, y + 44), fill=LINE, width=1)
    pen.line((70, 1060, 330, 1010), fill=HEAD, width=3)
    pen.line((330, 1010, 360, 1050), fill=HEAD, width=3)
    pen.text((70, 1090), f"For {giver}", font=font(22), fill=INK)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return ContentFile(out.getvalue(), name="certificate.jpg")


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
