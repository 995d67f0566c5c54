"""What the team fills in about training. The admin is in English."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.forms.boundfield import BoundField

from accounts.models import User
from onboarding import training
from onboarding.models import Booking, TrainingSession, Worker
from onboarding.papers import NotNow

FACTS = (
    "title_en", "title_cy", "requirements", "starts_at", "ends_at", "place_en", "place_cy", "online_link", "seats",
    "provider", "notes_en", "notes_cy",
)  # fmt: skip
MARKS = (("", "Not marked"), ("yes", "Came"), ("no", "Did not come"))
MEANS = {"": None, "yes": True, "no": False}


def by_attending() -> list[tuple[str, str]]:
    """The scheme's requirements that attendance can meet."""
    return [(it.slug, it.en) for it in settings.SCHEME.requirements.every if "attended" in it.shown]


class SessionForm(forms.ModelForm):
    requirements = forms.MultipleChoiceField(
        label="What attendance counts for",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None for a meeting of peers.",
    )
    online_link = forms.URLField(
        label="Link, where it is online",
        assume_scheme="https",
        required=False,
        widget=AdminURLFieldWidget,
        help_text="Only who has a seat is told it.",
    )
    seats = forms.IntegerField(label="How many can come", min_value=1, max_value=1000)

    class Meta:
        model = TrainingSession
        fields = FACTS

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("requirements"):
            field.choices = by_attending()  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            if name in self.fields:
                self._name_the_boxes(name)

    def _name_the_boxes(self, name: str) -> None:
        """Django's admin writes “Date” and “Time” beside the two boxes, where no screen reader finds them."""
        field = self.fields[name]
        for box, what in zip(getattr(field.widget, "widgets", []), ("date", "time"), strict=False):
            box.attrs["aria-label"] = f"{field.label}: {what}"

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._in_order(cleaned)
        self._somewhere(cleaned)
        self._in_both_languages(cleaned)
        if self.instance.pk and not self.errors:
            self._may_change()
        return cleaned

    def _in_order(self, cleaned: dict[str, Any]) -> None:
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "Enter an end after the start.")

    def _somewhere(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("place_en") and not cleaned.get("online_link") and "online_link" not in self.errors:
            self.add_error("place_en", "Enter a place, or the link where it is online.")

    def _in_both_languages(self, cleaned: dict[str, Any]) -> None:
        if "cy" not in settings.SCHEME.languages:
            return
        for field in ("title", "place", "notes"):
            if cleaned.get(f"{field}_en") and not cleaned.get(f"{field}_cy"):
                self.add_error(f"{field}_cy", "Enter it in Welsh too: carers read it in their own language.")

    def _may_change(self) -> None:
        try:
            training.check_change(self.instance, self.facts)
        except NotNow as error:
            self.add_error(None, str(error))


class AttendanceForm(forms.Form):
    """One choice for each booking; a reason where somebody marked as there was not."""

    reason = forms.CharField(
        label="If you take an attendance back: why",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The carer is mailed this, in your words, and what came of it no longer counts.",
    )

    def __init__(self, *args: Any, bookings: list[Booking], reader: User, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.bookings = {self.name_of(it): it for it in bookings if it.worker.carer.owner_id != reader.pk}
        for name, booking in self.bookings.items():
            label = f"{booking.worker}, {booking.worker.carer}"
            initial = word_of(booking)
            widget = forms.Select(attrs={"aria-label": label})
            self.fields[name] = forms.ChoiceField(
                label=label, choices=MARKS, required=False, initial=initial, widget=widget
            )  # fmt: skip

    @staticmethod
    def name_of(booking: Booking) -> str:
        return f"came_{booking.pk}"

    def field_of(self, booking: Booking) -> BoundField | None:
        """None for whoever reads this: nobody marks their own."""
        name = self.name_of(booking)
        return self[name] if name in self.bookings else None

    @staticmethod
    def shown_name(booking: Booking) -> str:
        return f"shown_{booking.pk}"

    def shown(self, booking: Booking) -> str:
        """How it was marked on the page that was sent: two may have the sheet open."""
        return str(self.data.get(self.shown_name(booking), word_of(booking)))

    def clean(self) -> dict[str, Any]:
        for booking, _attended in self.marks():
            if self.shown(booking) != word_of(booking):
                now = dict(MARKS)[word_of(booking)]
                words = f"Somebody marked this meanwhile: {now}. Look at it again."
                self.add_error(self.name_of(booking), words)
        taken_back = any(booking.attended and not attended for booking, attended in self.marks())
        if taken_back and not self.cleaned_data.get("reason"):
            self.add_error("reason", "Say why the attendance is taken back: the carer is told.")
        return self.cleaned_data

    def marks(self) -> Iterator[tuple[Booking, bool | None]]:
        """What each is to be marked, of those who stand otherwise than shown: what a colleague marked meanwhile
        stays. With “everybody came”, who is not marked yet came.
        """
        for name, booking in self.bookings.items():
            word = self.cleaned_data.get(name, "")
            if "everybody" in self.data and not word and booking.has_seat:
                word = "yes"
            if word != self.shown(booking):
                yield booking, MEANS[word]


def word_of(booking: Booking) -> str:
    return next(word for word, meaning in MEANS.items() if meaning is booking.attended)


class WorkerField(forms.ModelChoiceField):
    def label_from_instance(self, worker: Any) -> str:
        return f"{worker.first_name}, {worker.carer}"


class AddForm(forms.Form):
    worker = WorkerField(label="Add somebody", queryset=Worker.objects.none())

    def __init__(self, *args: Any, session: TrainingSession, **kwargs: Any):
        super().__init__(*args, **kwargs)
        booked = session.bookings.standing().values("worker")
        free = Worker.objects.current().exclude(pk__in=booked).select_related("carer").order_by("first_name", "pk")
        self.fields["worker"].queryset = free  # type: ignore[attr-defined]
