"""What of the private files waits, for the admin's home page."""

from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from files.models import StoredFile
from notifications.waiting import Waiting

LONG = timedelta(hours=1)


def waiting(user: Any) -> list[Waiting]:
    """Files that nobody can open yet; urgent after an hour, because then the scanner or the storage is away."""
    if not user.has_perm("files.view_storedfile"):
        return []
    held = StoredFile.objects.quarantined()
    oldest = held.aggregate(oldest=Min("uploaded_at"))["oldest"]
    url = reverse("admin:files_storedfile_changelist") + "?state=quarantined"
    urgent = oldest is not None and oldest < timezone.now() - LONG
    return [Waiting("Files not readable yet", held.count(), oldest, url, urgent)]
