"""What a carer is asked over the years, so that their listing stays right."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
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


class BuddyQuerySet(models.QuerySet["Buddy"]):
    def of(self, carer: Carer) -> "BuddyQuerySet":
        """Asked by them or of them, and not over."""
        return self.filter(Q(asker=carer) | Q(asked=carer), ended_at__isnull=True)

    def agreed(self) -> "BuddyQuerySet":
        return self.filter(agreed_at__isnull=False)


class Buddy(models.Model):
    """Two carers who told each other that they may ring when one of them is ill: asked by one, agreed by the other.

    Nobody is sent to anybody by it: whoever is helped decides who comes (product.md, "Regulation").
    """

    asker = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="+")
    asked = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BuddyQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name_plural = "buddies"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="buddy_is_another"),
            # Whoever of the two asked first.
            models.UniqueConstraint(
                Least("asker", "asked"),
                Greatest("asker", "asked"),
                condition=Q(ended_at__isnull=True),
                name="buddy_once_for_two",
            ),
        ]

    def __str__(self) -> str:
        return f"Buddies {self.pk}"

    def other(self, carer: Carer) -> Carer:
        return self.asked if self.asker_id == carer.pk else self.asker

    def phone(self, carer: Carer) -> str:
        """The other's, once they agreed: the one they gave the team, else the one on their page."""
        other = self.other(carer)
        public = other.listing.phone if other.listing else ""
        return (other.phone or public) if self.agreed_at and not self.ended_at else ""

    def waits_for(self, carer: Carer) -> bool:
        """Whether it is theirs to agree."""
        return self.agreed_at is None and self.asked_id == carer.pk
