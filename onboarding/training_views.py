"""Training, for carers: what there is, booking it and leaving it. Each books for their own people alone."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onboarding import training
from onboarding.models import Booking, Carer, TrainingSession, Worker
from onboarding.papers import NotNow
from onboarding.training_calendar import calendar_file
from onboarding.training_forms import BookForm
from onboarding.training_pages import Offer, been, offer, offers, to_come
from onboarding.views import carer_of


@require_safe
@never_cache
def my_training(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    found = offers(carer, request.today)  # type: ignore[attr-defined]
    context = {
        "needed": [one for one in found if one.is_needed],
        "others": [one for one in found if not one.is_needed],
        "to_come": to_come(carer),
        "been": been(carer),
        "several": carer.workers.current().count() > 1,
    }
    return render(request, "onboarding/training.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session; posting to it books."""
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    shown = offer(carer, counted(pk), request.today)  # type: ignore[attr-defined]
    people = list(carer.workers.current())
    free = not_booked(shown, people)
    form = BookForm(request.POST if request.method == "POST" else None, people=people, free=free)
    if request.method == "POST" and form.is_valid():
        book(request, shown.session, form.cleaned_data["worker"])
        return redirect("onboarding:session", pk)
    context = {"offer": shown, "form": form, "free": free, "several": len(people) > 1}
    return render(request, "onboarding/session.html", context)


def counted(pk: int) -> TrainingSession:
    return get_object_or_404(TrainingSession.objects.counted(), pk=pk)


def not_booked(shown: Offer, people: list[Worker]) -> list[Worker]:
    booked = {booking.worker_id for booking in shown.bookings}
    return [worker for worker in people if worker.pk not in booked]


def book(request: HttpRequest, found: TrainingSession, worker: Worker) -> None:
    try:
        booking = training.book(found, worker, by=request.user)  # type: ignore[arg-type]
    except NotNow as error:
        messages.info(request, str(error))
        return
    messages.success(request, said_of(booking))


def said_of(booking: Booking) -> str:
    if booking.has_seat:
        return _("The seat is booked. We send you what you need to know.")
    words = _("The session is full. You are number %(number)s on the waiting list. We tell you if a seat comes free.")
    return words % {"number": booking.place_in_line}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session_cancel(request: HttpRequest, pk: int, booking: int) -> HttpResponse:
    """Says what happens; posting to it cancels the booking."""
    carer = own_carer(request)
    mine = get_object_or_404(Booking.objects.standing().of(carer), pk=booking, session=pk)
    if request.method == "POST":
        leave(request, mine)
        return redirect("onboarding:session", pk)
    shown = offer(carer, counted(pk), request.today)  # type: ignore[attr-defined]
    several = carer.workers.current().count() > 1
    context = {"booking": mine, "offer": shown, "needed": shown.needed_by(mine.worker), "several": several}
    return render(request, "onboarding/session_cancel.html", context)


def leave(request: HttpRequest, booking: Booking) -> None:
    try:
        training.cancel_booking(booking, by=request.user)  # type: ignore[arg-type]
    except NotNow as error:
        messages.info(request, str(error))
        return
    messages.success(request, _("The booking is cancelled."))


@require_safe
@never_cache
def session_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """For the calendar on a phone: for whoever has a seat, or had one that is cancelled."""
    carer = own_carer(request)
    mine = list(Booking.objects.of(carer).filter(session=pk, has_seat=True))
    if not mine:
        raise Http404
    name = f"training-{pk}.ics"
    return HttpResponse(
        calendar_file(mine[0].session, mine),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def own_carer(request: HttpRequest) -> Carer:
    if carer := carer_of(request):
        return carer
    raise Http404
