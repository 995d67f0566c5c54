"""A carer's business and the people who work in it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]


class HeardFrom(models.TextChoices):
    """Where somebody heard of the scheme: asked once, for the scheme's figures."""

    COUNCIL = "council", _("The council’s website or a letter from it")
    SOCIAL_MEDIA = "social-media", _("Facebook or other social media")
    FRIEND = "friend", _("A friend or relative")
    CARER = "carer", _("Somebody who does this work")
    EVENT = "event", _("An event or job fair")
    JOB_CENTRE = "job-centre", _("The Jobcentre")
    OTHER = "other", _("Somewhere else")


class Returning(models.TextChoices):
    """Whether they come back to care work: asked once, for the scheme's figures."""

    YES = "yes", _("Yes, I have worked in care before")
    NO = "no", _("No, this would be my first care work")
    NOW = "now", _("I work in care now")


class Carer(models.Model):
    """One business on its way into the directory, or in it. Its stage is derived; written only through verbs."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="carer"
    )
    listing = models.OneToOneField(
        "directory.Listing", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=100, help_text="Their own name, or the business's.")
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True, help_text="Only where there is no account.")
    language = models.CharField(max_length=2, choices=LANGUAGES, blank=True)
    letters_to = models.TextField(
        "address for letters", blank=True, help_text="Only where there is no email. Printed on letters, never public."
    )
    large_print = models.BooleanField(default=False, help_text="Letters in large print.")
    services = models.JSONField(default=list, blank=True, help_text="Slugs of what they would like to offer.")
    keeps_records = models.BooleanField(null=True, help_text="Keeps records of clients electronically.")
    heard_from = models.CharField(max_length=20, choices=HeardFrom, blank=True)
    returning = models.CharField(max_length=10, choices=Returning, blank=True)
    register = models.ForeignKey(
        "onboarding.Register", on_delete=models.SET_NULL, null=True, blank=True, related_name="carers",
        help_text="What they came with, if a register was moved in.",
    )  # fmt: skip
    said_right_on = models.DateField(null=True, blank=True, help_text="They last said that the whole listing is right.")
    wants_news = models.BooleanField(null=True, help_text="What they said; empty: by mail yes, by post no.")
    news_said_at = models.DateTimeField(null=True, blank=True, help_text="They last stopped or started news.")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    silent_at = models.DateTimeField(null=True, blank=True, help_text="Since then nothing is sent to them: they died.")

    class Meta:
        ordering = ["name", "pk"]
        default_permissions = ("view",)
        permissions = [("work_for_carers", "Do a carer's tasks for them")]

    def __str__(self) -> str:
        return self.name

    @property
    def mail_to(self) -> str:
        """Where mail to them goes: the address they sign in with, else the one they gave; empty where there is none."""
        return self.owner.email if self.owner else self.email

    @property
    def mail_language(self) -> str:
        return (self.owner.language if self.owner else "") or self.language


class SentForCarer:
    """Something with a `carer` and who sent it: the carer, or a member of the team for them."""

    carer: Carer
    sent_by: Any
    sent_by_id: int | None

    @property
    def entered_by(self) -> Any:
        return self.sent_by if self.sent_by_id != self.carer.owner_id else None


class WorkerQuerySet(models.QuerySet["Worker"]):
    def current(self) -> "WorkerQuerySet":
        return self.filter(removed_at__isnull=True)


class Worker(models.Model):
    """Somebody who gives care in the business. The first is the carer themselves.

    Works from `works_from` until the day before `stood_down_on`, if that is set: somebody whose paper lapses can be
    stood down, and the listing returns.
    """

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="workers")
    first_name = models.CharField(max_length=50)
    works_from = models.DateField()
    stood_down_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(stood_down_on__isnull=True) | Q(stood_down_on__gte=F("works_from")),
                name="worker_stood_down_after_working",
            ),
            # The public tells them apart by it.
            models.UniqueConstraint(
                "carer", Lower("first_name"), condition=Q(removed_at__isnull=True), name="worker_first_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.first_name

    def works_on(self, day: date) -> bool:
        return (
            self.removed_at is None
            and self.works_from <= day
            and (self.stood_down_on is None or day < self.stood_down_on)
        )
