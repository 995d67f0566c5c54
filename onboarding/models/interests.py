"""“I am interested”: before there is an account."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from onboarding.models.carers import LANGUAGES, Carer, HeardFrom, Returning


class InterestQuerySet(models.QuerySet["Interest"]):
    def waiting(self) -> "InterestQuerySet":
        """Those who may still begin: neither begun, nor taken off the list, nor kept aside."""
        return self.filter(started_at__isnull=True, closed_at__isnull=True, held="")

    def kept_aside(self) -> "InterestQuerySet":
        return self.filter(closed_at__isnull=True).exclude(held="")


class Interest(models.Model):
    """Somebody who would like to become a carer. The link mailed to them starts the journey.

    Written only through `onboarding.joining`.
    """

    class Source(models.TextChoices):
        WEB = "web", "The form"
        PHONE = "phone", "Phone"
        EVENT = "event", "Event"
        REGISTER = "register", "Invited to their own entry"
        OTHER = "other", "Another way"

    class State(models.TextChoices):
        KEPT_ASIDE = "kept-aside", "Kept aside"
        WAITING = "waiting", "Not started"
        STARTED = "started", "Started"
        CLOSED = "closed", "No longer interested"

    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    place = models.CharField(max_length=100, blank=True, help_text="Town or village.")
    words = models.TextField(blank=True, help_text="What they wrote, or the team noted.")
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    heard_from = models.CharField(max_length=20, choices=HeardFrom, blank=True)
    returning = models.CharField(max_length=10, choices=Returning, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    form_key = models.CharField(max_length=64, blank=True, help_text="The same form sent twice is sent once.")
    made_at = models.DateTimeField(default=timezone.now)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    held = models.CharField(max_length=20, blank=True, help_text="Why it looks like spam and waits for the team.")
    invited_at = models.DateTimeField(null=True, blank=True, help_text="When the last link was mailed.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    carer = models.ForeignKey(Carer, on_delete=models.SET_NULL, null=True, blank=True, related_name="interests")
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="The team took it off its list.")

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("invite_carers", "Invite people to become carers")]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="interest_form_sent_once"),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="interest_can_be_reached"),
            models.CheckConstraint(
                condition=Q(held="") | Q(started_at__isnull=True, invited_at__isnull=True),
                name="interest_kept_aside_is_not_answered",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True) | Q(closed_at__isnull=True), name="interest_started_or_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> "Interest.State":
        if self.started_at:
            return self.State.STARTED
        if self.closed_at:
            return self.State.CLOSED
        return self.State.KEPT_ASIDE if self.held else self.State.WAITING


class JoinLink(models.Model):
    """One mailed link, of which only a hash is kept. Every one of an interest works until its day, or until one did."""

    class State(models.TextChoices):
        OPEN = "open"
        USED = "used"
        CLOSED = "closed"
        EXPIRED = "expired"

    interest = models.ForeignKey(Interest, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Link {self.pk}"

    def state(self, now: datetime) -> "JoinLink.State":
        carer = self.interest.carer  # of an invitation to what is theirs, which has an owner once it is taken over
        if self.interest.started_at or (carer and carer.owner_id):
            return self.State.USED
        if self.interest.closed_at:
            return self.State.CLOSED
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED
