"""Which requirements are in force: what the files said when they were adopted. Files change with every release."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Rules(models.Model):
    """All that the scheme asked for at one time. The newest row is in force; written only through `adopting`.

    `moved` is how many carers were to be hidden, or to lose a service, by it, and `confirmed` the number that a manager
    typed before; none where it was adopted by itself.
    """

    append_only = True

    number = models.PositiveIntegerField(unique=True)
    fingerprint = models.CharField(max_length=64)
    table: Any = models.JSONField("what is asked")
    adopted_at = models.DateTimeField("in force since", default=timezone.now)
    actor = models.CharField("who", max_length=60, help_text="“user”, or a job: “job:adopt-rules”.")
    actor_id = models.BigIntegerField("their number", null=True, blank=True)
    moved = models.PositiveIntegerField("carers hidden, or without a service, by it", default=0)
    confirmed = models.PositiveIntegerField("number that was confirmed", null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = verbose_name_plural = "rules"
        default_permissions = ("view",)
        permissions = [("adopt_rules", "Put new requirements in force")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor="user", actor_id__isnull=False) | Q(actor__startswith="job:", actor_id__isnull=True),
                name="rules_of_user_or_job",
            ),
            models.CheckConstraint(
                condition=Q(confirmed__isnull=True) | Q(confirmed=models.F("moved")), name="rules_confirmed_as_they_are"
            ),
        ]

    def __str__(self) -> str:
        return f"Rules {self.number}"


class Mending(models.Model):
    """The nightly comparison found a listing that said something else than where its carer stands, and mended it.

    Not what time alone changes: somebody wrote around the verbs, or a verb did not settle. `parts` are what differed
    (`stretch`, `service:meals`, `checks`, `team_size`), and where those are days, what they were and are now.
    """

    append_only = True

    at = models.DateTimeField("mended", default=timezone.now, db_index=True)
    carer_id = models.BigIntegerField("carer", db_index=True)
    listing_id = models.BigIntegerField("listing")
    parts: Any = models.JSONField("what differed")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "difference mended"
        verbose_name_plural = "differences mended"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"Carer {self.carer_id}, {timezone.localtime(self.at):%Y-%m-%d}"
