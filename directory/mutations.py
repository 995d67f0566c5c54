"""How Welsh words change at their beginning: after "a" Cymraeg is Chymraeg, "o Frynbuga" is from Brynbuga."""

from collections.abc import Iterator, Mapping

# What a word begins with, and what it then begins with; two letters that are one in Welsh stand first.
SOFT = {"ll": "l", "rh": "r", "b": "f", "c": "g", "d": "dd", "g": "", "m": "f", "p": "b", "t": "d"}
NASAL = {"c": "ngh", "p": "mh", "t": "nh", "g": "ng", "b": "m", "d": "n"}
ASPIRATE = {"c": "ch", "p": "ph", "t": "th"}
BEFORE_A_VOWEL = {"": "h"}
# One letter each in Welsh, though written with two: "ch" is no "c", and none of these ever changes.
UNCHANGED = ("ch", "dd", "ff", "ng", "ph", "th")


def mutated(word: str, changes: Mapping[str, str]) -> str:
    """A word as it begins after one that changes it: Cymraeg, Chymraeg; taliadau, daliadau."""
    small = word.lower()
    for letter, changed in {} if small.startswith(UNCHANGED) else changes.items():
        if small.startswith(letter):
            rest = changed + word[len(letter) :]
            return rest[:1].upper() + rest[1:] if word[0].isupper() else rest
    return word


def mutations(word: str) -> list[str]:
    """What a word may become after "o" and "i" (soft) or "yn" (nasal): "o Frynbuga", "ym Mrynbuga"."""
    return [form for changes in (SOFT, NASAL) if (form := mutated(word, changes)) != word]


def radicals(word: str) -> Iterator[str]:
    """What a word may be before it changed: "lanhau" glanhau, "gi" ci, "nghymraeg" cymraeg."""
    for changed, radical in BACK:
        if word.startswith(changed) and len(word) > len(changed):
            yield radical + word[len(changed) :]


# From what a word begins with to what it began with, the longer first: "ngh" is no "ng".
BACK = sorted(
    ((new, old) for changes in (NASAL, ASPIRATE, SOFT) for old, new in changes.items()),
    key=lambda change: -len(change[0]),
) + [(new, old) for old, new in BEFORE_A_VOWEL.items()]
