"""What was decided about a carer, by whom, when and why. Rows are only ever added."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onboarding.reasons import Reason

# What the carer reads of why their listing ended.
TOLD = {
    Reason.ASKED: _("you asked for it"),
    Reason.MOVED: _("you moved away"),
    Reason.STOPPED: _("you stopped working as a carer"),
    Reason.UNREACHABLE: _("we tried to reach you several times and could not"),
    Reason.CODE: _("the time to appeal against the decision to remove it is over"),
}


class Decision(models.Model):
    """One decision about a carer's listing. Numbers instead of foreign keys: it outlives what it speaks of.

    Not part of standing: its effect is the listing's own marks. `words` is what the carer was told, in the words of
    whoever decided. Written only through `compliance.deciding`.
    """

    append_only = True

    class Kind(models.TextChoices):
        APPROVED = "approved", "Approved"
        SUSPENDED = "suspended", "Suspended"
        REINSTATED = "reinstated", "Reinstated"
        REMOVED = "removed", "Removed"
        ENDED = "ended", "Ended"
        # What a case comes to that changes nothing that the public sees, and an appeal against what was decided.
        UNCHANGED = "unchanged", "No action"
        ADVISED = "advised", "Advice given"
        PLANNED = "planned", "Action plan"
        UPHELD = "upheld", "Decision stands after an appeal"

    at = models.DateTimeField("when", default=timezone.now, db_index=True)
    kind = models.CharField("what", max_length=10, choices=Kind)
    carer_id = models.BigIntegerField("carer", db_index=True)
    listing_id = models.BigIntegerField("listing", null=True, blank=True)
    actor = models.CharField("who", max_length=60, help_text="“user”, or a job: “job:demo”.")
    actor_id = models.BigIntegerField("their number", null=True, blank=True)
    reason = models.CharField("why", max_length=20, choices=Reason)
    words = models.TextField("what the carer was told", blank=True)
    review_on = models.DateField("to be looked at again on", null=True, blank=True)
    case_id = models.BigIntegerField("case", null=True, blank=True)
    alone = models.BooleanField(
        "entered and decided by one person", default=False, help_text="There was nobody else of the team to decide it."
    )

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("decide_carers", "Approve, suspend, reinstate and end listings"),
            ("decide_cases", "Decide cases about carers, and hear appeals, that somebody else looked into"),
            ("take_late_appeals", "Take an appeal after its 28 days"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor="user", actor_id__isnull=False) | Q(actor__startswith="job:", actor_id__isnull=True),
                name="decision_of_user_or_job",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
            # Somebody's living does not stay shut away because nobody looked again.
            models.CheckConstraint(
                condition=~Q(kind="suspended") | Q(review_on__isnull=False), name="decision_suspended_until_looked_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    @property
    def said(self) -> Promise | str:
        """The reason for an end, as the carer reads it."""
        return TOLD.get(Reason(self.reason), "")
