"""What was said before something ended, so that it is said once."""

from django.db import models
from django.utils import timezone

from onboarding.models import Carer


class Reminder(models.Model):
    """One reminder: at most one per carer, worker, requirement, day it ends and threshold (architecture, rule 6).

    `threshold` is how many days before the last day it was due; 0 is the word on the day after, when it has ended.
    `worker_id` is 0 for what is asked of the business: two NULLs would not be the same.
    """

    TEAM = "team"
    CARER = "carer"

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="reminders")
    worker_id = models.BigIntegerField("person", default=0)
    requirement = models.CharField(max_length=40)
    last_day = models.DateField("holds until")
    threshold = models.PositiveSmallIntegerField("days before")
    to = models.CharField("told", max_length=10, choices=[(CARER, "The carer"), (TEAM, "The team")], default=CARER)
    at = models.DateTimeField("when", default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["carer", "worker_id", "requirement", "last_day", "threshold", "to"], name="reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.last_day} ({self.threshold} days)"
