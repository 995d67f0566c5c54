"""Photos of carers: judged by their content, decoded within bounds, and drawn anew.

Nothing of the upload is kept. What is stored is a fresh square picture without metadata, in three sizes
of WebP and JPEG each, so whatever else the upload carried (a place, a script, a second file) is gone.
"""

import io
import re
import secrets
from datetime import timedelta
from functools import partial
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from audit.recording import Actor, record, who
from files import images
from files.models import FOLDER, SIZES, Photo
from files.storage import lost

LARGEST_BYTES = 10 * 1024 * 1024
SHORTEST_SIDE = 224
LARGEST_SIDE = max(SIZES)
NAME = re.compile(r"(?P<token>[0-9a-f]{32})-\d+\.\w+")
LONGEST_WITHOUT_ROW = timedelta(days=1)
# In a tall photo the face stands above the middle.
CENTRE = (0.5, 0.4)


class PhotoRefused(Exception):
    """An upload that cannot be a carer's photo; its message says, in the active language, how to mend it."""


class TooSmall(images.Unusable):
    """Fewer than `SHORTEST_SIDE` pixels on a side."""


NOT_A_PHOTO = _("The file must be a photo: a JPEG, PNG, WebP or HEIC file")
EMPTY = _("The file is empty. Choose the photo again")
TOO_LARGE = _("The photo must be smaller than 10 MB. Save it smaller, or send a screenshot of it")
TOO_MANY_PIXELS = _("The photo must have fewer than 40 million pixels. Save it smaller, or send a screenshot of it")
TOO_SMALL = _("The photo must be at least 224 pixels wide and 224 pixels high. Choose a larger one")
BROKEN = _("The photo cannot be opened because part of it is missing or damaged. Save it again, or choose another")
SENTENCES = {
    images.NotAPicture: NOT_A_PHOTO,
    images.TooManyPixels: TOO_MANY_PIXELS,
    images.Broken: BROKEN,
    TooSmall: TOO_SMALL,
}


def accept_photo(upload: IO[bytes], *, by: Actor, centre: tuple[float, float] = CENTRE) -> Photo:
    """Stores the photo, a square of it around `centre`: how far across and down, each from 0 to 1.

    Raises `PhotoRefused`, with nothing kept, and `NoActor` without somebody who sends it. Files come before the row.
    Where the transaction around this is taken back later, `sweep` removes them.
    """
    who(by)
    square = draw_anew(_read(upload), centre=centre)
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
    before = timezone.now() - LONGEST_WITHOUT_ROW
    known = set(Photo.objects.values_list("token", flat=True))
    paths = lost(default_storage, FOLDER, NAME, known, before)
    for path in paths:
        default_storage.delete(path)
    return len(paths)


def draw_anew(data: bytes, *, centre: tuple[float, float] = CENTRE) -> Image.Image:
    """The photo as a square of our own: turned upright, cropped, on white, in sRGB, with no metadata."""
    across, down = (min(1.0, max(0.0, part)) for part in centre)
    try:
        with images.decoding():
            return _square(data, (across, down))
    except images.Unusable as error:
        raise PhotoRefused(SENTENCES[type(error)]) from error


def _read(upload: IO[bytes]) -> bytes:
    upload.seek(0)
    data = upload.read(LARGEST_BYTES + 1)
    if not data:
        raise PhotoRefused(EMPTY)
    if len(data) > LARGEST_BYTES:
        raise PhotoRefused(TOO_LARGE)
    return data


def _square(data: bytes, centre: tuple[float, float]) -> Image.Image:
    if min(images.opened(data).size) < SHORTEST_SIDE:
        raise TooSmall
    upright = images.decoded(data, needed=LARGEST_SIDE * 2)
    square = ImageOps.fit(upright, (LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS, centering=centre)
    return images.plain(square, upright.info["icc_profile"])


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
