"""The library of guides and templates: its first texts, and the verb that changes one.

First texts are `library_texts/<slug>.<language>.md`, Django templates over the scheme's words: `title:` and `summary:`
lines, a blank line, and the text in Markdown.
"""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.utils import timezone
from django.utils.translation import override

from audit.recording import Actor, record
from content.seeds import variables
from onboarding.models import Guide

ROOM = Path(__file__).parent
ENGINE = Engine(dirs=[str(ROOM / "library_texts"), str(ROOM / "guidance")], autoescape=False)
FIRST = ("agreement", "invoice", "risk-notes", "basics")


@transaction.atomic
def keep(guide: Guide, *, by: Actor, fields: list[str]) -> Guide:
    """Saves a guide that is new, or whose `fields` somebody changed. Raises `ValidationError`."""
    new = guide.pk is None
    guide.full_clean()
    guide.save()
    if new or fields:
        record("guide.written" if new else "guide.changed", by=by, target=guide, slug=guide.slug, fields=sorted(fields))
    return guide


def write_first(*, by: Actor) -> list[str]:
    """The first texts that are missing. Never changes one that is there."""
    there = set(Guide.objects.values_list("slug", flat=True))
    missing = [slug for slug in FIRST if slug not in there]
    for slug in missing:
        guide = Guide(slug=slug, order=(FIRST.index(slug) + 1) * 10, published=True, **first_text(slug))
        keep(guide, by=by, fields=[])
    return missing


def first_text(slug: str) -> dict[str, str]:
    return {name: value for language in settings.SCHEME.languages for name, value in _in(language, slug).items()}


def _in(language: str, slug: str) -> dict[str, Any]:
    with override(language):
        text = ENGINE.get_template(f"{slug}.{language}.md").render(Context(variables(language, timezone.localdate())))
    head, _, body = text.strip().partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    facts["body"] = re.sub(r"\n{3,}", "\n\n", body).strip()
    return {f"{name}_{language}": value for name, value in facts.items()}
