"""What the team writes down about a carer for itself."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from onboarding.models import Carer


class NoteQuerySet(models.QuerySet["Note"]):
    def tries(self) -> "NoteQuerySet":
        """Those that say that somebody tried to reach the carer and did not."""
        return self.filter(kind=Note.Kind.TRIED)


class Note(models.Model):
    """Dated and signed, for the team; but the carer may ask for it (UK GDPR, Article 15), so it keeps to facts.

    What is `held_back` is not in the copy that the carer takes by themselves: it speaks of somebody else, or telling it
    could put somebody at risk (DPA 2018, Schedule 2, paragraph 16, and Schedule 3). Somebody decides when they ask.
    """

    class Kind(models.TextChoices):
        NOTE = "note", "Note"
        TRIED = "tried", "Tried to reach them, no answer"
        REACHED = "reached", "Talked with them"

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField("what", max_length=10, choices=Kind, default=Kind.NOTE)
    words = models.TextField()
    held_back = models.BooleanField("not in the carer’s own copy", default=False)
    at = models.DateTimeField("written", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        permissions = [("write_notes", "Write notes about carers")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
