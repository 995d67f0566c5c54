"""Training sessions, and who goes."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onboarding.models.carers import Carer, Worker

STANDING = Q(bookings__cancelled_at__isnull=True)


def clock(moment: datetime) -> str:
    """9:30am, 2pm: the way GOV.UK writes it, in Welsh too."""
    local = timezone.localtime(moment)
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def day_in_words(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F Y")


class SessionQuerySet(models.QuerySet["TrainingSession"]):
    def counted(self) -> "SessionQuerySet":
        """Each with how many have a seat and how many wait, in order: what is counted has none by itself."""
        return self.annotate(
            taken=Count("bookings", filter=STANDING & Q(bookings__has_seat=True)),
            waiting=Count("bookings", filter=STANDING & Q(bookings__has_seat=False)),
        ).order_by("starts_at", "pk")

    def upcoming(self, on: date) -> "SessionQuerySet":
        """From that day on, but for those that are cancelled."""
        return self.filter(cancelled_at__isnull=True, starts_at__date__gte=on)

    def unmarked(self, now: datetime) -> "SessionQuerySet":
        """Over, and of somebody with a seat nobody has said whether they came."""
        missing = STANDING & Q(bookings__has_seat=True, bookings__attended__isnull=True)
        return self.filter(missing, cancelled_at__isnull=True, ends_at__lte=now).distinct()


class TrainingSession(models.Model):
    """A session that carers book. Attendance meets each of `requirements`; a meeting of peers meets none."""

    title_en = models.CharField("title in English", max_length=120)
    title_cy = models.CharField("title in Welsh", max_length=120, blank=True)
    requirements = models.JSONField(default=list, blank=True, help_text="Slugs of what attendance meets.")
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
    sequence = models.PositiveIntegerField(default=0, help_text="How often it changed: calendars ask (RFC 5545).")

    objects = SessionQuerySet.as_manager()

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
        return f"{self.title_en}, {self.day.day} {self.day:%B %Y}"

    def localised(self, field: str) -> str:
        words = getattr(self, f"{field}_cy") if get_language() == "cy" else ""
        return str(words or getattr(self, f"{field}_en"))

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def when(self) -> str:
        """“Tuesday 1 December 2026, 9:30am to 12:30pm”, in the active language."""
        words = {"day": day_in_words(self.starts_at), "from": clock(self.starts_at), "until": clock(self.ends_at)}
        if self.day == timezone.localdate(self.ends_at):
            return _("%(day)s, %(from)s to %(until)s") % words
        words["last"] = day_in_words(self.ends_at)
        return _("%(day)s, %(from)s, to %(last)s, %(until)s") % words

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it can be booked, be it for the waiting list."""
        return self.cancelled_at is None and not self.has_begun

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

    def seated(self) -> "BookingQuerySet":
        return self.standing().filter(has_seat=True)

    def waiting(self) -> "BookingQuerySet":
        return self.standing().filter(has_seat=False)

    def of(self, carer: Carer) -> "BookingQuerySet":
        return self.filter(worker__carer=carer).select_related("worker", "session")


class Booking(models.Model):
    """One person's wish to come. Those who booked first have the seats; the others wait."""

    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, related_name="bookings")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="bookings")
    booked_at = models.DateTimeField(default=timezone.now)
    has_seat = models.BooleanField(default=False, help_text="Otherwise on the waiting list.")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Who of the team entered it for the carer.",
    )  # fmt: skip
    cancelled_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(default=timezone.now, help_text="When they were last told the day and the place.")
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

    @property
    def place_in_line(self) -> int:
        """Which one on the waiting list: 1 is the next to get a seat."""
        before = Q(booked_at__lt=self.booked_at) | Q(booked_at=self.booked_at, pk__lte=self.pk)
        return Booking.objects.waiting().filter(before, session=self.session_id).count()
