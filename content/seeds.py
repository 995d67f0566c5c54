"""The pages' first texts: `pages/<slug>.<language>.md`, Django templates over the scheme's words.

Each opens with `title:` and `summary:` lines, then a blank line and the text in Markdown.
"""

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.formats import date_format
from django.utils.translation import override

from content.models import Page

FOLDER = Path(__file__).parent / "pages"
ENGINE = Engine(dirs=[str(FOLDER)], autoescape=False, string_if_invalid="{{ %s }}")


def words(slug: str, *, on: date) -> dict[str, str]:
    """The fields of one page in each of the scheme's languages, as at that day."""
    fields = {}
    for language in settings.SCHEME.languages:
        with override(language):
            text = ENGINE.get_template(f"{slug}.{language}.md").render(Context(variables(language, on)))
        for field, value in _split(text).items():
            fields[f"{field}_{language}"] = value
    return fields


def page(slug: str, *, on: date) -> Page:
    """A page as first written, not saved."""
    return Page(slug=slug).take(words(slug, on=on))


def variables(language: str, on: date) -> dict[str, Any]:
    scheme = settings.SCHEME
    return {
        **scheme.terms[language],
        "scheme": scheme,
        "council": scheme.council,
        "area": scheme.area,
        "in_area": scheme.in_area,
        "wales": scheme.nation == "wales",
        "workers": scheme.max_workers,
        "health_budgets": "personal-health-budget" in scheme.payments,
        "commissioned": "commissioned" in scheme.payments,
        "updated": date_format(on),
    }


def _split(text: str) -> dict[str, str]:
    head, _, body = text.strip().partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", body)).strip()
    return {"title": fields["title"], "summary": fields["summary"], "body": tidy}
