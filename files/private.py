"""Private files: kept, given a date to go, and gone. Rooms above relate to the rows and say who may see them."""

import hashlib
import logging
import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import IO

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.recording import Actor, record, who
from files import quarantine, storage
from files.checks import Checked, FileRefused, checked
from files.models import PRIVATE_FOLDER, StoredFile

log = logging.getLogger(__name__)
TOKEN = re.compile(r"(?P<token>[0-9a-f]{32})(\.part)?")
LONGEST_WITHOUT_ROW = timedelta(days=1)
NOT_KEPT = _("We cannot keep files just now. Try again in an hour")


def accept_file(upload: IO[bytes] | Checked, *, by: Actor, purpose: str) -> StoredFile:
    """Keeps what was sent, in quarantine; `quarantine` lets it out after the transaction around this is certain.

    Give what `checks.checked` made of it, where a form has done that already. Raises `FileRefused`, with nothing kept,
    and `NoActor`. While the storage is down the file is `kept_aside`: tell whoever sent it.
    """
    who(by)
    whole = upload if isinstance(upload, Checked) else checked(upload)
    file = StoredFile(
        name=whole.name,
        kind=whole.kind,
        content_type=whole.content_type,
        bytes=len(whole.data),
        pages=whole.pages,
        sha256=hashlib.sha256(whole.data).hexdigest(),
        purpose=purpose,
        uploaded_by=by if isinstance(by, AbstractBaseUser) else None,  # type: ignore[misc]
    )
    _keep(file, whole.data)
    try:
        _write(file, by)
    except BaseException:
        with suppress(Exception):  # else `sweep` removes it
            storage.remove(file)
        raise
    return file


def _keep(file: StoredFile, data: bytes) -> None:
    """Bytes come before the row. Where that never comes, `sweep` removes them."""
    try:
        storage.put(file, data)
        file.stored_at = timezone.now()
    except Exception:  # whatever a storage raises while it is down
        log.exception("The storage did not take a file; it is kept aside in the spool.")
        try:
            storage.spool(file, data)
        except OSError as error:
            raise FileRefused(NOT_KEPT) from error


@transaction.atomic
def _write(file: StoredFile, by: Actor) -> None:
    file.save(force_insert=True)
    record("file.accepted", by=by, target=file, purpose=file.purpose, kept_aside=file.kept_aside)
    transaction.on_commit(partial(quarantine.hand_over, file.pk))


@transaction.atomic
def set_purge_date(file: StoredFile, *, on: date | None, by: Actor) -> None:
    """The first day on which it is not kept any more; None takes the date back. A purged file stays purged."""
    held = StoredFile.objects.select_for_update().get(pk=file.pk)
    if held.purged_at or held.purge_on == on:
        return
    held.purge_on = file.purge_on = on
    held.save(update_fields=["purge_on"])
    record("file.purge_date_set", by=by, target=held, on=on)


@transaction.atomic
def purge(file: StoredFile, *, by: Actor) -> bool:
    """Nobody opens it any more from now on, and its bytes go when that is certain; whether it was still kept.

    The row stays, without the name that its sender gave it.
    """
    held = StoredFile.objects.select_for_update().get(pk=file.pk)
    if held.purged_at:
        return False
    held.name, held.purged_at = "", timezone.now()
    held.save(update_fields=["name", "purged_at"])
    file.name, file.purged_at = held.name, held.purged_at
    record("file.purged", by=by, target=held, purpose=held.purpose)
    transaction.on_commit(partial(quarantine.remove_bytes, held.pk))
    return True


def purge_due(*, on: date, by: Actor) -> int:
    """Purges what is past its date, and removes bytes that could not be removed before. How many bytes went."""
    for file in StoredFile.objects.filter(purged_at__isnull=True, purge_on__lte=on):
        purge(file, by=by)
    left = StoredFile.objects.lying_about().values_list("pk", flat=True)
    return sum(quarantine.remove_bytes(pk) for pk in left)


def sweep() -> int:
    """Removes bytes whose row never came, or of which the row says that they are gone; a day old at least."""
    before = timezone.now() - LONGEST_WITHOUT_ROW
    known = set(StoredFile.objects.filter(removed_at__isnull=True).values_list("token", flat=True))
    lost = storage.lost(storage.private(), PRIVATE_FOLDER, TOKEN, known, before)
    for path in lost:
        storage.private().delete(path)
    return len(lost) + _sweep_spool(before)


def _sweep_spool(before: datetime) -> int:
    """What was moved over may have left its copy here."""
    waiting = Q(stored_at__isnull=True, removed_at__isnull=True)
    known = set(StoredFile.objects.filter(waiting).values_list("token", flat=True))
    lost = storage.lost(storage.spooled_files(), "", TOKEN, known, before)
    for path in lost:
        storage.spooled_files().delete(path)
    return len(lost)
