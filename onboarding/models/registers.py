"""A register that a council kept elsewhere, on its way in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Register(models.Model):
    """One file of carers: read, its columns named, looked through, and then moved in whole or not at all.

    `rows` are the file's cells as text, kept until it is moved in (or left lying, `purge_registers`).
    """

    name = models.CharField(max_length=150, help_text="Of the file.")
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    columns = models.JSONField(default=dict, help_text="Number of a column, and what it holds.")
    read_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    moved_in_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(null=True, blank=True, help_text="How many carers came with it.")

    class Meta:
        ordering = ["-read_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("move_register", "Move a register of carers in from a file, and undo that")]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(moved_in_at__isnull=False),
                name="register_undone_after_moved_in",
            ),
            models.CheckConstraint(
                condition=Q(moved_in_at__isnull=True) | Q(count__isnull=False), name="register_moved_in_counted"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.undone_at:
            return "undone"
        return "moved in" if self.moved_in_at else "not moved in"
