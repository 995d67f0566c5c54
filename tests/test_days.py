"""A date that somebody types in three boxes."""

from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from directory.days import DayField, as_typed
from microcare.templatetags.govuk import anchor, date_parts


class Form(forms.Form):
    ends = DayField(wanted="the day it ends")


def typed(*parts):
    form = Form(dict(zip(("ends-day", "ends-month", "ends-year"), parts, strict=True)))
    form.is_valid()
    return form


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mar.", "Mawrth"])
def test_a_day_is_read_as_people_write_it(month):
    assert typed("27", month, "2026").cleaned_data == {"ends": date(2026, 3, 27)}


@pytest.mark.parametrize(
    ("parts", "said", "wrong"),
    [
        (("", "", ""), "Enter the day it ends", ("day", "month", "year")),
        (("27", "3", ""), "The date must have a year", ("year",)),
        (("", "3", ""), "The date must have a day and a year", ("day", "year")),
        (("27", "3", "26"), "The year must have 4 numbers, like 2026", ("year",)),
        (("31", "2", "2026"), "There is no such date. Enter it like 27 3 2026", ("day", "month", "year")),
        (("27", "Ma", "2026"), "There is no such date. Enter it like 27 3 2026", ("day", "month", "year")),
        (("٣", "3", "2026"), "There is no such date. Enter it like 27 3 2026", ("day", "month", "year")),
    ],
)
def test_what_is_no_day_says_how_to_mend_it_and_which_boxes(parts, said, wrong):
    form = typed(*parts)
    assert form.errors == {"ends": [said]}
    assert tuple(part["name"][5:] for part in date_parts(form["ends"]) if part["wrong"]) == wrong
    assert anchor(form["ends"]) == f"id_ends-{wrong[0]}"


def test_what_was_typed_stays():
    assert [part["value"] for part in date_parts(typed("31", "2", "2026")["ends"])] == ["31", "2", "2026"]


def test_no_day_is_no_error_where_none_is_needed():
    assert DayField(wanted="", required=False).clean(["", "", ""]) is None


def test_a_day_is_typed_as_its_boxes_send_it():
    form = Form(as_typed("ends", date(2026, 3, 27)))
    assert form.is_valid()
    assert form.cleaned_data["ends"] == date(2026, 3, 27)


def test_in_welsh_it_says_so_in_welsh():
    with override("cy"):
        assert typed("27", "3", "").errors == {"ends": ["Rhaid i’r dyddiad gynnwys blwyddyn"]}
