"""What a carer has begun to write of a case, with its files: kept as they come, sent with it, gone at their date.

As `onboarding.pages` is for papers; `files` judges, keeps and purges them.
"""

from collections.abc import Iterable
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import Actor
from compliance.models import CarerDraft, CarerDraftFile
from feedback.models import Case
from files.checks import FileRefused
from files.models import StoredFile
from files.private import accept_file, purge, set_purge_date
from onboarding.dates import add_months
from onboarding.models import Carer

PURPOSE = "case"
MOST = 10


def save(case: Case, about: str, words: str) -> CarerDraft:
    draft, _made = CarerDraft.objects.update_or_create(case=case, about=about, defaults={"words": words})
    return draft


def of(case: Case, about: str) -> CarerDraft | None:
    return CarerDraft.objects.filter(case=case, about=about).first()


def keep(draft: CarerDraft, uploads: Iterable[IO[bytes]], *, by: Actor) -> list[str]:
    """Keeps each that can be taken; why the others cannot, in words."""
    return [trouble for upload in uploads if (trouble := _kept(draft, upload, by))]


def _kept(draft: CarerDraft, upload: IO[bytes], by: Actor) -> str:
    name = getattr(upload, "name", "") or _("The file")
    try:
        with transaction.atomic():
            file = accept_file(upload, by=by, purpose=PURPOSE)
            row = CarerDraft.objects.select_for_update().filter(pk=draft.pk).first()
            if row is None or row.files.count() >= MOST:
                purge(file, by=by)
                return _("%(file)s: you can send at most %(most)s files") % {"file": name, "most": MOST}
            if row.files.filter(file__sha256=file.sha256, file__infected_at__isnull=True).exists():
                purge(file, by=by)
                return ""
            set_purge_date(file, on=add_months(timezone.localdate(), settings.DRAFT_MONTHS), by=by)
            CarerDraftFile.objects.create(draft=row, file=file)
    except FileRefused as error:
        return f"{name}: {error}"
    return ""


@transaction.atomic
def take_away(one: CarerDraftFile, *, by: Actor) -> None:
    file = one.file
    one.delete()
    purge(file, by=by)


def send_with(draft: CarerDraft, *, by: Actor) -> list[StoredFile]:
    """Its files, which are kept from now on; the draft is gone. Files in which a virus was found, or that are gone, are
    not sent."""
    sent = []
    for one in draft.files.select_related("file"):
        file = one.file
        one.delete()
        if file.state in {"refused", "purged"}:
            purge(file, by=by)
            continue
        set_purge_date(file, on=None, by=by)
        sent.append(file)
    draft.delete()
    return sent


@transaction.atomic
def throw_away(case: Case, *, by: Actor) -> None:
    """All that was begun and not sent."""
    for draft in CarerDraft.objects.filter(case=case):
        for one in draft.files.select_related("file"):
            take_away(one, by=by)
        draft.delete()


def of_who_is_gone(sender: Any, carer: Carer, worker: Any, by: Actor, **kwargs: Any) -> None:
    """Whoever leaves sends nothing of what they had begun."""
    if worker is None and carer.listing_id:
        for case in Case.objects.filter(listing=carer.listing_id, carer_drafts__isnull=False).distinct():
            throw_away(case, by=by)
