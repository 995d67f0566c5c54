"""“I need help with this”: what a carer asked for, and what the team did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from directory.money import money
from onboarding.models.carers import Carer
from onboarding.requirements import Requirement


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def still_open(self) -> "HelpRequestQuerySet":
        return self.filter(closed_at__isnull=True)


class HelpRequest(models.Model):
    """One request, about a task of the journey or about anything. Written only through `onboarding.helping`."""

    carer = models.ForeignKey(Carer, on_delete=models.CASCADE, related_name="help_requests")
    requirement = models.CharField(max_length=40, blank=True, help_text="Empty: about something else.")
    what = models.TextField()
    by_when = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    form_key = models.CharField(max_length=64, blank=True, help_text="The same form sent twice is sent once.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who of the team entered it for the carer.",
    )  # fmt: skip
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("answer_help", "Answer carers who ask for help, and record what was funded")]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="help_says_what"),
            models.UniqueConstraint(
                fields=["carer", "form_key"], condition=~Q(form_key=""), name="help_form_sent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Help request {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def about(self) -> Requirement | None:
        """None too for a requirement that the scheme no longer has."""
        found: Requirement | None = settings.SCHEME.requirements.by_slug.get(self.requirement)
        return found

    @property
    def is_answered(self) -> bool:
        """Whether the last word is the team's."""
        last = max(self.answers.all(), key=lambda answer: (answer.at, answer.pk), default=None)
        return last is not None and not last.from_carer

    @property
    def funded_pence(self) -> int:
        return sum(answer.funded_pence or 0 for answer in self.answers.all())

    @property
    def amount(self) -> str:
        return money(self.funded_pence) if self.funded_pence else ""


class HelpAnswer(models.Model):
    """What the team said, arranged or paid for, or what the carer added. The carer sees it all."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    from_carer = models.BooleanField(default=False)
    form_key = models.CharField(max_length=64, blank=True, help_text="The same form sent twice is sent once.")
    words = models.TextField(blank=True)
    arranged = models.CharField(max_length=300, blank=True)
    funded_pence = models.PositiveIntegerField(null=True, blank=True)
    pot = models.CharField(max_length=100, blank=True, help_text="What it was paid from: a slug of the scheme.")

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["request", "form_key"], condition=~Q(form_key=""), name="help_answer_form_sent_once"
            ),
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(arranged="") | Q(funded_pence__isnull=False),
                name="help_answer_says_something",
            ),
            models.CheckConstraint(
                condition=Q(funded_pence__isnull=True) | (Q(funded_pence__gte=1) & ~Q(pot="")),
                name="help_funded_from_a_pot",
            ),
            models.CheckConstraint(
                condition=Q(from_carer=False) | Q(arranged="", funded_pence__isnull=True, pot=""),
                name="help_carer_funds_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"

    @property
    def amount(self) -> str:
        """What was paid, as people write it; empty where nothing was."""
        return money(self.funded_pence) if self.funded_pence else ""

    @property
    def paid_from(self) -> str:
        """The pot's name; its slug where the scheme no longer has it."""
        return str(settings.SCHEME.pots.get(self.pot, self.pot))
