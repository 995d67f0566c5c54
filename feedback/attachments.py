"""Files that are sent with what people tell us. Nobody is signed in, so the form itself carries which are its own.

They are kept from the first try, that a slip in the form does not cost them; those of a form that is never sent go.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import IO

from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from directory import spam
from feedback.cases import BY_FORM, PURPOSE
from files.checks import FileRefused
from files.models import StoredFile
from files.private import accept_file, purge, set_purge_date

SALT = "feedback.attachments"
MOST = 5
KEEP = timedelta(days=2)  # of a form that is not sent
LONGEST = 24 * 60 * 60  # seconds for which a form knows its files, as its ticket


@dataclass
class Attachments:
    """Of one form: the files so far, and why others were not taken."""

    files: list[StoredFile] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    counted: bool = False  # whether this caller's message is counted already (`spam.turn_away`)

    @property
    def key(self) -> str:
        """What the form carries along."""
        return signing.dumps([file.token for file in self.files], salt=SALT) if self.files else ""


def of(request: HttpRequest) -> Attachments:
    """What the form had before, less what was unticked, and what was chosen now. Raises `spam.TooMany`."""
    found = Attachments(before(request.POST.get("kept", "")))
    leave_out(found, wanted=request.POST.getlist("keep"))
    if uploads := [upload for upload in request.FILES.getlist("uploads") if upload.name]:
        spam.turn_away(request)  # each is opened and written anew, which costs
        found.counted = True
        add(found, uploads)
    return found


def before(key: str) -> list[StoredFile]:
    """Those that a form of ours carries and that belong to no case yet."""
    try:
        tokens = signing.loads(key, salt=SALT, max_age=LONGEST) if key else []
    except signing.BadSignature:
        return []
    return list(StoredFile.objects.filter(token__in=tokens, purged_at=None, of_case=None).order_by("pk"))


def leave_out(found: Attachments, *, wanted: list[str]) -> None:
    for file in [file for file in found.files if file.token not in wanted]:
        purge(file, by=BY_FORM)
        found.files.remove(file)


def add(found: Attachments, uploads: Iterable[IO[bytes]]) -> None:
    for upload in uploads:
        name = upload.name or gettext("The file")
        if len(found.files) >= MOST:
            words = gettext("%(file)s: at most %(most)s files can be sent. Untick one first")
            found.troubles.append(words % {"file": name, "most": MOST})
            continue
        try:
            file = _kept(upload)
        except FileRefused as error:
            found.troubles.append(f"{name}: {error}")
            continue
        if file.sha256 in {other.sha256 for other in found.files}:  # the same page, by a form sent twice
            purge(file, by=BY_FORM)
        else:
            found.files.append(file)


@transaction.atomic
def _kept(upload: IO[bytes]) -> StoredFile:
    file = accept_file(upload, by=BY_FORM, purpose=PURPOSE)
    set_purge_date(file, on=timezone.localdate() + KEEP, by=BY_FORM)
    return file


def sent(found: Attachments) -> list[StoredFile]:
    """From now on they stay as long as what they belong to. Call it in the transaction of what they are sent with."""
    for file in found.files:
        set_purge_date(file, on=None, by=BY_FORM)
    return found.files
