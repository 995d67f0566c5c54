"""PDFs of what is printed and posted: tagged for screen readers (PDF/UA-1), where this machine can make one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders


def writer() -> Callable[[str], bytes] | None:
    """Makes a PDF of a page of HTML; nothing where WeasyPrint or the Pango it needs is not there."""
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
