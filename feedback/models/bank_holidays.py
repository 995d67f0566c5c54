"""One-off bank holidays, such as a state funeral: the yearly ones are known (`feedback.working_days`)."""

from django.db import models


class BankHoliday(models.Model):
    """A day more on which nobody works. Written only through `feedback.clocks`, which moves what it changes."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ["-day"]
        default_permissions = ("view",)
        permissions = [("keep_bank_holidays", "Add and take away one-off bank holidays")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
