"""What a carer is asked over the years, so that their listing stays right."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from onboarding.models.carers import Carer


class StillRight(models.Model):
    """The carer was asked whether what is public is still right: once for each time that they said so, on `since`."""

    class About(models.TextChoices):
        SPACE = "space", "Space"
        WHOLE = "whole", "The whole listing"

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="still_right")
    about = models.CharField(max_length=5, choices=About)
    since = models.DateField(help_text="When they last said it, or the listing was first public.")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["carer", "about", "since"], name="still_right_asked_once")]

    def __str__(self) -> str:
        return f"{self.carer}: {self.about}, said on {self.since}"


MOST_PEOPLE = 50  # that anybody would believe


class Headcount(models.Model):
    """How many people a business gives personal care to, as it said in that month: a number, and nothing else."""

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="headcounts")
    month = models.DateField(help_text="Its first day.")
    number = models.PositiveSmallIntegerField()
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-month", "carer"]
        get_latest_by = "month"
        default_permissions = ("view",)
        verbose_name = "number of people given personal care"
        verbose_name_plural = "numbers of people given personal care"
        constraints = [
            models.UniqueConstraint(fields=["carer", "month"], name="headcount_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="headcount_month_by_its_first_day"),
            models.CheckConstraint(condition=Q(number__lte=MOST_PEOPLE), name="headcount_believable"),
        ]

    def __str__(self) -> str:
        return f"{self.carer}, {self.month:%B %Y}"
