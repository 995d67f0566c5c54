"""Who has what open, so that two people do not work at the same thing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

HELD_FOR = timedelta(minutes=15)


class Claim(models.Model):
    """Somebody has a thing of the queue open. `kind` is the queue's word for it, `number` its primary key."""

    kind = models.CharField(max_length=20)
    number = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "thing in the queue"
        verbose_name_plural = "queue"
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="claim_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def held_until(self) -> datetime:
        return self.opened_at + HELD_FOR
