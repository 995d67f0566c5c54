"""What the carer's side of a case needs: what they have begun to write, what they were told, who else decides."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Invitation
from feedback.models import Case
from files.models import StoredFile


class CarerDraft(models.Model):
    """What a carer, or the team for them, has begun to write of a case and not sent yet; its files are kept as they
    come."""

    class About(models.TextChoices):
        REPLY = "reply", "A reply"
        APPEAL = "appeal", "An appeal"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="carer_drafts")
    about = models.CharField(max_length=6, choices=About)
    words = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "about"], name="carer_draft_once")]

    def __str__(self) -> str:
        return f"{self.about} {self.case_id}"


class CarerDraftFile(models.Model):
    """A file of it. Sent, it is a file of the case."""

    draft = models.ForeignKey(CarerDraft, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="of_carer_draft")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.file)


class ReasonsLetter(models.Model):
    """A decision in writing, as the carer was told it, for their page and its PDF. It goes with the case.

    `sheets` are what it says, one for each language: its language, subject and HTML.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reasons_letters")
    decision_id = models.BigIntegerField(unique=True)
    sheets = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Decision {self.decision_id}"


class OutcomeText(models.Model):
    """What the letter about an outcome says, from the moment it was changed until it is changed again: the newest row
    of an outcome counts, and every earlier one stays. Where there is none, the files' (`compliance.case_texts`)."""

    append_only = True

    outcome = models.CharField("letter", max_length=20, db_index=True)
    en = models.TextField("English")
    cy = models.TextField("Welsh", blank=True)
    changed_at = models.DateTimeField("when", default=timezone.now)
    actor_id = models.BigIntegerField("by whom")

    class Meta:
        ordering = ["-changed_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("write_outcome_texts", "Change the letters about decisions in cases")]
        verbose_name = "letter about a decision"
        verbose_name_plural = "letters about decisions"

    def __str__(self) -> str:
        return f"{self.outcome} {self.changed_at:%Y-%m-%d}"


class GuestQuerySet(models.QuerySet["Guest"]):
    def current(self, on: date) -> "GuestQuerySet":
        """Those who came, and whose day has not passed."""
        return self.filter(user__isnull=False, ended_at__isnull=True, until__gte=on)


class Guest(models.Model):
    """Somebody from outside the team who decides one case, or hears the appeal in it, and sees that case alone."""

    class Task(models.TextChoices):
        DECIDE = "decide", "Decides it"
        HEAR = "hear", "Hears the appeal"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="guests")
    task = models.CharField(max_length=6, choices=Task)
    email = models.EmailField("email address")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="guest_in"
    )
    invitation = models.ForeignKey(Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateField("sees it until", help_text="This day counts.")
    invited_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        default_permissions = ()
        permissions = [("invite_guests", "Invite somebody from outside to decide one case")]
        constraints = [
            models.UniqueConstraint(
                "case", "task", Lower("email"), condition=Q(ended_at__isnull=True), name="guest_once"
            )
        ]

    def __str__(self) -> str:
        return self.email
