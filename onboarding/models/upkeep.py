"""What a carer is asked over the years, so that their listing stays right."""

from django.db import models
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
