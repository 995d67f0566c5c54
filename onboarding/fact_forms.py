"""The form of a requirement, what it begins with, and what was said in it."""

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.days import DayField
from onboarding import fact_kinds as kinds
from onboarding.fact_frame import Asked, FactForm
from onboarding.requirements import LEVELS, Requirement

FORMS: dict[str, type[FactForm]] = {
    "original": kinds.OriginalForm,
    "dbs": kinds.DbsForm,
    "insurance": kinds.InsuranceForm,
    "car-insurance": kinds.CarInsuranceForm,
    "hmrc": kinds.HmrcForm,
    "course": kinds.CourseForm,
    "references": kinds.ReferencesForm,
    "contingency": kinds.ContingencyForm,
    "registration": kinds.RegistrationForm,
    "paper": kinds.PaperForm,
    "agreement": kinds.AgreementForm,
    "cqc": kinds.CqcForm,
}


def form_class(requirement: Requirement) -> type[FactForm]:
    """Raises `KeyError` for what has no form: the Code is signed on its own page."""
    return FORMS[requirement.facts]


def initial(form: FactForm, typed: dict[str, str]) -> dict[str, Any]:
    """What the boxes of an empty form begin with, from what was typed before."""
    return {
        name: field.widget.value_from_datadict(typed, {}, name)
        for name, field in form.fields.items()
        if name != "pages" and not field.widget.value_omitted_from_data(typed, {}, name)
    }


NOTE = _("Your note")


class Answer(NamedTuple):
    label: str
    value: str
    name: str = ""


def answers(requirement: Requirement, typed: dict[str, Any]) -> list[Answer]:
    """What was said, in the active language, for a summary list: of a draft, or of what was sent."""
    form = form_class(requirement)(asked=Asked(requirement, date.min, level=len(LEVELS)))
    said = []
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(typed, {}, name) if name != "pages" else None
        if shown := _shown(field, value):
            said.append(Answer(str(NOTE if name == "note" else field.label), shown, name))
    return said


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, DayField):
        return _day_shown(field, value)
    if isinstance(field, kinds.Pounds) and str(value or "").isdigit():
        return f"£{int(value):,}"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return next((str(label) for key, label in choices if key == value), "")
    return gettext("Yes") if value is True else str(value or "")


def _day_shown(field: DayField, typed: list[str]) -> str:
    try:
        day = field.clean(typed)
    except forms.ValidationError:
        return ""
    return str(date_format(day)) if day else ""
