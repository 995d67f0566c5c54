"""“This entry is wrong”: what somebody saw in a listing. It goes to its carer, and to the team if nothing happens."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.enquiry_models import LANGUAGES, new_reference
from directory.models import Listing

VIEW = "feedback.view_correction"
SETTLE = "feedback.settle_corrections"
CARERS_TIME = timedelta(days=14)  # then it is the team's


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def kept_aside(self) -> "CorrectionQuerySet":
        return self.exclude(held_reason="")

    def unsettled(self) -> "CorrectionQuerySet":
        return self.filter(held_reason="", settled_at=None)

    def for_the_team(self, *, on: date) -> "CorrectionQuerySet":
        """Nobody could be told, or nothing happened in time."""
        too_long = Q(told_at__date__lte=on - CARERS_TIME)
        return self.unsettled().filter(Q(told_at=None) | too_long)

    def with_the_carer(self, *, on: date) -> "CorrectionQuerySet":
        return self.unsettled().filter(told_at__date__gt=on - CARERS_TIME)


class Correction(models.Model):
    """Written only through `feedback.corrections`."""

    class How(models.TextChoices):
        MENDED = "mended", "The carer mended it"
        RIGHT = "right", "The carer says that it is right"
        TEAM = "team", "The team saw to it"

    class State(models.TextChoices):
        ASIDE = "aside", "Kept aside"
        CARER = "carer", "With the carer"
        TEAM = "team", "With the team"
        SETTLED = "settled", "Settled"

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    form_key = models.CharField(max_length=64, unique=True)
    listing = models.ForeignKey(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="corrections")
    about_words = models.CharField("whose listing", max_length=200, blank=True)
    words = models.TextField("what is wrong")
    language = models.CharField(max_length=2, choices=LANGUAGES, help_text="Of what is written to whoever told us.")
    email = models.EmailField(blank=True)
    received_at = models.DateTimeField("received", default=timezone.now)
    held_reason = models.CharField(max_length=20, blank=True)
    told_at = models.DateTimeField("carer told", null=True, blank=True)
    settled_at = models.DateTimeField("settled", null=True, blank=True)
    how = models.CharField(max_length=6, choices=How, blank=True)
    because = models.TextField("why it is right, or what was done", blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        default_permissions = ("view",)
        permissions = [("settle_corrections", "Settle what people say is wrong in a listing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, how="") | (Q(settled_at__isnull=False) & ~Q(how="")),
                name="correction_settled_how",
            ),
            models.CheckConstraint(
                condition=Q(held_reason="") | Q(told_at__isnull=True, settled_at__isnull=True),
                name="correction_aside_is_nobodys",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def about(self) -> str:
        return str(self.listing) if self.listing else self.about_words or "No listing was named"

    def state(self, on: date) -> "Correction.State":
        if self.held_reason:
            return self.State.ASIDE
        if self.settled_at:
            return self.State.SETTLED
        if self.told_at and timezone.localdate(self.told_at) > on - CARERS_TIME:
            return self.State.CARER
        return self.State.TEAM
