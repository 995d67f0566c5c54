"""The files of a paper, page by page: kept as they come, sent with the paper, gone at their date.

`files` judges, keeps and purges them; here is said whose they are and until when.
"""

from collections.abc import Iterable
from datetime import date
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import Actor, record
from files.checks import FileRefused
from files.models import StoredFile
from files.private import accept_file, purge, set_purge_date
from onboarding import letters
from onboarding.dates import add_months
from onboarding.models import Carer, Draft, Evidence, PaperPage
from onboarding.settling import held

PURPOSE = "evidence"
MOST = 10  # of one paper
REFUSED = "onboarding/mail/file_refused"


def keep(draft: Draft, uploads: Iterable[IO[bytes]], *, by: Actor) -> list[str]:
    """Keeps each that can be taken, with the draft; why the others cannot, in words."""
    return [trouble for upload in uploads if (trouble := _kept(draft, upload, by))]


def _kept(draft: Draft, upload: IO[bytes], by: Actor) -> str:
    name = getattr(upload, "name", "") or _("The file")
    try:
        with transaction.atomic():
            file = accept_file(upload, by=by, purpose=PURPOSE)  # before the carer is held, for it may take a while
            held(draft.carer)
            if trouble := _no_place(draft, name):
                purge(file, by=by)
                return trouble
            if already(draft, file):
                purge(file, by=by)
                return ""
            keep_as_draft(file, by=by)
            PaperPage.objects.create(draft=draft, file=file)
    except FileRefused as error:
        return f"{name}: {error}"
    return ""


def _no_place(draft: Draft, name: str) -> str:
    """Why the draft takes no more files, as it stands now."""
    if not Draft.objects.filter(pk=draft.pk).exists():
        return _("%(file)s was not kept: this was sent to the team meanwhile, from another page") % {"file": name}
    if draft.pages.count() >= MOST:
        return _("%(file)s: a paper has at most %(most)s files. Take one away first") % {"file": name, "most": MOST}
    return ""


def already(draft: Draft, file: StoredFile) -> bool:
    """The same page sent again, by a form sent twice."""
    return draft.pages.filter(file__sha256=file.sha256, file__infected_at__isnull=True).exists()


@transaction.atomic
def take_away(page: PaperPage, *, by: Actor) -> None:
    """Of a paper that is not sent yet; the file is gone."""
    file = page.file
    page.delete()
    purge(file, by=by)


def send_with(evidence: Evidence, draft: Draft, *, by: Actor) -> None:
    """What was kept with the draft belongs to the evidence; where it is not sent but shown, the files go."""
    for page in draft.pages.select_related("file"):
        if evidence.how != Evidence.How.UPLOAD:
            take_away(page, by=by)
            continue
        page.draft, page.evidence = None, evidence
        page.save(update_fields=["draft", "evidence"])
        set_purge_date(page.file, on=None, by=by)


def give_back(evidence: Evidence, draft: Draft, *, by: Actor) -> None:
    """What was taken back before it was decided is the draft's again."""
    for page in evidence.pages.select_related("file"):
        page.draft, page.evidence = draft, None
        page.save(update_fields=["draft", "evidence"])
        keep_as_draft(page.file, by=by)


def keep_as_draft(file: StoredFile, *, by: Actor) -> None:
    """As long as somebody may still come back to a task that they began."""
    set_purge_date(file, on=add_months(timezone.localdate(), settings.DRAFT_MONTHS), by=by)


def decided(evidence: Evidence, *, on: date, by: Actor) -> None:
    """From the decision on the files have a date at which they go; some go at once (product.md, "Data protection")."""
    last = add_months(on, settings.EVIDENCE_MONTHS)
    for page in evidence.pages.select_related("file"):
        if evidence.asked.purge_at_decision:
            purge(page.file, by=by)
        else:
            set_purge_date(page.file, on=last, by=by)


def of(carer: Carer) -> QuerySet[PaperPage]:
    mine = Q(draft__carer=carer) | Q(evidence__carer=carer)
    return PaperPage.objects.filter(mine).select_related("file", "draft", "evidence")


def everybodys() -> QuerySet[PaperPage]:
    """Those that were sent to the team; a draft is its carer's alone."""
    return PaperPage.objects.filter(evidence__isnull=False).select_related("file")


def tell_refused(file: StoredFile) -> None:
    """The carer is told that a virus was found in a file, in the transaction that says so."""
    page = PaperPage.objects.filter(file=file).select_related("draft__carer", "evidence__carer").first()
    if not file.infected_at or page is None:
        return
    paper = page.paper
    record("evidence.file_refused", by="job:scan-files", target=paper, carer=paper.carer)
    letters.tell(
        paper.carer,
        key=f"file-refused:{file.pk}",
        template=REFUSED,
        context={"requirement": paper.asked, "file": file.name, "site": settings.SITE_URL},
    )
