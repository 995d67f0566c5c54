"""What a carer without an email address is told by post."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.html import strip_tags

from onboarding.models.carers import Carer


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_post(self) -> "LetterQuerySet":
        return self.filter(posted_at__isnull=True)


class Letter(models.Model):
    """One letter, in the carer's language, or in each of the scheme's. Written only through `onboarding.letters`.

    `sheets` are what it says, one for each language: its language, subject and HTML. To whom and from where is put
    around it when it is printed.
    """

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=200, unique=True, help_text="The same thing is told once.")
    template = models.CharField(max_length=100)
    language = models.CharField(max_length=2, blank=True)
    subject = models.CharField(max_length=300)
    reader = models.CharField(
        max_length=100,
        blank=True,
        help_text="The permission that it takes to see that it is there, of what was to be taken back too late.",
    )
    sheets = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ("view",)
        permissions = [("post_letters", "Print letters to carers and mark them as posted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_by__isnull=True) | Q(posted_at__isnull=False), name="letter_posted_by_with_its_time"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> str:
        """What it says, for as long as that is kept."""
        return "\n\n".join(strip_tags(sheet["html"]).strip() for sheet in self.sheets)
