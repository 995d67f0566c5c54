"""Praise: what somebody says well of a carer, read by the team, and shown where its writer and the carer agree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.enquiry_models import LANGUAGES, new_reference
from directory.models import Listing

VIEW = "feedback.view_praise"
READ = "feedback.read_praise"


class PraiseQuerySet(models.QuerySet["Praise"]):
    def kept_aside(self) -> "PraiseQuerySet":
        return self.exclude(held_reason="")

    def to_read(self) -> "PraiseQuerySet":
        return self.filter(held_reason="", read_at=None, ended_at=None)

    def going_on(self) -> "PraiseQuerySet":
        """Read, passed on, and not over."""
        return self.filter(held_reason="", read_at__isnull=False, ended_at=None)

    def asked(self) -> "PraiseQuerySet":
        """The carer has not said yet whether it may be shown."""
        return self.going_on().filter(may_be_shown=True, carer_agrees=None)

    def shown(self) -> "PraiseQuerySet":
        return self.filter(shown_at__isnull=False)

    def answer_to_read(self) -> "PraiseQuerySet":
        return self.going_on().filter(answered_at__isnull=False, answer_read_at=None)


class Praise(models.Model):
    """Written only through `feedback.praise`. What is shown of it stands in `directory.PraiseRow` too."""

    class Ended(models.TextChoices):
        KEPT_BACK = "kept-back", "Not for publication"
        WITHDRAWN = "withdrawn", "The writer took it back"
        TAKEN_DOWN = "taken-down", "Taken down"

    class State(models.TextChoices):
        ASIDE = "aside", "Kept aside"
        TO_READ = "to-read", "To read"
        ASKED = "asked", "The carer is asked"
        SHOWN = "shown", "Shown"
        PASSED_ON = "passed-on", "Passed on, not to be shown"
        ENDED = "ended", "Over"

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    form_key = models.CharField(max_length=64, unique=True)
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    about_words = models.CharField("for whom", max_length=200, blank=True)
    words = models.TextField()
    language = models.CharField(max_length=2, choices=LANGUAGES, help_text="Of the words, and of mails to the writer.")
    name = models.CharField("first name", max_length=50, blank=True, help_text="Shown with it; empty: none is.")
    email = models.EmailField(blank=True)
    may_be_shown = models.BooleanField("the writer agrees that it is shown", default=False)
    received_at = models.DateTimeField("received", default=timezone.now)
    held_reason = models.CharField(max_length=20, blank=True)

    read_at = models.DateTimeField("read", null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    carer_agrees = models.BooleanField("the carer agrees", null=True, blank=True)
    carer_said_at = models.DateTimeField(null=True, blank=True)
    carer_said_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Who of the team wrote it down, where the carer has no account.",
    )  # fmt: skip
    answer = models.TextField("the carer’s answer", blank=True)
    answer_language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_read_at = models.DateTimeField(null=True, blank=True)
    answer_is_shown = models.BooleanField(default=False)
    shown_at = models.DateTimeField("shown", null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not shown any more.")
    ended_at = models.DateTimeField("over", null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=Ended, blank=True)
    ended_because = models.TextField("why", blank=True)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        verbose_name_plural = "praise"
        default_permissions = ("view",)
        permissions = [("read_praise", "Read praise, pass it on, and take it down")]
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True)
                | Q(read_at__isnull=False, may_be_shown=True, carer_agrees=True, listing__isnull=False,
                    ended_at__isnull=True, held_reason=""),
                name="praise_shown_when_read_and_agreed",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="praise_ended_how",
            ),
            models.CheckConstraint(
                condition=Q(answer_is_shown=False) | Q(answer_read_at__isnull=False), name="praise_answer_read_first"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        return str(self.listing) if self.listing else self.about_words or "Nobody was named"

    @property
    def state(self) -> "Praise.State":
        if self.held_reason:
            return self.State.ASIDE
        if self.ended_at:
            return self.State.ENDED
        if not self.read_at:
            return self.State.TO_READ
        if self.shown_at:
            return self.State.SHOWN
        waits = self.may_be_shown and self.carer_agrees is None
        return self.State.ASKED if waits else self.State.PASSED_ON
