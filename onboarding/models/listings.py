"""A carer's own listing while it is being written, and every change to one that is public."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from onboarding.models.carers import Carer, SentForCarer


class ListingDraft(models.Model):
    """What the carer typed and has not sent: only the facts they touched, over the public ones as they were then."""

    carer = models.OneToOneField(Carer, on_delete=models.CASCADE, related_name="listing_draft")
    facts = models.JSONField(default=dict)
    base = models.JSONField(default=dict, help_text="The public facts when the draft was begun.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Draft of {self.carer}"


class ListingChangeQuerySet(models.QuerySet["ListingChange"]):
    def waiting(self) -> "ListingChangeQuerySet":
        return self.filter(outcome="")

    def unseen(self) -> "ListingChangeQuerySet":
        """What went live by itself and nobody of the team has looked at."""
        return self.filter(outcome=ListingChange.Outcome.LIVE, seen_at__isnull=True)


class ListingChange(SentForCarer, models.Model):
    """Facts that the carer changed at once: `before` and `after` hold the same keys (`onboarding.listing_facts`).

    A small one is live when it is sent; a big one waits, and the approved version stays public meanwhile.
    """

    class Outcome(models.TextChoices):
        LIVE = "live", "Live at once"
        APPROVED = "approved", "Approved"
        SENT_BACK = "sent-back", "Sent back"
        PUT_BACK = "put-back", "Put back by the team"
        TAKEN_BACK = "taken-back", "Taken back by the carer"
        REPLACED = "replaced", "Replaced by a later one"

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="listing_changes")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="What the carer is told.")

    objects = ListingChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("decide_changes", "Approve listings and changes to them, and put changes back")]
        constraints = [
            models.UniqueConstraint(fields=["carer"], condition=Q(outcome=""), name="listing_change_one_waiting"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | (~Q(outcome="") & Q(decided_at__isnull=False)),
                name="listing_change_decided_with_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="sent-back") | ~Q(reason=""), name="listing_change_sent_back_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Change {self.pk} of {self.carer}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == ""

    @property
    def is_first(self) -> bool:
        return not self.before

    @property
    def is_team_record(self) -> bool:
        """Whether it came with a register: the council has it from its own records."""
        register = self.carer.register
        return bool(register and register.moved_in_at and self.sent_at <= register.moved_in_at)

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        return [(fact, self.before.get(fact), value) for fact, value in sorted(self.after.items())]
