"""Who did what, when. Rows are only ever added: see `append_only`."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    """One thing that happened. Ids and codes, no names, no foreign keys: it outlives what it speaks of."""

    append_only = True

    at = models.DateTimeField("when", default=timezone.now, db_index=True)
    event = models.CharField("what happened", max_length=60, db_index=True)
    actor = models.CharField("who", max_length=60, help_text="“user”, or a job: “job:demo”.")
    actor_id = models.BigIntegerField("their number", null=True, blank=True)
    target = models.CharField("to what", max_length=60, help_text="What kind of thing: “directory.listing”.")
    target_id = models.CharField("its number", max_length=40, blank=True)
    data = models.JSONField("more", default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["target", "target_id"], name="audit_by_target"),
            models.Index(fields=["actor", "actor_id"], name="audit_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(event="") & ~models.Q(actor=""), name="audit_who_and_what"),
            models.CheckConstraint(
                condition=models.Q(actor="user", actor_id__isnull=False)
                | models.Q(actor__startswith="job:", actor_id__isnull=True),
                name="audit_user_or_job",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.target} {self.target_id}".strip()


class PurgePermit(models.Model):
    """While a row stands here, rows of append-only tables may be deleted. `append_only.purge` alone opens one."""

    table = models.CharField(max_length=100, unique=True)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.table
