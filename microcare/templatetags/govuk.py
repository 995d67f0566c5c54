"""What the crispy pack in `templates/govuk/` needs to write a field as govuk-frontend does.

`control` draws the widget itself. It leaves out what gets in people's way: `maxlength` (it cuts what is pasted) and
`required` (announced before anybody has erred; our forms are `novalidate` and answer in words).
"""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.safestring import SafeString

from directory.days import LABELS, PARTS, DateInput, DayField

register = template.Library()

KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateInput, "date-input"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-upload"),
    (forms.Select, "select"),
)
ROWS = "5"
DJANGO_ROWS = "10"


@register.filter
def kind(field: BoundField) -> str:
    """The design system's name for the field's widget; `input` for every one-line box."""
    return next((name for widget, name in KINDS if isinstance(field.field.widget, widget)), "input")


@register.simple_tag
def control(field: BoundField, errors: bool = True) -> SafeString:
    widget = field.field.widget
    attrs: dict[str, Any] = {
        "id": widget.attrs.get("id") or field.auto_id,
        "class": _classes(f"govuk-{kind(field)}", widget, bool(errors and field.errors)),
        "aria-describedby": described_by(field) or False,
        "maxlength": False,
        "minlength": False,
        "required": False,
    }
    if isinstance(widget, forms.Textarea):
        own = str(widget.attrs.get("rows", DJANGO_ROWS))
        attrs |= {"cols": False, "rows": ROWS if own == DJANGO_ROWS else own}
    if field.field.disabled:
        attrs["disabled"] = True
    if errors and field.errors:
        attrs["aria-invalid"] = "true"
    return widget.render(field.html_name, field.value(), attrs, renderer=field.form.renderer)


def _classes(name: str, widget: forms.Widget, wrong: bool) -> str:
    own = widget.attrs.get("class", "")
    return " ".join(part for part in (name, own, f"{name}--error" if wrong else "") if part)


@register.filter
def described_by(field: BoundField) -> str:
    """The ids that tell more about the field: what its widget names, then hint, then error."""
    own = field.field.widget.attrs.get("aria-describedby", "")
    hint = f"{field.auto_id}_helptext" if field.help_text else ""
    error = f"{field.auto_id}_error" if field.errors else ""
    return " ".join(part for part in (own, hint, error) if part)


@register.filter
def anchor(field: BoundField) -> str:
    """The id that a link in the error summary lands on: always something that takes the focus."""
    if kind(field) == "date-input":
        return next((str(part["id"]) for part in date_parts(field) if part["wrong"]), field.id_for_label)
    if kind(field) in {"radios", "checkboxes"}:
        first = next(iter(field), None)
        return first.id_for_label or field.auto_id if first else field.auto_id
    return field.id_for_label or field.auto_id


@register.filter
def date_parts(field: BoundField) -> list[dict[str, Any]]:
    """The three boxes of a date; in error those that are to be mended, all where the whole date is."""
    widget, day = field.field.widget, field.field
    wrong = (day.wrong_parts if isinstance(day, DayField) else ()) or PARTS
    return [
        {
            "id": f"{field.auto_id}-{part}",
            "name": f"{field.html_name}-{part}",
            "label": LABELS[part],
            "value": value,
            "width": f"govuk-input--width-{4 if part == 'year' else 2}",
            "wrong": bool(field.errors) and part in wrong,
        }
        for part, value in zip(PARTS, widget.format_value(field.value()), strict=True)
    ]


@register.filter
def hint(option: BoundWidget, field: BoundField) -> str:
    """What a form says beside one choice: `field.hints = {"weekly": "Each Monday"}`."""
    hints: dict[str, str] = getattr(field.field, "hints", {})
    return hints.get(str(option.data["value"]), "")


@register.filter
def own_classes(classes: str) -> str:
    """A button's own classes, without the ones that crispy-forms gives for Bootstrap."""
    return " ".join(word for word in classes.split() if not word.startswith("btn"))
