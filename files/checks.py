"""What may become a private file: judged by its content, within bounds, and written anew, so that nothing runs in it.

Nothing is kept here. A form calls `checked` while it validates, which takes a second and locks nothing.
"""

import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import filetype
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from files import images, pdfs
from files.models import StoredFile
from files.uploads import LARGEST_FILE

LONGEST_SIDE = 3000  # pixels: a page of A4 at 250 dots an inch
LONGEST_NAME = 80
PDF_SECONDS = pdfs.SECONDS + 10  # by the clock; the process itself stops by its own time of work


class FileRefused(Exception):
    """A file that cannot be taken; its message says, in the active language, how to mend it."""


NOT_TAKEN = _("The file must be a PDF or a photo: a PDF, JPEG, PNG, WebP or HEIC file")
EMPTY = _("The file is empty. Choose the file again")
TOO_LARGE = _("The file must be smaller than 15 MB. Save it smaller, or send photos of its pages")
TOO_MANY_PIXELS = _("The photo must have fewer than 40 million pixels. Save it smaller, or send a screenshot of it")
BROKEN_PHOTO = _(
    "The photo cannot be opened because part of it is missing or damaged. Save it again, or choose another"
)
BROKEN_PDF = _("The PDF cannot be opened because part of it is damaged. Save it again, or send photos of its pages")
LOCKED = _("The PDF is locked with a password. Save a copy without the password, or send photos of its pages")
ACTIVE = _("The PDF holds scripts, media or attached files. Print it to a new PDF, or send photos of its pages")
TOO_MANY_PAGES = _("The PDF must have no more than 50 pages. Send only the pages that are needed")
TOO_PACKED = _("The PDF is too large once it is unpacked. Print it to a new PDF, or send photos of its pages")
OF_PICTURES = {
    images.NotAPicture: NOT_TAKEN,
    images.TooManyPixels: TOO_MANY_PIXELS,
    images.Broken: BROKEN_PHOTO,
}
OF_PDFS = {
    pdfs.BROKEN: BROKEN_PDF,
    pdfs.LOCKED: LOCKED,
    pdfs.ACTIVE: ACTIVE,
    pdfs.TOO_MANY_PAGES: TOO_MANY_PAGES,
    pdfs.TOO_PACKED: TOO_PACKED,
}


@dataclass(frozen=True)
class Checked:
    """What will be kept of a file that passed."""

    name: str
    kind: StoredFile.Kind
    content_type: str
    pages: int
    data: bytes


def checked(upload: IO[bytes]) -> Checked:
    """Raises `FileRefused`."""
    data = _read(upload)
    name = cleaned(getattr(upload, "name", None) or "")
    kind = filetype.guess(data)
    if kind is not None and kind.mime == "application/pdf":
        return _pdf(name, data)
    return _picture(name, data)


def cleaned(name: str) -> str:
    """A file's name to show: no folders, nothing invisible or that turns the direction of reading, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(
        letter for letter in last if not unicodedata.category(letter).startswith(("C", "Z")) or letter == " "
    )
    return " ".join(visible.split())[-LONGEST_NAME:].strip(". ")


def _read(upload: IO[bytes]) -> bytes:
    if (getattr(upload, "size", None) or 0) > LARGEST_FILE:
        raise FileRefused(TOO_LARGE)
    upload.seek(0)
    data = upload.read(LARGEST_FILE + 1)
    if not data:
        raise FileRefused(EMPTY)
    if len(data) > LARGEST_FILE:
        raise FileRefused(TOO_LARGE)
    return data


def _picture(name: str, data: bytes) -> Checked:
    try:
        drawn = images.redrawn(data, longest=LONGEST_SIDE)
    except images.Unusable as error:
        raise FileRefused(OF_PICTURES[type(error)]) from error
    return Checked(_called(name, "jpg"), StoredFile.Kind.IMAGE, "image/jpeg", 1, drawn)


def _pdf(name: str, data: bytes) -> Checked:
    pages, written = _rewritten(data)
    return Checked(_called(name, "pdf"), StoredFile.Kind.PDF, "application/pdf", pages, written)


def _called(name: str, extension: str) -> str:
    """The sender's name for it, with the extension of what it has become."""
    return f"{PurePosixPath(name).stem or 'file'}.{extension}"


def _rewritten(data: bytes) -> tuple[int, bytes]:
    """Pages and bytes of the PDF written anew, in a process of its own (`files/pdfs.py` says why)."""
    try:
        process = _run([sys.executable, "-m", "files.pdfs"], data)
    except subprocess.TimeoutExpired as error:
        raise FileRefused(TOO_PACKED) from error
    if process.returncode < 0:  # ended by its bounds
        raise FileRefused(TOO_PACKED)
    if process.returncode:
        raise FileRefused(OF_PDFS.get(process.returncode, BROKEN_PDF))
    return process.stdout[0], process.stdout[1:]


def _run(command: Sequence[str], data: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 (our own module; the PDF is its input, never part of the command)
        command, input=data, capture_output=True, timeout=PDF_SECONDS, check=False, cwd=Path(settings.BASE_DIR), env={}
    )
