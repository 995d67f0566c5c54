"""The steps of a carer's own listing: each form takes the facts as they are and gives those it asks about."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from directory import vocabulary
from directory.availability import BAND_HOURS, BAND_NAMES, DAY_NAMES
from directory.days import DayField
from directory.forms import PHONE_LENGTH, Line, MailField, Paragraphs, PhoneField
from directory.models import BANDS, DAYS, LONGEST_REACH_MILES, Listing, cell
from directory.wording import alphabetical
from files.photos import CENTRE
from onboarding.listing_facts import BASE, CAPACITY, SERVICES, Facts
from onboarding.listings import more_asked

USUAL_MILES = 5
AS_NOW = "as-now"  # a base that is none of the scheme's places
WEEKDAYS = DAYS[:5]
PENCE = re.compile(r"(-?\d{1,9})p")
POUNDS = re.compile(r"-?£?-?\d{1,9}(\.\d{1,2})?")


def number_box(width: int = 3) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "class": f"govuk-input--width-{width}"})


class Whole(forms.IntegerField):
    """A whole number between two; what is not one is answered with one sentence."""

    def __init__(self, *, low: int, high: int, wanted: str | Promise, **kwargs: Any):
        self.low, self.high, self.wanted = low, high, wanted
        super().__init__(widget=number_box(), **kwargs)

    def clean(self, value: Any) -> int | None:
        typed = str(value or "").strip()
        if not typed and not self.required:
            return None
        if not re.fullmatch(r"\d{1,6}", typed, re.ASCII) or not self.low <= int(typed) <= self.high:
            raise forms.ValidationError(str(self.wanted))
        return int(typed)


class Pounds(forms.CharField):
    """A price as people type it: 22, £22.50, 45p. In pence."""

    def __init__(self, *, least: int, most: int, between: str | Promise, **kwargs: Any):
        self.least, self.most, self.between = least, most, between
        attrs = {"inputmode": "decimal", "class": "govuk-input--width-5", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        pounds, pence = divmod(value, 100)
        return f"{pounds}.{pence:02}" if pence else str(pounds)

    def clean(self, value: Any) -> int | None:
        typed = str(value or "").replace(",", "").replace(" ", "")
        if not typed:
            return None
        pence = _pence(typed)
        if pence is None:
            raise forms.ValidationError(gettext("Enter a price in pounds, like 22 or 22.50"))
        if not self.least <= pence <= self.most:
            raise forms.ValidationError(str(self.between))
        return pence


def _pence(typed: str) -> int | None:
    if found := PENCE.fullmatch(typed):
        return int(found[1])
    if not POUNDS.fullmatch(typed):
        return None
    sign = -1 if "-" in typed else 1
    pounds, _dot, pence = typed.strip("-£").partition(".")
    return sign * (int(pounds) * 100 + int(pence.ljust(2, "0") or 0))


class StepForm(forms.Form):
    """One step. `facts` are those of the listing as it is written so far; `today` is the day."""

    names: tuple[str, ...] = ()  # of the facts it gives
    both: tuple[str, ...] = ()  # asked in each of the scheme's languages
    show: str | Promise = ""  # the button that shows what the answers come to; empty where there is nothing to show
    template = "onboarding/listing/_fields.html"

    def __init__(self, *args: Any, facts: Facts, today: date, typed: Any = None, **kwargs: Any):
        self.now, self.today = facts, today
        super().__init__(*args, **kwargs)
        self._ask_in_languages()
        self.fill_in()
        self.initial = self.typed(typed) if typed is not None else {**self.begun(), **self.initial}
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True
        self.helper.layout = Layout(*self.rows())

    def fill_in(self) -> None:
        """What a step puts into its fields before they are drawn."""

    def begun(self) -> dict[str, Any]:
        """What its fields hold when it is opened."""
        return {name: self.now[name] for name in self.fields if name in self.now}

    def typed(self, data: Any) -> dict[str, Any]:
        """What stands in the boxes, right or wrong: for the same page in the other language."""
        return {name: field.widget.value_from_datadict(data, {}, name) for name, field in self.fields.items()}

    def filled(self, data: Any) -> Any:
        """What is typed, and what a button of the step adds to it."""
        return data

    def rows(self) -> list[Any]:
        """The fields in their order, those of two languages side by side."""
        rows: list[Any] = []
        for name in self.fields:
            stem, _line, language = name.rpartition("_")
            if stem in self.both and settings.SCHEME.is_welsh:
                if language == "en":
                    rows.append(Div(name, f"{stem}_cy", css_class="both"))
            else:
                rows.append(name)
        return rows

    @property
    def fact_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if not self._left_out(name))

    @property
    def facts(self) -> Facts:
        """What `listings.keep` takes, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.fact_names}

    def _ask_in_languages(self) -> None:
        for name in list(self.fields):
            if self._left_out(name):
                del self.fields[name]
            elif name.endswith("_cy"):
                self.fields[name].widget.attrs["lang"] = "cy"
            elif name.removesuffix("_en") in self.both:
                self.fields[name].widget.attrs["lang"] = "en"

    def _left_out(self, name: str) -> bool:
        return not settings.SCHEME.is_welsh and name.removesuffix("_cy") in self.both and name.endswith("_cy")


class WordsForm(StepForm):
    names = ("name", "first_name", "intro_en", "intro_cy", "about_en", "about_cy")
    both = ("intro", "about")

    name = Line(
        longest=100,
        label=_("Name of your business, or your own name"),
        help_text=_("The heading of your page."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": _("Enter the name of your business, or your own name")},
    )
    first_name = Line(
        longest=50,
        label=_("Your first name"),
        help_text=_("How we name you in sentences: “Contact Bryn”."),
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "spellcheck": "false"}),
        error_messages={"required": _("Enter your first name")},
    )
    intro_en = Line(
        longest=160,
        required=False,
        label=_("Your first sentence in English"),
        help_text=_("People see it in the list of results. At most 160 characters."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    intro_cy = Line(
        longest=160,
        required=False,
        label=_("Your first sentence in Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    about_en = Paragraphs(
        longest=4000,
        required=False,
        label=_("About you, in English"),
        help_text=_("What you have done, what you like to do, what people can expect. Write as you talk."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    about_cy = Paragraphs(
        longest=4000,
        required=False,
        label=_("About you, in Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self.errors and not cleaned.get("intro_en") and not cleaned.get("intro_cy"):
            self.add_error("intro_en", gettext("Write a first sentence about what you do"))
        return cleaned


class PhotoForm(StepForm):
    """What is kept of a photo that is not square: one of three parts, or with JavaScript the square that was drawn."""

    names = ("photo",)
    template = "onboarding/listing/_photo.html"

    photo = forms.FileField(
        label=_("Choose a photo"),
        help_text=_("A JPEG, PNG, WebP or HEIC file, smaller than 10 MB. We cut a square out of it."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
        error_messages={"required": _("Choose a photo"), "empty": _("The file is empty. Choose the photo again")},
    )
    part = forms.ChoiceField(
        label=_("If it is not square, which part should we keep?"),
        choices=[
            ("start", _("The top, or the left")),
            ("middle", _("The middle")),
            ("end", _("The bottom, or the right")),
        ],
        initial="middle",
        required=False,
        widget=forms.RadioSelect,
    )
    # Written by static/js/crop.js: how far across and down the square stands, from 0 to 1.
    square = forms.CharField(required=False, widget=forms.HiddenInput)

    def begun(self) -> dict[str, Any]:
        return {}

    @property
    def centre(self) -> tuple[float, float]:
        if found := re.fullmatch(r"([01](?:\.\d{1,6})?) ([01](?:\.\d{1,6})?)", self.cleaned_data["square"], re.ASCII):
            return float(found[1]), float(found[2])
        return {"start": (0.0, 0.0), "end": (1.0, 1.0)}.get(self.cleaned_data["part"], CENTRE)


class WhereForm(StepForm):
    names = (*BASE, "miles", "whole_area")
    show = _("Show on the map")

    place = forms.ChoiceField(
        label=_("Which town or village do you start from?"),
        help_text=_("The nearest one in the list. Never your address: people see only this name."),
        error_messages={"required": _("Choose a town or village"), "invalid_choice": _("Choose a town or village")},
    )
    miles = Whole(
        low=1,
        high=LONGEST_REACH_MILES,
        wanted=_("Enter a whole number of miles from 1 to 40"),
        required=False,
        label=_("How many miles do you travel from there?"),
        help_text=_("From 1 to 40, as the crow flies."),
    )
    whole_area = forms.BooleanField(required=False)

    def fill_in(self) -> None:
        self.fields["place"].choices = self._places()  # type: ignore[attr-defined]
        self.fields["whole_area"].label = gettext("I cover all of %(area)s") % {"area": settings.SCHEME.area}

    def begun(self) -> dict[str, Any]:
        place = self._place_now()
        base = place.slug if place else AS_NOW if self._elsewhere() else ""
        return {
            "place": base,
            "miles": self.now.get("miles", USUAL_MILES),
            "whole_area": self.now.get("whole_area", False),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "miles" in cleaned and cleaned["miles"] is None and not cleaned.get("whole_area"):
            self.add_error("miles", str(self.fields["miles"].wanted))  # type: ignore[attr-defined]
        return cleaned

    @property
    def facts(self) -> Facts:
        cleaned = self.cleaned_data
        reach = {
            "miles": cleaned["miles"] or self.now.get("miles") or USUAL_MILES,
            "whole_area": cleaned["whole_area"],
        }
        if cleaned["place"] == AS_NOW:
            return {name: self.now[name] for name in BASE} | reach
        place = next(place for place in settings.SCHEME.places if place.slug == cleaned["place"])
        return {
            "base_name_en": place.name.en,
            "base_name_cy": place.name.cy,
            "easting": place.easting,
            "northing": place.northing,
            **reach,
        }

    def _place_now(self) -> Any:
        position = self.now.get("easting"), self.now.get("northing")
        return next((it for it in settings.SCHEME.places if (it.easting, it.northing) == position), None)

    def _elsewhere(self) -> bool:
        return bool(self.now.get("base_name_en")) and self._place_now() is None

    def _places(self) -> list[Any]:
        """Those of the area, then those around it, which the team looks at first."""
        inside = [(it.slug, str(it.name)) for it in settings.SCHEME.places if it.inside]
        around = [(it.slug, str(it.name)) for it in settings.SCHEME.places if not it.inside]
        own = [(AS_NOW, self.now["base_name_en"])] if self._elsewhere() else []
        outside = gettext("Outside the area: the team looks at it first")
        groups = [(outside, in_order(around))] if around else []
        return [("", gettext("Choose one")), *own, *in_order(inside), *groups]


def in_order(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda choice: alphabetical(choice[1]))


class ServicesForm(StepForm):
    names = (SERVICES,)
    template = "onboarding/listing/_services.html"

    services = forms.MultipleChoiceField(
        label=_("What do you offer?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one kind of help"),
            "invalid_choice": _("Choose from the list"),
        },
    )

    def fill_in(self) -> None:
        self.fields[SERVICES].choices = vocabulary.service_choices()  # type: ignore[attr-defined]

    @property
    def kinds(self) -> list["Kind"]:
        """Each heading with its details, which of them are chosen, and what choosing one more would ask for."""
        chosen = {str(slug) for slug in self[SERVICES].value() or ()}
        return [self._kind(heading, chosen) for heading in vocabulary.HEADINGS]

    def _kind(self, heading: vocabulary.Service, chosen: set[str]) -> "Kind":
        more = {service: self._more(service) for service in self._under(heading)}
        asking = [papers for service, papers in more.items() if service.slug not in self.now.get(SERVICES, ())]
        for_all = [paper for paper in asking[0] if all(paper in papers for papers in asking)] if asking else []
        options: list[Option] = []
        for service, papers in more.items():
            asks = ", ".join(paper for paper in papers if paper not in for_all)
            options.append(Option(service, service.slug in chosen, asks, bool(options) and options[-1].more == asks))
        return Kind(heading, ", ".join(for_all), options)

    def _under(self, heading: vocabulary.Service) -> list[vocabulary.Service]:
        """Its details; the heading itself only for whoever offers it as a whole."""
        details = vocabulary.details(heading.slug)
        return details if details and heading.slug not in self.now.get(SERVICES, ()) else [heading, *details]

    def _more(self, service: vocabulary.Service) -> list[str]:
        offered = self.now.get(SERVICES, [])
        return [] if service.slug in offered else more_asked(offered, [service.slug])


class Option(NamedTuple):
    """A service to choose; `more` is what it asks for besides what its whole heading does, perhaps the same as the
    one above it."""

    service: vocabulary.Service
    chosen: bool
    more: str
    is_same: bool


class Kind(NamedTuple):
    heading: vocabulary.Service
    more: str
    options: list[Option]


NO_LEVEL = pgettext_lazy("language", "Not at all")


class WhoForm(StepForm):
    names = ("groups", "languages")
    template = "onboarding/listing/_who.html"
    first = 4  # languages that everybody is asked about; the others are folded away

    groups = forms.MultipleChoiceField(
        label=_("Whom do you support?"),
        help_text=_("Choose those you have experience with."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def fill_in(self) -> None:
        self.fields["groups"].choices = [(slug, str(it)) for slug, it in vocabulary.GROUPS.items()]  # type: ignore[attr-defined]
        levels = [("", str(NO_LEVEL)), *((str(level), str(words)) for level, words in vocabulary.LEVELS.items())]
        for slug, language in vocabulary.LANGUAGES.items():
            self.fields[f"level-{slug}"] = forms.ChoiceField(
                label=str(language),
                choices=levels,
                required=False,
                error_messages={"invalid_choice": _("Choose from the list")},
            )

    def begun(self) -> dict[str, Any]:
        levels = {f"level-{slug}": str(level) for slug, level in self.now.get("languages", {}).items()}
        return {"groups": self.now.get("groups", []), **levels}

    @property
    def levels(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("level-")]

    @property
    def usual_levels(self) -> list[Any]:
        return self.levels[: self.first]

    @property
    def other_levels(self) -> list[Any]:
        return self.levels[self.first :]

    @property
    def speaks_others(self) -> bool:
        return any(field.value() or field.errors for field in self.other_levels)

    @property
    def facts(self) -> Facts:
        levels = {slug: self.cleaned_data[f"level-{slug}"] for slug in vocabulary.LANGUAGES}
        return {
            "groups": self.cleaned_data["groups"],
            "languages": {slug: int(level) for slug, level in levels.items() if level},
        }


SLOTS = [(f"{day}-{band}", f"{day}-{band}") for day in DAYS for band in BANDS]
# What many people work, as one button.
FILLS: dict[str, tuple[str | Promise, Iterable[str], Iterable[str]]] = {
    "weekday-mornings": (_("Every weekday morning"), WEEKDAYS, ("early", "morning")),
    "weekdays": (_("Weekdays from 8am to 6pm"), WEEKDAYS, ("morning", "lunchtime", "afternoon", "teatime")),
    "evenings": (_("Every evening"), DAYS, ("evening",)),
    "weekends": (_("Weekends from 8am to 6pm"), DAYS[5:], ("morning", "lunchtime", "afternoon", "teatime")),
}


class WhenForm(StepForm):
    """The 7×7 grid, as two boxes for each part of each day. A time with space is a time that is worked."""

    names = ("works", "space")
    template = "onboarding/listing/_when.html"

    works = forms.MultipleChoiceField(label=_("When do you work?"), choices=SLOTS, required=False)
    space = forms.MultipleChoiceField(label=_("Where do you have space?"), choices=SLOTS, required=False)

    def begun(self) -> dict[str, Any]:
        return {name: slots_of(self.now.get(name, 0)) for name in self.names}

    def filled(self, data: Any) -> dict[str, list[str]]:
        """What is ticked, and what a button adds to it."""
        _words, days, bands = FILLS.get(data.get("fill", ""), ("", (), ()))
        ticked = {name: data.getlist(name) for name in self.names}
        if data.get("fill") == "none":
            return {"works": [], "space": []}
        return {**ticked, "works": [*ticked["works"], *(f"{day}-{band}" for day in days for band in bands)]}

    @property
    def fills(self) -> list[tuple[str, str]]:
        return [(slug, str(words)) for slug, (words, _days, _bands) in FILLS.items()]

    @property
    def bands(self) -> list[tuple[str, str]]:
        return [(str(BAND_NAMES[band]), str(BAND_HOURS[band])) for band in BANDS]

    @property
    def days(self) -> list[dict[str, Any]]:
        """A row for each day, Monday first, with its seven parts."""
        works, space = ({str(slot) for slot in self[name].value() or ()} for name in self.names)
        return [
            {
                "name": str(DAY_NAMES[day]),
                "parts": [part(f"{day}-{band}", str(BAND_NAMES[band]), works | space, space) for band in BANDS],
            }
            for day in DAYS
        ]

    @property
    def facts(self) -> Facts:
        works, space = (bits_of(self.cleaned_data[name]) for name in self.names)
        return {"works": works | space, "space": space}


def part(slot: str, name: str, works: set[str], space: set[str]) -> dict[str, Any]:
    return {"slot": slot, "name": name, "works": slot in works, "space": slot in space}


def slots_of(bits: int) -> list[str]:
    return [
        f"{day}-{band}" for column, day in enumerate(DAYS) for row, band in enumerate(BANDS) if bits & cell(column, row)
    ]


def bits_of(slots: Iterable[str]) -> int:
    pairs = (slot.split("-") for slot in set(slots))
    return sum(cell(DAYS.index(day), BANDS.index(band)) for day, band in pairs)


class SpaceForm(StepForm):
    names = CAPACITY

    capacity = forms.ChoiceField(
        label=_("Do you have space for somebody new?"),
        choices=[
            (Listing.Capacity.SPACE.value, _("Yes, I have space now")),
            (Listing.Capacity.WAITING.value, _("No, but there is a waiting list")),
            (Listing.Capacity.FULL.value, _("No, I am full")),
            (Listing.Capacity.FROM.value, _("Not yet, but from a date")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether you have space for somebody new"),
            "invalid_choice": _("Choose whether you have space for somebody new"),
        },
    )
    hours_free = Whole(
        low=0,
        high=168,
        wanted=_("Enter a whole number of hours from 0 to 168"),
        required=False,
        label=_("If you have space: how many hours a week? (optional)"),
    )
    waiting_weeks = Whole(
        low=0,
        high=104,
        wanted=_("Enter a whole number of weeks from 0 to 104"),
        required=False,
        label=_("If there is a waiting list: about how many weeks? (optional)"),
    )
    space_from = DayField(
        wanted=_("the date from which you have space"),
        required=False,
        label=_("If you have space from a date: from when?"),
        help_text=_("For example, 27 3 2027"),
    )

    def begun(self) -> dict[str, Any]:
        day = self.now.get("space_from")
        return {**super().begun(), "space_from": date.fromisoformat(day) if day else None}

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("capacity") == Listing.Capacity.FROM and "space_from" in cleaned:
            if not cleaned["space_from"]:
                self.add_error("space_from", gettext("Enter the date from which you have space"))
            elif cleaned["space_from"] <= self.today:
                self.add_error("space_from", gettext("The date must be after today"))
        return cleaned

    @property
    def facts(self) -> Facts:
        """Only what goes with the answer: hours are of space, weeks of a waiting list, a date of the space to come."""
        said = self.cleaned_data
        keeps = {Listing.Capacity.SPACE: "hours_free", Listing.Capacity.WAITING: "waiting_weeks"}
        kept = {keeps.get(said["capacity"], ""), "space_from" if said["capacity"] == Listing.Capacity.FROM else ""}
        return {"capacity": said["capacity"]} | {name: said[name] if name in kept else None for name in CAPACITY[1:]}


# As the carer says it: `vocabulary.PAYMENTS` speaks to whoever pays.
PAID: dict[str, str | Promise] = {**vocabulary.PAYMENTS, "private": _("Their own money")}
BETWEEN = _("The price must be between £1 and £1,000")
A_MILE = _("The price of a mile must be between 0 and £5")


def price(label: str | Promise, help_text: str | Promise = "") -> Pounds:
    return Pounds(least=100, most=100_000, between=BETWEEN, label=label, help_text=help_text)


class PricesForm(StepForm):
    """In pounds on the page, in pence in the facts."""

    names = (*Listing.PRICES, "price_mile", "minimum_minutes", "price_note_en", "price_note_cy", "payments")
    both = ("price_note",)
    show = _("Show an example week")

    price_hour = price(_("An hour"), _("In pounds, like 22 or 22.50. Leave empty what you do not charge by."))
    price_half_hour = price(_("Half an hour"))
    price_visit = price(_("A visit, however long"))
    price_night = price(_("A night"))
    price_evening_hour = price(_("An hour in the evening"), _("Only if it costs something else."))
    price_weekend_hour = price(_("An hour on a Saturday or Sunday"), _("Only if it costs something else."))
    price_bank_holiday_hour = price(_("An hour on a bank holiday"), _("Only if it costs something else."))
    price_mile = Pounds(
        least=0,
        most=500,
        between=A_MILE,
        label=_("A mile of travel"),
        help_text=_("Like 45p or 0.45. 0 if travel is free."),
    )
    minimum_minutes = Whole(
        low=5,
        high=1440,
        wanted=_("Enter a whole number of minutes from 5 to 1,440"),
        required=False,
        label=_("Your shortest visit, in minutes"),
        help_text=_("Leave it empty if any length will do."),
    )
    price_note_en = Line(
        longest=200,
        required=False,
        label=_("Anything else about your prices, in English"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    price_note_cy = Line(
        longest=200,
        required=False,
        label=_("Anything else about your prices, in Welsh"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    payments = forms.MultipleChoiceField(
        label=_("How can people pay you?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def fill_in(self) -> None:
        ways = [(way, str(PAID[way])) for way in settings.SCHEME.payments]
        self.fields["payments"].choices = ways  # type: ignore[attr-defined]


WRONG_ADDRESS = _("Enter the address of a website, like www.example.org")


class ContactForm(StepForm):
    names = ("phone", "email", "website", "contact_hours_en", "contact_hours_cy")
    both = ("contact_hours",)

    phone = PhoneField(
        longest=PHONE_LENGTH,
        required=False,
        label=_("Phone number for everybody to see"),
        help_text=_("Leave it empty if you would rather be written to."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}),
    )
    email = MailField(
        required=False,
        max_length=254,
        label=_("Email address for everybody to see"),
        help_text=_("Leave it empty to show none. Messages from your page then go to the address you sign in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "invalid": _("Enter an email address in the right form, like name@example.com"),
            "max_length": _("Enter an email address in the right form, like name@example.com"),
        },
    )
    website = forms.URLField(
        required=False,
        assume_scheme="https",
        max_length=200,
        label=_("Your website"),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
        error_messages={"invalid": WRONG_ADDRESS, "max_length": WRONG_ADDRESS},
    )
    contact_hours_en = Line(
        longest=150,
        required=False,
        label=_("When is it best to get in touch? In English"),
        help_text=_("For example, “Best between 1pm and 4pm”."),
    )
    contact_hours_cy = Line(
        longest=150,
        required=False,
        label=_("When is it best to get in touch? In Welsh"),
        help_text=_("Leave it empty if you do not write Welsh."),
    )

    def clean_phone(self) -> str:
        """The listing holds a shorter one than people may type."""
        typed: str = self.cleaned_data["phone"]
        return typed if len(typed) <= (Listing._meta.get_field("phone").max_length or 0) else "".join(typed.split())


def showable(form: StepForm) -> Mapping[str, Any]:
    """The listing's facts with what the form says, where it can be read."""
    return {**form.now, **form.facts} if form.is_bound and form.is_valid() else form.now
