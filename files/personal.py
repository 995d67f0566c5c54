"""What is known of private files: what they are, when they go, and who looked at them. Whose they are knows the room
above, which hands them in."""

from collections.abc import Iterable
from typing import Any

from files import storage
from files.models import FileView, StoredFile


def of_files(files: Iterable[StoredFile]) -> dict[str, Any]:
    pks = [file.pk for file in files]
    facts = ("id", "name", "content_type", "bytes", "pages", "uploaded_at", "scanned_at", "purge_on", "purged_at")
    return {
        "files": list(StoredFile.objects.filter(pk__in=pks).order_by("pk").values(*facts)),
        "files: who looked": list(FileView.objects.filter(file__in=pks).order_by("at").values("file_id", "role", "at")),
    }


def content(file: StoredFile) -> bytes | None:
    """What is still kept of it and may be opened; nothing while the storage does not give it."""
    if not file.is_clean:
        return None
    try:
        return storage.get(file)
    except Exception:  # whatever a storage raises while it is down, or the file is gone meanwhile
        return None
