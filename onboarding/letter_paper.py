"""Letters on paper: one HTML page of all that are printed together, and its PDF where this machine can make one."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

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


def writer() -> Callable[[str], bytes] | None:
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 (a machine without Pango runs everything else)
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (ImportError, OSError):
        return None

    class OnlyData(URLFetcher):
        """What stands in a letter reaches no file and no network: a reason is somebody's own words."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:"):
                raise ValueError(f"A letter does not fetch {url.partition(':')[0]}: addresses.")
            return super().fetch(url, headers)

    def write(html: str) -> bytes:
        found: Any = finders.find("letter.css")
        style = CSS(string=Path(found).read_text(encoding="utf-8"))
        made: bytes = HTML(string=html, url_fetcher=OnlyData()).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
        return made

    return write
