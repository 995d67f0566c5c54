"""What somebody writes to a reader who may get it in several languages."""

from collections.abc import Mapping

from django.utils.translation import get_language

from feedback.models import CaseEvent
from notifications import outbox
from onboarding.models import Carer


class Words(dict[str, str]):
    """By language; as text, the active language's, or the one there is."""

    def __str__(self) -> str:
        return self.get(get_language() or "", "") or next(iter(self.values()), "")

    @property
    def whole(self) -> str:
        return outbox.SEPARATOR.join(self.values())


def languages(carer: Carer) -> list[str]:
    """In which they are written to: their own, or each of the scheme's where that is unknown."""
    return outbox.languages_of(carer.mail_language)


def of(carer: Carer, said: Mapping[str, str]) -> Words:
    """In each language that they get. Raises `ValueError` where one is missing or says nothing."""
    words = Words({language: said.get(language, "").strip() for language in languages(carer)})
    if missing := [language for language, text in words.items() if not text]:
        raise ValueError(f"Nothing is written in {', '.join(missing)}.")
    return words


def parts(event: CaseEvent) -> list[tuple[str, str]]:
    """An entry's words, each with its language where that is known."""
    known = event.data.get("languages", [])
    texts = event.words.split(outbox.SEPARATOR)
    return list(zip(known, texts, strict=True)) if len(known) == len(texts) else [("", event.words)]
