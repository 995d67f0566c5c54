"""The outbox, and the runs of scheduled jobs."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Message(models.Model):
    """One mail that was promised: saved with what caused it, sent after it, kept as the fact of having been sent.

    `secrets` are the parts of it (links that sign in or act) that nobody else may read: masked wherever the team looks,
    and gone from the row once it is sent.
    """

    key = models.CharField(
        "about", max_length=200, unique=True, help_text="What it is about; the same key is never sent twice."
    )
    to = models.EmailField("to")
    whose = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="Whom it is for, as two may have one address."
    )
    language = models.CharField(max_length=2, blank=True, help_text="Empty: unknown, so the mail is in both.")
    template = models.CharField(max_length=100)
    reader = models.CharField(max_length=100, help_text="The permission needed to read what it says.")
    reply_to = models.EmailField(blank=True)
    stop_link = models.CharField(
        max_length=500, blank=True, help_text="Where one click stops messages of its kind (RFC 8058)."
    )
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    secrets = models.JSONField(default=list, blank=True)

    queued_at = models.DateTimeField("promised", default=timezone.now)
    next_try_at = models.DateTimeField("next try", default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("tries", default=0)
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    given_up_at = models.DateTimeField("given up", null=True, blank=True)
    error = models.CharField("problem", max_length=500, blank=True)

    class Meta:
        ordering = ["-queued_at", "-pk"]
        permissions = [
            ("read_messages", "Read what ordinary messages said"),
            ("send_again", "Send a message again"),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="message_to_send",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(given_up_at__isnull=True), name="message_sent_or_given_up"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(sent_at__gte=F("queued_at")), name="message_sent_after_queued"
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.subject}” to {self.to}"

    @property
    def state(self) -> str:
        if self.sent_at:
            return "sent"
        if self.given_up_at:
            return "given up"
        return "trying again" if self.attempts else "waiting"


class JobRun(models.Model):
    """One run of a scheduled job: when, how many it did, and what went wrong."""

    name = models.CharField("job", max_length=60)
    started_at = models.DateTimeField("started", default=timezone.now)
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    counted = models.PositiveIntegerField("how many it did", null=True, blank=True)
    error = models.CharField("problem", max_length=500, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["name", "-started_at"], name="job_run_latest")]

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def state(self) -> str:
        if self.error:
            return "failed"
        return "done" if self.ended_at else "running"
