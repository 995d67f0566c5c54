"""The Code's first text: `code/version-1.<language>.md`, Django templates over the scheme's words, in Markdown."""

import re
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone
from django.utils.translation import override

from content.seeds import variables

FOLDER = Path(__file__).parent / "code"
ENGINE = Engine(dirs=[str(FOLDER)], autoescape=False, string_if_invalid="{{ %s }}")


def first() -> dict[str, str]:
    """Version 1, in each of the scheme's languages."""
    return {f"body_{language}": _in(language) for language in settings.SCHEME.languages}


def _in(language: str) -> str:
    with override(language):
        context = Context(variables(language, timezone.localdate()))
        text = ENGINE.get_template(f"version-1.{language}.md").render(context)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
