"""Training as the team runs it: sessions, who comes, who came. Every change is a verb of `onboarding.training`."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from audit.admin import ReadOnly
from onboarding import training
from onboarding.asking import Asking, actor, need
from onboarding.models import Booking, TrainingSession
from onboarding.models.training import SessionQuerySet
from onboarding.papers import NotNow, OwnPaper
from onboarding.training_admin_forms import AddForm, AttendanceForm, SessionForm, word_of

RUN = "onboarding.run_training"
PAIRS = ("title", "place", "notes")


class WhenFilter(admin.SimpleListFilter):
    """Those to come first, with how many there are of each."""

    title = "when"
    parameter_name = "when"
    CHOICES = {
        None: "To come",
        "unmarked": "Over, not marked who came",
        "past": "Over",
        "cancelled": "Cancelled",
        "all": "All",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["when"]),
                "display": f"{label} ({self._of(TrainingSession.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[TrainingSession]:
        return self._of(queryset, self.value())

    def _of(self, queryset: SessionQuerySet, value: str | None) -> SessionQuerySet:
        now = timezone.now()
        match value:
            case "all":
                return queryset
            case "cancelled":
                return queryset.filter(cancelled_at__isnull=False)
            case "past":
                return queryset.filter(cancelled_at__isnull=True, ends_at__lte=now)
            case "unmarked":
                return queryset.filter(pk__in=TrainingSession.objects.unmarked(now).values("pk"))
        return queryset.filter(cancelled_at__isnull=True, ends_at__gt=now)


@admin.register(TrainingSession)
class TrainingSessionAdmin(Asking):
    form = SessionForm
    list_display = ["title_en", "sheet", "day_and_time", "where", "taken", "waiting"]
    list_filter = [WhenFilter]
    search_fields = ["title_en", "title_cy", "place_en", "provider"]
    lookup_allowed = ReadOnly.lookup_allowed
    actions = None

    def get_queryset(self, request: HttpRequest) -> SessionQuerySet:
        """With what this reader may do on each row: this object serves all requests at once."""
        queryset: SessionQuerySet = super().get_queryset(request)  # type: ignore[assignment]
        return queryset.counted().annotate(may_run=Value(request.user.has_perm(RUN)))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        both = {field: tuple(f"{field}_{code}" for code in settings.SCHEME.languages) for field in PAIRS}
        return [
            (None, {"fields": [both["title"], "requirements"]}),
            ("When and where", {"fields": ["starts_at", "ends_at", both["place"], "online_link"]}),
            ("Who", {"fields": ["seats", "provider"]}),
            ("What to bring and to know", {"fields": [both["notes"]]}),
        ]

    @admin.display(description="when", ordering="starts_at")
    def day_and_time(self, session: TrainingSession) -> str:
        return f"{session.when} (cancelled)" if session.cancelled_at else session.when

    @admin.display(description="where")
    def where(self, session: TrainingSession) -> str:
        return " and ".join(part for part in (session.place_en, "online" if session.online_link else "") if part)

    @admin.display(description="seats taken")
    def taken(self, session: Any) -> str:
        return f"{session.taken} of {session.seats}"

    @admin.display(description="waiting")
    def waiting(self, session: Any) -> int:
        return int(session.waiting)

    @admin.display(description="who comes")
    def sheet(self, session: Any) -> str | SafeString:
        if not session.may_run:
            return ""
        words = '<a href="{}" class="nowrap">Attendance<span class="visually-hidden"> at {}</span></a>'
        return format_html(words, attendance_of(session.pk), session)

    # --- adding and changing -----------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RUN)

    def has_change_permission(self, request: HttpRequest, obj: TrainingSession | None = None) -> bool:
        return request.user.has_perm(RUN) and not (obj and obj.cancelled_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: TrainingSession, form: SessionForm, change: bool) -> None:
        if change:
            training.change_session(obj, by=actor(request), **form.facts)
        else:
            obj.pk = training.create_session(by=actor(request), **form.facts).pk

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        session = self.get_object(request, object_id)
        more = {"booked": len(training.reached(session)[0]) if session else 0, "may_run": request.user.has_perm(RUN)}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    # --- pages of its own --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        start = "onboarding_trainingsession"
        return [
            path("<int:pk>/cancel/", guard(self.cancel), name=f"{start}_cancel"),
            path("<int:pk>/attendance/", guard(self.attendance), name=f"{start}_attendance"),
            path("<int:pk>/attendance/add/", guard(require_POST(self.add_person)), name=f"{start}_add_person"),
            path("<int:pk>/bookings/<int:booking>/cancel/", guard(self.cancel_booking), name=f"{start}_booking"),
            *super().get_urls(),
        ]

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, RUN)
        session = get_object_or_404(TrainingSession, pk=pk)
        back = reverse("admin:onboarding_trainingsession_changelist")
        if request.method == "POST":
            done = f"{session} is cancelled."
            return self.do(request, lambda: training.cancel_session(session, by=actor(request)), done=done, to=back)
        mailed, to_ring = training.reached(session)
        effect = (
            f"It cannot be booked any more, and cannot be brought back. {people(len(mailed))} mailed that it is "
            f"cancelled, in their language. {ring(to_ring)}"
        )
        names = [
            f"{booking.worker}, {booking.worker.carer}: {booking.worker.carer.phone or 'no phone either'}"
            for booking in to_ring
        ]
        title = f"Cancel: {session}"
        return self.ask(request, title=title, effect=effect, button="Cancel the session", back=back, names=names)

    def cancel_booking(self, request: HttpRequest, pk: int, booking: int) -> HttpResponse:
        need(request, RUN)
        one = get_object_or_404(Booking.objects.standing().select_related("worker", "session"), pk=booking, session=pk)
        back = attendance_of(pk)
        if request.method == "POST":
            done = f"The booking of {one.worker} is cancelled."
            return self.do(request, lambda: training.cancel_booking(one, by=actor(request)), done=done, to=back)
        effect = (
            "Their seat, if they have one, goes to who waits longest, who is mailed. The person whose booking it is "
            "is not mailed: tell them."
        )
        title = f"Cancel the booking of {one.worker}: {one.session}"
        return self.ask(request, title=title, effect=effect, button="Cancel the booking", back=back)

    def attendance(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who comes, to print; once it has begun, who came, marked for many at once."""
        need(request, RUN)
        session = get_object_or_404(TrainingSession, pk=pk)
        bookings = list(training.standing(session))
        form = AttendanceForm(request.POST or None, bookings=bookings, reader=actor(request))
        if request.method == "POST" and form.is_valid():
            self.mark(request, form)
            return redirect(attendance_of(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Attendance: {session}",
            "session": session,
            "met": training.met_by(session),
            "form": form,
            "rows": [(it, form.field_of(it), form.shown_name(it), word_of(it)) for it in bookings],
            "add": AddForm(session=session),
        }
        return TemplateResponse(request, "admin/onboarding/trainingsession/attendance.html", context)

    def mark(self, request: HttpRequest, form: AttendanceForm) -> None:
        marked = 0
        for booking, attended in form.marks():
            try:
                facts = {"attended": attended, "reason": form.cleaned_data["reason"], "shown": booking}
                marked += training.mark_attendance(booking, by=actor(request), **facts)
            except OwnPaper:
                said = f"Nobody marks their own attendance: ask a colleague to mark {booking.worker}."
                self.message_user(request, said, messages.ERROR)
            except NotNow as error:
                self.message_user(request, f"{booking.worker}: {error}", messages.ERROR)
        self.message_user(request, f"Marked: {marked}.", messages.SUCCESS if marked else messages.INFO)

    def add_person(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody rang, or came without a booking."""
        need(request, RUN)
        session = get_object_or_404(TrainingSession, pk=pk)
        form = AddForm(request.POST, session=session)
        if not form.is_valid():
            self.message_user(request, "Choose who to add.", messages.ERROR)
            return redirect(attendance_of(pk))
        worker = form.cleaned_data["worker"]
        verb = training.add_who_came if session.has_begun else training.book
        done = f"{worker} is on the sheet."
        return self.do(request, lambda: verb(session, worker, by=actor(request)), done=done, to=attendance_of(pk))


def attendance_of(pk: int) -> str:
    return reverse("admin:onboarding_trainingsession_attendance", args=[pk])


def people(number: int) -> str:
    return "1 person is" if number == 1 else f"{number or 'Nobody'} {'people are' if number else 'is'}"


def ring(bookings: list[Booking]) -> str:
    if not bookings:
        return ""
    return "These have no email address: a letter to each waits to be posted. Where the day is near, ring them."
