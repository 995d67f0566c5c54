"""Where private files lie: the storage named "private", and this machine's spool while that is down."""

import os
import re
from collections.abc import Container
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from files.models import StoredFile


def private() -> Storage:
    return storages["private"]


def put(file: StoredFile, data: bytes) -> None:
    """Written over what a killed try before may have left."""
    private().save(file.path, ContentFile(data))


def get(file: StoredFile) -> bytes:
    """Raises `FileNotFoundError`, and whatever the storage raises while it is down."""
    with private().open(file.path) as stored:
        return stored.read()


def remove(file: StoredFile) -> None:
    private().delete(file.path)
    spooled(file.token).unlink(missing_ok=True)


# --- the spool -------------------------------------------------------------------------------------------


def spooled(token: str) -> Path:
    return Path(settings.SPOOL_DIR) / token


def spool(file: StoredFile, data: bytes) -> None:
    """Whole and on the disk, or not there: a machine that loses its power keeps what it promised to keep."""
    path = spooled(file.token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with open(half, "wb", opener=only_us) as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)


def only_us(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def spooled_files() -> Storage:
    return FileSystemStorage(settings.SPOOL_DIR)


def unspooled(file: StoredFile) -> bytes:
    return spooled(file.token).read_bytes()


# --- what nobody knows -----------------------------------------------------------------------------------


def lost(storage: Storage, folder: str, names: re.Pattern[str], known: Container[str], before: datetime) -> list[str]:
    """Files of `folder`, named as `names` says, whose token is not `known` and that were written `before`."""
    try:
        listed = storage.listdir(folder)[1]
    except FileNotFoundError:  # nothing was ever kept
        return []
    unknown = [name for name in listed if (match := names.fullmatch(name)) and match["token"] not in known]
    return [path for name in unknown if _lies_since(storage, path := str(PurePosixPath(folder, name)), before)]


def _lies_since(storage: Storage, path: str, before: datetime) -> bool:
    try:
        return storage.get_modified_time(path) < before
    except FileNotFoundError:  # another sweep was faster
        return False
