"""Photos of carers: judged by their content, decoded within bounds, and drawn anew.

Nothing of the upload is kept. What is stored is a fresh square picture without metadata, in three sizes
of WebP and JPEG each, so whatever else the upload carried (a place, a script, a second file) is gone.
"""

import io
import re
import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import IO

import filetype
import pi_heif
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

from audit.recording import Actor, record, who
from files.models import FOLDER, SIZES, Photo

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
SHORTEST_SIDE = 224
LARGEST_SIDE = max(SIZES)
TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/apng": "PNG", "image/webp": "WEBP", "image/heic": "HEIF"}
NAME = re.compile(r"(?P<token>[0-9a-f]{32})-\d+\.\w+")
LONGEST_WITHOUT_ROW = timedelta(days=1)
# In a tall photo the face stands above the middle.
CENTRE = (0.5, 0.4)

pi_heif.register_heif_opener()
# Pillow itself only warns up to twice this many pixels: `_measure` refuses from the first one over.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class PhotoRefused(Exception):
    """An upload that cannot be a carer's photo; its message says, in the active language, how to mend it."""


NOT_A_PHOTO = _("The file must be a photo: a JPEG, PNG, WebP or HEIC file")
EMPTY = _("The file is empty. Choose the photo again")
TOO_LARGE = _("The photo must be smaller than 10 MB. Save it smaller, or send a screenshot of it")
TOO_MANY_PIXELS = _("The photo must have fewer than 40 million pixels. Save it smaller, or send a screenshot of it")
TOO_SMALL = _("The photo must be at least 224 pixels wide and 224 pixels high. Choose a larger one")
BROKEN = _("The photo cannot be opened because part of it is missing or damaged. Save it again, or choose another")


def accept_photo(upload: IO[bytes], *, by: Actor) -> Photo:
    """Stores the photo. Raises `PhotoRefused`, with nothing kept, and `NoActor` without somebody who sends it.

    Files come before the row. Where the transaction around this is taken back later, `sweep` removes them.
    """
    who(by)
    square = draw_anew(_read(upload))
    photo = Photo(token=secrets.token_hex(16))
    try:
        for size in SIZES:
            _store(photo, square, size)
        with transaction.atomic():
            photo.save()
            record("photo.accepted", by=by, target=photo)
    except BaseException:
        _remove_files(photo)
        raise
    return photo


@transaction.atomic
def delete_photo(photo: Photo, *, by: Actor) -> None:
    """The photo is gone from our pages at once, and its files when the change is certain."""
    who(by)
    held = Photo.objects.select_for_update().filter(pk=photo.pk).first()
    if held:
        record("photo.deleted", by=by, target=held)
        transaction.on_commit(partial(_remove_files, held))
        held.delete()


def sweep() -> int:
    """Removes files whose row never came, or has gone: older than a day, so that none is still on its way."""
    if not default_storage.exists(FOLDER):
        return 0
    before = timezone.now() - LONGEST_WITHOUT_ROW
    known = set(Photo.objects.values_list("token", flat=True))
    lost = [
        path
        for name in default_storage.listdir(FOLDER)[1]
        if (match := NAME.fullmatch(name)) and match["token"] not in known
        if _lies_since(path := f"{FOLDER}/{name}", before)
    ]
    for path in lost:
        default_storage.delete(path)
    return len(lost)


def _lies_since(path: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(path) < before
    except FileNotFoundError:  # another sweep was faster
        return False


def draw_anew(data: bytes) -> Image.Image:
    """The photo as a square of our own: turned upright, cropped, on white, in sRGB, with no metadata."""
    kind = filetype.guess(data)
    if kind is None or kind.mime not in TYPES:
        raise PhotoRefused(NOT_A_PHOTO)
    try:
        _open(data, TYPES[kind.mime]).verify()
        return _square(_open(data, TYPES[kind.mime]))
    except (PhotoRefused, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoRefused(TOO_MANY_PIXELS) from error
    except Exception as error:  # a decoder fed broken bytes can raise anything
        raise PhotoRefused(BROKEN) from error


def _read(upload: IO[bytes]) -> bytes:
    upload.seek(0)
    data = upload.read(LARGEST_BYTES + 1)
    if not data:
        raise PhotoRefused(EMPTY)
    if len(data) > LARGEST_BYTES:
        raise PhotoRefused(TOO_LARGE)
    return data


def _open(data: bytes, form: str) -> Image.Image:
    """Reads the head of the file only; the first picture of several."""
    image = Image.open(io.BytesIO(data), formats=(form,))
    if image.width * image.height > MOST_PIXELS:
        raise PhotoRefused(TOO_MANY_PIXELS)
    if min(image.size) < SHORTEST_SIDE:
        raise PhotoRefused(TOO_SMALL)
    return image


def _square(image: Image.Image) -> Image.Image:
    image.draft("RGB", (LARGEST_SIDE * 2, LARGEST_SIDE * 2))  # a JPEG is decoded no larger than needed
    image.load()
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    photo = ImageOps.fit(_in_colour(upright), (LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS, centering=CENTRE)
    square = Image.new("RGB", photo.size, "white")
    square.paste(photo, mask=photo.getchannel("A") if photo.mode == "RGBA" else None)
    return _in_srgb(square, profile if image.mode == "RGB" else None)


def _in_colour(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at white
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
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


def _store(photo: Photo, square: Image.Image, size: int) -> None:
    rendition = square.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    for extension, form, options in (
        ("webp", "WEBP", {"quality": 82, "method": 4}),
        ("jpg", "JPEG", {"quality": 84, "optimize": True, "progressive": True}),
    ):
        out = io.BytesIO()
        rendition.save(out, form, **options)
        default_storage.save(photo.path(size, extension), ContentFile(out.getvalue()))


def _remove_files(photo: Photo) -> None:
    for path in photo.paths():
        default_storage.delete(path)
