"""Training sessions, and who goes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

from onboarding.models.carers import Worker


class TrainingSession(models.Model):
    """A session that carers book. Attendance meets each of `requirements`."""

    title_en = models.CharField("title in English", max_length=120)
    title_cy = models.CharField("title in Welsh", max_length=120, blank=True)
    requirements = models.JSONField(default=list, help_text="Slugs of what attendance meets.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place_en = models.CharField("where, in English", max_length=200, blank=True)
    place_cy = models.CharField("where, in Welsh", max_length=200, blank=True)
    online_link = models.URLField("link, where it is online", blank=True, help_text="Only who has a place is told it.")
    seats = models.PositiveSmallIntegerField("how many can come")
    provider = models.CharField(max_length=120, blank=True)
    notes_en = models.TextField("what to bring, in English", blank=True)
    notes_cy = models.TextField("what to bring, in Welsh", blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        default_permissions = ("view",)
        permissions = [("run_training", "Set up training, and mark who came")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="training_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="training_for_somebody"),
            models.CheckConstraint(condition=~Q(place_en="") | ~Q(online_link=""), name="training_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.title_en}, {timezone.localtime(self.starts_at):%d %B %Y}"

    def localised(self, field: str) -> str:
        words = getattr(self, f"{field}_cy") if get_language() == "cy" else ""
        return str(words or getattr(self, f"{field}_en"))

    @property
    def title(self) -> str:
        return self.localised("title")

    @property
    def place(self) -> str:
        return self.localised("place")

    @property
    def notes(self) -> str:
        return self.localised("notes")


class BookingQuerySet(models.QuerySet["Booking"]):
    def standing(self) -> "BookingQuerySet":
        """Not cancelled, those who booked first in front."""
        return self.filter(cancelled_at__isnull=True).order_by("booked_at", "pk")


class Booking(models.Model):
    """One person's wish to come. Those who booked first have the seats; the others wait."""

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="bookings")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="bookings")
    booked_at = models.DateTimeField(default=timezone.now)
    has_seat = models.BooleanField(default=False, help_text="Otherwise on the waiting list.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["booked_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["session", "worker"], condition=Q(cancelled_at__isnull=True), name="booking_once"
            ),
            models.CheckConstraint(
                condition=Q(attended__isnull=True) | Q(marked_at__isnull=False), name="booking_marked_with_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.session}"
