"""Pictures that people send: judged by their content, opened within bounds, and drawn anew without metadata.

Photos of carers and papers photographed with a phone are opened here, and nowhere else.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import filetype
import pi_heif
from PIL import Image, ImageCms, ImageFile, ImageOps

MOST_PIXELS = 40_000_000
TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/apng": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}

pi_heif.register_heif_opener()
# Pillow itself only warns up to twice this many pixels: `opened` refuses from the first one over.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class Unusable(Exception):
    """A picture that cannot be taken; the room that asked for it says so in words."""


class NotAPicture(Unusable):
    """None of `TYPES`, whatever its name says."""


class TooManyPixels(Unusable):
    """More than `MOST_PIXELS`, or a head that claims so."""


class Broken(Unusable):
    """Part of it is missing or damaged."""


@contextmanager
def decoding() -> Iterator[None]:
    """Whatever a decoder raises inside is `Unusable`."""
    try:
        yield
    except (Unusable, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Exception as error:  # a decoder fed broken bytes can raise anything
        raise Broken from error


def opened(data: bytes) -> Image.Image:
    """The first picture of several, of which the head alone has been read."""
    kind = filetype.guess(data)
    if kind is None or kind.mime not in TYPES:
        raise NotAPicture
    image = Image.open(io.BytesIO(data), formats=(TYPES[kind.mime],))
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixels
    return image


def decoded(data: bytes, *, needed: int) -> Image.Image:
    """The picture upright, in RGB or RGBA. A JPEG is decoded no larger than `needed` pixels a side ask for."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once loaded, turns it on for the whole process
    opened(data).verify()
    image = opened(data)
    image.draft("RGB", (needed, needed))
    image.load()
    upright = in_colour(ImageOps.exif_transpose(image))
    upright.info = {"icc_profile": image.info.get("icc_profile") if image.mode == "RGB" else None}
    return upright


def in_colour(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at white
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """On white, in sRGB, and nothing of what the file carried besides."""
    drawn = Image.new("RGB", image.size, "white")
    drawn.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return in_srgb(drawn, profile)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones write wider colours with a profile: without it, and unconverted, skin would look grey."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), inPlace=True)
    except (ImageCms.PyCMSError, OSError):
        pass  # a profile that cannot be read changes nothing
    image.info.clear()
    return image


def redrawn(data: bytes, *, longest: int) -> bytes:
    """As a JPEG in which a certificate's small print can be read, at most `longest` pixels a side."""
    with decoding():
        image = decoded(data, needed=longest)
        profile = image.info["icc_profile"]
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        plain(image, profile).save(out, "JPEG", quality=88, subsampling=0, optimize=True, progressive=True)
        return out.getvalue()
