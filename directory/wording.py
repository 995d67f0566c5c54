"""Lists of words as people say them, in the language of the page.

In Welsh the last word of a list changes after "a" and "neu", and "a" before a vowel is "ac": Cymraeg a Phwyleg,
Cymraeg ac Wrdw, arian neu daliadau.
"""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from directory.mutations import ASPIRATE, SOFT, mutated

VOWELS = tuple("aeiouwyâêîôûŵŷ")
ALPHABET = [*"abc", "ch", "d", "dd", *"ef", "ff", "g", "ng", *"hijkl", "ll", *"mnop", "ph"]
ALPHABET += [*"qr", "rh", *"st", "th", *"uvwxyz"]
LETTER = re.compile("ch|dd|ff|ng|ll|ph|rh|th|[a-z]")


def fold(text: str) -> str:
    """Small letters without accents, so that "Sian" finds Siân."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def all_of(words: Sequence[str]) -> str:
    """one, two and three"""
    if words and words[-1].lower().startswith(VOWELS):
        return _joined(words, pgettext("before a vowel", "%(first)s and %(last)s"))
    return _joined(words, _("%(first)s and %(last)s"), ASPIRATE)


def any_of(words: Sequence[str]) -> str:
    """one, two or three"""
    return _joined(words, _("%(first)s or %(last)s"), SOFT)


def alphabetical(words: str) -> tuple[int, ...] | str:
    """To sort names by: in Welsh ch, dd and their like are letters of their own."""
    if get_language() != "cy":
        return fold(words)
    return tuple(ALPHABET.index(letter) for letter in LETTER.findall(fold(words)))


def lowfirst(words: str) -> str:
    """For a name of ours that comes later in a sentence."""
    return words[:1].lower() + words[1:]


def _joined(words: Sequence[str], message: str, changes: dict[str, str] | None = None) -> str:
    if len(words) < 2:
        return "".join(words)
    last = mutated(words[-1], changes or {}) if get_language() == "cy" else words[-1]
    return message % {"first": ", ".join(words[:-1]), "last": last}
