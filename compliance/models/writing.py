"""What the team writes to carers, and whom each of it goes to. Written only through `compliance.writing`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language

from notifications.models import Message
from onboarding.models import Carer, Letter


class MailingQuerySet(models.QuerySet["Mailing"]):
    def drafts(self) -> "MailingQuerySet":
        return self.filter(began_at__isnull=True)

    def being_queued(self) -> "MailingQuerySet":
        return self.filter(began_at__isnull=False, finished_at__isnull=True)

    def with_counts(self) -> "MailingQuerySet":
        """What became of it, in people: each has one mail, or one letter, or a reason why neither."""
        mail, letter = "recipients__message", "recipients__letter"
        counts = {
            "people": Q(),
            "done": Q(recipients__done_at__isnull=False),
            "passed_over": ~Q(recipients__left_out=""),
            "mails_sent": Q(**{f"{mail}__sent_at__isnull": False}),
            "mails_waiting": Q(
                **{f"{mail}__isnull": False, f"{mail}__sent_at__isnull": True, f"{mail}__given_up_at__isnull": True}
            ),
            "mails_given_up": Q(**{f"{mail}__given_up_at__isnull": False}),
            "letters_posted": Q(**{f"{letter}__posted_at__isnull": False}),
            "letters_to_post": Q(**{f"{letter}__isnull": False, f"{letter}__posted_at__isnull": True}),
        }
        return self.annotate(**{name: models.Count("recipients", filter=only) for name, only in counts.items()})


class Mailing(models.Model):
    """A draft until somebody sends it; from then on it is never changed, and its texts go as those of mails do.

    `group` is to whom, as `compliance.groups.Group` keeps it. Who that is stands in `recipients` from sending on.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", "Service message"
        NEWS = "news", "News"

    kind = models.CharField(max_length=10, choices=Kind)
    subject_en = models.CharField("subject in English", max_length=140, blank=True)
    subject_cy = models.CharField("subject in Welsh", max_length=140, blank=True)
    text_en = models.TextField("text in English", blank=True)
    text_cy = models.TextField("text in Welsh", blank=True)
    group = models.JSONField("to", default=dict)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField("begun", default=timezone.now)
    changed_at = models.DateTimeField("last changed", default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    began_at = models.DateTimeField("sent", null=True, blank=True)
    finished_at = models.DateTimeField("all in the outbox", null=True, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = "message to carers"
        verbose_name_plural = "messages to carers"
        ordering = ["-made_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("write_to_carers", "Write to carers, and send it")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(began_at__isnull=False), name="mailing_finished_after_begun"
            )
        ]

    def __str__(self) -> str:
        return self.subject_en or self.subject_cy or f"Message {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.began_at is None

    @property
    def is_news(self) -> bool:
        return self.kind == self.Kind.NEWS

    @property
    def subject(self) -> str:
        return self.subject_cy if get_language() == "cy" else self.subject_en

    @property
    def text(self) -> str:
        return self.text_cy if get_language() == "cy" else self.text_en

    def is_written_in(self, language: str) -> bool:
        return bool(getattr(self, f"subject_{language}") and getattr(self, f"text_{language}"))


class Recipient(models.Model):
    """One carer whom a message goes to: not done yet, or with the mail or the letter that was promised.

    `left_out` is why neither was, where that came about after the button was pressed.
    """

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="recipients")
    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    left_out = models.CharField(max_length=20, blank=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["mailing"], condition=Q(done_at__isnull=True), name="recipient_not_done"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "carer"], name="recipient_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=False) | Q(left_out="", message=None, letter=None),
                name="recipient_done_with_what_came_of_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing} to {self.carer}"
