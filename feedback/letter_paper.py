"""Letters about cases on paper: one HTML page of all that are printed together, and its PDF where one can be made."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from audit.recording import Actor, record
from feedback.models import CaseLetter
from notifications.paper import writer

PAGE = "feedback/letters.html"


def page(letters: Iterable[CaseLetter], *, on_screen: bool) -> str:
    sheets = [(letter, sheet) for letter in letters for sheet in letter.sheets]
    language = sheets[0][1]["language"] if sheets else settings.LANGUAGE_CODE
    context = {"sheets": sheets, "scheme": settings.SCHEME, "on_screen": on_screen, "language": language}
    return render_to_string(PAGE, context)


def pdf(letters: Iterable[CaseLetter]) -> bytes | None:
    """Tagged for screen readers (PDF/UA-1); nothing where WeasyPrint or the Pango it needs is not there."""
    write = writer()
    return write(page(letters, on_screen=False)) if write else None


@transaction.atomic
def mark_posted(chosen: Iterable[CaseLetter], *, by: Actor) -> int:
    """They are in the post. How many were not before."""
    rows = CaseLetter.objects.to_post().filter(pk__in=[letter.pk for letter in chosen]).select_for_update()
    for row in rows:
        row.posted_at, row.posted_by = timezone.now(), None if isinstance(by, str) else by  # type: ignore[assignment]
        row.save(update_fields=["posted_at", "posted_by"])
        record("case.letter_posted", by=by, target=row.case, letter=row.pk)
    return len(rows)
