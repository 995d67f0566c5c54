"""What a carer is told on the page of a task: `guidance/<requirement>.<language>.md`.

In Markdown, with the scheme's words as template variables, as the first texts of the public pages have them. Where a
text is agreed to by ticking, it stands below: `agreements/<requirement>.<language>.md`.
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
AGREEMENTS = Path(__file__).parent / "agreements"
ENGINE = Engine(autoescape=False, string_if_invalid="{{ %s }}")


def guidance(requirement: Requirement) -> SafeString | str:
    """In the active language; nothing where none is written."""
    language = get_language() or "en"
    texts = (
        _text(folder / f"{requirement.slug}.{language}.md", language, requirement) for folder in (FOLDER, AGREEMENTS)
    )
    text = "\n\n".join(text for text in texts if text)
    return render(text, language) if text else ""


def business_basics() -> SafeString:
    """What belongs to no one task, in the active language."""
    language = get_language() or "en"
    return render(_text(FOLDER / f"business-basics.{language}.md", language), language)


def _text(file: Path, language: str, requirement: Requirement | None = None) -> str:
    if not file.exists():
        return ""
    with override(language):
        return ENGINE.from_string(_read(file)).render(Context(_variables(requirement, language)))


@cache
def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _variables(requirement: Requirement | None, language: str) -> dict[str, object]:
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
