"""Between sent and readable: a private file is moved out of the spool, scanned, and only then clean.

Each try is claimed by `UPDATE … WHERE` and counting the rows, as messages are. While the scanner or the storage is down
the file is tried again with growing pauses, for as long as it takes; nobody opens it meanwhile.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from audit.recording import record
from files import scanner, storage
from files.models import StoredFile

log = logging.getLogger(__name__)

BY = "job:scan-files"
CLAIM_RUNS_OUT = timedelta(minutes=10)
# Minutes until the next try, after the first, second, … failure; then the last one again and again.
PAUSES = (1, 2, 5, 10, 20, 40, 60)

React = Callable[[StoredFile], None]
_reactions: dict[str, list[React]] = defaultdict(list)


class Settled(Exception):
    """Somebody else was faster, or the file was purged meanwhile."""


def on_settled(purpose: str, react: React) -> None:
    """`react(file)` is called once for each file of this purpose, when it has become clean or was refused.

    It is called in that transaction: what it writes and queues stands or falls with the file's state, and where it
    fails the file stays in quarantine and is tried again. Say it once, in the room's `AppConfig.ready`.
    """
    if react not in _reactions[purpose]:
        _reactions[purpose].append(react)


def hand_over(pk: int) -> None:
    """Asks a worker to settle it. A broker that is down only means that the next sweep does."""
    from files.jobs import settle_one  # noqa: PLC0415 (its task imports this module)

    try:
        settle_one.delay(pk)
    except Exception:
        log.warning("The broker did not take file %s; the sweep will settle it.", pk, exc_info=True)


def due(now: datetime) -> Q:
    unclaimed = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM_RUNS_OUT)
    return unclaimed & Q(next_try_at__lte=now)


def sweep() -> int:
    """Settles whatever is due: what a broker lost, what failed earlier, what a dead worker left. How many it was."""
    waiting = StoredFile.objects.quarantined().filter(due(timezone.now())).order_by("next_try_at", "pk")
    return sum(settle(pk) for pk in waiting.values_list("pk", flat=True)[:200])


def settle(pk: int) -> bool:
    """One file, if nobody else has it. Whether it is clean or refused now; a failure is noted and tried again later."""
    now = timezone.now()
    waiting = StoredFile.objects.quarantined().filter(due(now), pk=pk)
    if not waiting.update(claimed_at=now, tries=F("tries") + 1):
        return False
    file = StoredFile.objects.get(pk=pk)
    try:
        _decide(file, scanned=_scanned(_in_storage(file)))
    except Settled:
        return False
    except Exception as error:  # whatever a storage, a scanner or a room above does, the file stays
        _try_later(file, error)
        return False
    return True


def _in_storage(file: StoredFile) -> bytes:
    """The bytes, moved out of the spool if they came while the storage was down."""
    if file.stored_at:
        return storage.get(file)
    data = storage.unspooled(file)
    storage.put(file, data)
    file.stored_at = timezone.now()
    StoredFile.objects.filter(pk=file.pk).update(stored_at=file.stored_at)
    storage.spooled(file.token).unlink(missing_ok=True)
    return data


def _scanned(data: bytes) -> str | None:
    """What was found, or empty; None where no scanner is set, and then our own checks were all there is."""
    return scanner.scan(data) if scanner.is_set() else None


@transaction.atomic
def _decide(file: StoredFile, *, scanned: str | None) -> None:
    now = timezone.now()
    file.scanned_at = None if scanned is None else now
    file.found = (scanned or "")[:100]
    file.clean_at, file.infected_at = (None, now) if scanned else (now, None)
    file.claimed_at, file.error = None, ""
    changes = ("scanned_at", "found", "clean_at", "infected_at", "claimed_at", "error")
    waiting = StoredFile.objects.quarantined().filter(pk=file.pk)
    if not waiting.update(**{field: getattr(file, field) for field in changes}):
        raise Settled
    record(f"file.{'infected' if scanned else 'clean'}", by=BY, target=file, purpose=file.purpose)
    for react in _reactions[file.purpose]:
        react(file)
    if scanned:
        transaction.on_commit(partial(remove_bytes, file.pk))


def _try_later(file: StoredFile, error: Exception) -> None:
    pause = timedelta(minutes=PAUSES[min(file.tries, len(PAUSES)) - 1])
    StoredFile.objects.filter(pk=file.pk).update(
        claimed_at=None, error=f"{type(error).__name__}: {error}"[:300], next_try_at=timezone.now() + pause
    )
    log.warning("File %s was not settled (%s)", file.pk, type(error).__name__)


def remove_bytes(pk: int) -> bool:
    """Of a file that nobody may open any more. While the storage is down they stay, and `purge-files` tries again."""
    file = StoredFile.objects.lying_about().filter(pk=pk).first()
    if file is None:
        return False
    try:
        storage.remove(file)
    except Exception:
        log.warning("The bytes of file %s could not be removed yet.", pk, exc_info=True)
        return False
    return bool(StoredFile.objects.lying_about().filter(pk=pk).update(removed_at=timezone.now()))
