"""The face that people see, cut to a square."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.photos import CENTRE
from onboarding.listing_forms.frame import StepForm


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
