"""What whoever told us is told by post, where they have no email address."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.models.cases import Case


class CaseLetterQuerySet(models.QuerySet["CaseLetter"]):
    def to_post(self) -> "CaseLetterQuerySet":
        return self.filter(posted_at__isnull=True)


class CaseLetter(models.Model):
    """One letter, in their language, or in each of the scheme's. Written only through `feedback.telling`.

    `sheets` are what it says, one for each language: its language, subject and HTML. To whom and from where is put
    around it when it is printed. Who may see the case may see it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    key = models.CharField(max_length=200, unique=True)
    language = models.CharField(max_length=2, blank=True)
    subject = models.CharField(max_length=300)
    sheets = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = CaseLetterQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_by__isnull=True) | Q(posted_at__isnull=False), name="case_letter_posted_with_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.subject
