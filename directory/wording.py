"""Lists of words as people say them, in the language of the page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


def all_of(words: Sequence[str]) -> str:
    """one, two and three"""
    return _joined(words, _("%(first)s and %(last)s"))


def any_of(words: Sequence[str]) -> str:
    """one, two or three"""
    return _joined(words, _("%(first)s or %(last)s"))


def lowfirst(words: str) -> str:
    """For a name of ours that comes later in a sentence."""
    return words[:1].lower() + words[1:]


def _joined(words: Sequence[str], message: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return message % {"first": ", ".join(words[:-1]), "last": words[-1]}
