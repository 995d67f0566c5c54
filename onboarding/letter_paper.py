"""Letters on paper: one HTML page of all that are printed together, and its PDF where this machine can make one."""

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string

from notifications.paper import writer
from onboarding.models import Letter

PAGE = "onboarding/letters.html"


def page(letters: Iterable[Letter], *, on_screen: bool) -> str:
    """What is printed. `on_screen` it stands in a browser, which links the style and says how to print it."""
    sheets = [(letter, sheet) for letter in letters for sheet in letter.sheets]
    language = sheets[0][1]["language"] if sheets else settings.LANGUAGE_CODE
    context = {"sheets": sheets, "scheme": settings.SCHEME, "on_screen": on_screen, "language": language}
    return render_to_string(PAGE, context)


def pdf(letters: Iterable[Letter]) -> bytes | None:
    """Tagged for screen readers (PDF/UA-1); nothing where WeasyPrint or the Pango it needs is not there."""
    write = writer()
    return write(page(letters, on_screen=False)) if write else None
