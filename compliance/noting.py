"""Notes about carers: written once, dated and signed. Nobody edits one; who was wrong writes another."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record
from compliance.models import Note
from onboarding.models import Carer
from onboarding.papers import not_own, user_of
from onboarding.settling import held

WRITE, READ = "compliance.write_notes", "compliance.view_note"
SAME = timedelta(minutes=5)  # the same words again are the same button pressed twice


@transaction.atomic
def write(carer: Carer, *, by: Actor, words: str, kind: str = Note.Kind.NOTE, held_back: bool = False) -> Note:
    """Raises `OwnPaper` for a note about oneself, and `ValueError` for one that says nothing."""
    carer = held(carer)
    not_own(carer, by)
    said = {"kind": Note.Kind(kind), "words": words.strip(), "by": user_of(by), "held_back": held_back}
    if not said["words"]:
        raise ValueError("A note says something.")
    if same := carer.notes.filter(at__gte=timezone.now() - SAME, **said).first():
        return same
    note = Note.objects.create(carer=carer, **said)
    record("note.written", by=by, target=note, carer=carer, kind=note.kind)
    return note
