"""What the team fills in to write to carers. The admin is in English."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.utils.dateparse import parse_datetime

from compliance import groups
from compliance.groups import Group
from compliance.models import Mailing
from directory import vocabulary
from onboarding.models import Carer

NAMES = {"en": "English", "cy": "Welsh"}
LONGEST = 10_000
CRITERIA = ("services", "states", "languages")
TO = (
    (groups.EVERYBODY, "All carers"),
    (groups.MATCHING, "Carers who match all of what is chosen below"),
    (groups.NAMED, "Carers chosen by name"),
)
KINDS = (
    (Mailing.Kind.SERVICE, "Service message: they need it for being listed, so nobody can stop it"),
    (Mailing.Kind.NEWS, "News: useful, not needed. It does not go to who stopped news"),
)
AREAS = ((groups.BASED, "based within so many miles of it"), (groups.COVERING, "who come to it"))


class MailingForm(forms.Form):
    """A draft may be unfinished: what is missing is said before it is sent."""

    kind = forms.ChoiceField(
        label="What kind of message is it?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is a service message or news."},
    )
    to = forms.ChoiceField(label="To whom?", choices=TO, widget=forms.RadioSelect)
    place = forms.ChoiceField(label="Place", required=False)
    area = forms.ChoiceField(label="Carers", choices=AREAS, widget=forms.RadioSelect)
    miles = forms.IntegerField(label="How many miles, where they are based", min_value=1, max_value=100)
    services = forms.MultipleChoiceField(
        label="Who offer any of these", required=False, widget=forms.CheckboxSelectMultiple
    )
    states = forms.MultipleChoiceField(
        label="Who are", choices=list(groups.STATES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label="Whose language is", required=False, widget=forms.CheckboxSelectMultiple
    )
    carers = forms.ModelMultipleChoiceField(
        Carer.objects.filter(left_at=None, silent_at=None).order_by("name", "pk"),
        label="By name",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    is_overtaken = False  # somebody else changed or sent the draft while it was open here

    def __init__(self, data: Any = None, *, mailing: Mailing | None = None):
        super().__init__(data, initial=beginning(mailing))
        for language in settings.SCHEME.languages:
            self.fields[f"subject_{language}"] = forms.CharField(
                label=f"Subject, in {NAMES[language]}",
                max_length=140,
                required=False,
                widget=forms.TextInput({"lang": language}),
            )
            self.fields[f"text_{language}"] = forms.CharField(
                label=f"Text, in {NAMES[language]}",
                required=False,
                validators=[MaxLengthValidator(LONGEST)],
                widget=forms.Textarea({"rows": 14, "lang": language}),
            )
        self._choices("place", [("", "Anywhere"), *places()])
        self._choices("services", vocabulary.service_choices())
        known = {*settings.SCHEME.languages, groups.NOT_KNOWN}
        self._choices("languages", [(code, name) for code, name in groups.LANGUAGES.items() if code in known])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def texts(self) -> Iterator[list[BoundField]]:
        """Each language beside the other."""
        for what in ("subject", "text"):
            yield [self[f"{what}_{language}"] for language in settings.SCHEME.languages]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        to = said.get("to")
        if to == groups.MATCHING and not self.errors and not any(said.get(name) for name in ("place", *CRITERIA)):
            self.add_error("to", "Choose what they must match, or choose all carers.")
        if to == groups.NAMED and not said.get("carers") and "carers" not in self.errors:
            self.add_error("carers", "Choose at least one carer.")
        if not any(said.get(f"{what}_{one}") for what in ("subject", "text") for one in settings.SCHEME.languages):
            self.add_error(None, "Write a subject or a text before you save.")
        return said

    @property
    def seen_at(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None

    @property
    def facts(self) -> dict[str, Any]:
        """As `writing.draft` and `writing.change` take them."""
        said = self.cleaned_data
        group = Group(
            to=said["to"],
            place=said["place"],
            area=said["area"],
            miles=said["miles"],
            **{name: tuple(said[name]) for name in CRITERIA},
            carers=tuple(carer.pk for carer in said["carers"]),
        )
        texts = {
            f"{what}_{one}": said[f"{what}_{one}"] for what in ("subject", "text") for one in settings.SCHEME.languages
        }
        return {"kind": said["kind"], "group": group, **texts}


def beginning(mailing: Mailing | None) -> dict[str, Any]:
    if mailing is None:
        return Group().kept()
    texts = {f"{what}_{one}": getattr(mailing, f"{what}_{one}") for what in ("subject", "text") for one in NAMES}
    return {
        **Group.of(mailing.group).kept(), **texts, "kind": mailing.kind, "seen": mailing.changed_at.isoformat(),
    }  # fmt: skip


def places() -> list[tuple[str, str]]:
    return sorted(((place.slug, place.name.en) for place in settings.SCHEME.places), key=lambda one: one[1])
