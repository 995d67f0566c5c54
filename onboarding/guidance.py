"""What a carer is told on the page of a task: `guidance/<requirement>.<language>.md`.

In Markdown, with the scheme's words as template variables, as the first texts of the public pages have them.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override

from content.markdown import render
from onboarding.requirements import Requirement

FOLDER = Path(__file__).parent / "guidance"
ENGINE = Engine(autoescape=False, string_if_invalid="{{ %s }}")


def guidance(requirement: Requirement) -> SafeString | str:
    """In the active language; nothing where none is written."""
    return render(text, language) if (text := _text(requirement, language := get_language() or "en")) else ""


def _text(requirement: Requirement, language: str) -> str:
    file = FOLDER / f"{requirement.slug}.{language}.md"
    if not file.exists():
        return ""
    with override(language):
        return ENGINE.from_string(_read(file)).render(Context(_variables(requirement, language)))


@cache
def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _variables(requirement: Requirement, language: str) -> dict[str, object]:
    scheme = settings.SCHEME
    return {
        **scheme.terms[language],
        "scheme": scheme,
        "requirement": requirement,
        "council": scheme.council,
        "area": scheme.area,
        "in_area": scheme.in_area,
        "wales": scheme.nation == "wales",
        "workers": scheme.max_workers,
    }
