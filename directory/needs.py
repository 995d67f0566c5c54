"""What somebody wants, in their own words: "hoovring", "someone to sit with mum", "gwarchod", "gi".

English and Welsh are understood on any page. Words are brought to the form the vocabulary knows (small letters,
no accents, singular, Welsh mutation undone, typos mended), then the longest phrases are looked up first. Names and
places are nobody's synonyms: they stay in `rest`, as typed.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from directory import vocabulary
from directory.mutations import radicals
from directory.wording import fold

MOST_LETTERS, MOST_WORDS = 200, 20

_words = tomllib.loads((Path(__file__).parent / "small_words.toml").read_text(encoding="utf-8"))
SMALL = frozenset(f"{_words['small_en']} {_words['small_cy']}".split())
WEAK = frozenset(f"{_words['weak_en']} {_words['weak_cy']}".split())
NAMES = frozenset(_words["names"].split())

Key = tuple[str, ...]
Meaning = tuple[str, str]  # which vocabulary, which slug

WORD = re.compile(r"[^\W_]+(?:['’ʼ`´][^\W_]+)*")
APOSTROPHES = re.compile("['’ʼ`´]")


@dataclass(frozen=True)
class Understood:
    """Slugs of the vocabularies, in the order said, and the words not understood, as typed."""

    services: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rest: str = ""


def understand(text: str) -> Understood:
    """Never raises; reads the first 200 letters and 20 words of what is typed."""
    typed = [match[0] for match in WORD.finditer(text[:MOST_LETTERS])][:MOST_WORDS]
    known = _table()
    words = [(word, known.form(plain(word))) for word in typed if not _says_nothing(plain(word))]
    words = [(word, form) for word, form in words if form not in SMALL]
    meanings, rest = known.read(words)
    services, groups, languages = (
        tuple(dict.fromkeys(slug for kind, slug in meanings if kind == wanted))
        for wanted in ("services", "groups", "languages")
    )
    return Understood(services, groups, languages, " ".join(rest))


def plain(word: str) -> str:
    """Small letters without accents, and without what follows a short elision: "mum's", "glanhau'r", "Cŵn"."""
    head, *tail = APOSTROPHES.split(fold(word))
    return head if all(len(part) <= 2 for part in tail) else "".join((head, *tail))


def _says_nothing(word: str) -> bool:
    return len(word) < 2 or word.isdecimal()


class Table:
    """Every phrase of the vocabularies by its words in plain form, and every such word."""

    def __init__(self, terms: Iterable[tuple[str, vocabulary.Term]]):
        terms = list(terms)
        self.welsh = {word for _, term in terms for phrase in _welsh(term) for word in _plain_words(phrase)}
        self.words = {word for _, term in terms for phrase in term.phrases for word in _plain_words(phrase)}
        self.words |= SMALL | WEAK
        self.alone = {
            words[0] for _, term in terms for phrase in term.phrases if len(words := _plain_words(phrase)) == 1
        }
        self.long = {letter: self._mendable(letter) for letter in {word[0] for word in self.words}}
        self.phrases: dict[Key, list[Meaning]] = {}
        for kind, term in terms:
            for phrase in term.phrases:
                meanings = self.phrases.setdefault(self.key(phrase), [])
                if (kind, term.slug) not in meanings:
                    meanings.append((kind, term.slug))
        self.longest = max(map(len, self.phrases))

    def _mendable(self, letter: str) -> list[str]:
        """Words long enough to be recognised from a typo, in a fixed order so that ties always fall alike."""
        return sorted(word for word in self.words if word[0] == letter and len(word) >= 5)

    def key(self, phrase: str) -> Key:
        return tuple(self.fold(word) for word in _plain_words(phrase))

    def fold(self, word: str) -> str:
        """One form for a word and its plural, and for a Welsh word that stands only mutated inside phrases."""
        for single in _singulars(word):
            if single in self.words:
                return single
        if word in self.welsh and word not in self.alone and word not in WEAK:
            return next((radical for radical in radicals(word) if radical in self.welsh), word)
        return word

    def form(self, word: str) -> str:
        """The vocabulary's word for a typed one; empty where it has none."""
        if word in NAMES:
            return ""
        if word in self.words:
            return word if word in SMALL else self.fold(word)
        for single in _singulars(word):
            if single in self.words:
                return self.fold(single)
        for radical in radicals(word):
            if radical in self.welsh:
                return self.fold(radical)
        mended = self.mend(word)
        return mended if mended in SMALL else self.fold(mended)

    def mend(self, word: str) -> str:
        """The one word a typo was meant to be. Short words are left alone, and the first letter is trusted."""
        if len(word) < 5:
            return ""
        choices = self.long.get(word[0], [])
        if len(word) == 5:  # "carys" is not "carer": at this length a letter may be lost, doubled or swapped only
            choices = [choice for choice in choices if len(choice) != 5 or sorted(choice) == sorted(word)]
        most = 1 if len(word) < 8 else 2
        best = extractOne(word, choices, scorer=OSA.distance, score_cutoff=most)
        return best[0] if best else ""

    def read(self, words: list[tuple[str, str]]) -> tuple[list[Meaning], list[str]]:
        """What the words mean, longest phrases first, and those that mean nothing here."""
        firm: list[Meaning] = []
        vague: list[Meaning] = []
        rest: list[str] = []
        at = 0
        while at < len(words):
            key = self._phrase_at([form for _, form in words[at : at + self.longest]])
            if key:
                (vague if WEAK.issuperset(key) else firm).extend(self.phrases[key])
            elif words[at][1] not in WEAK:
                rest.append(words[at][0])
            at += len(key) or 1
        # "Help at home with ironing" is about ironing; "help at home" alone is about the home.
        said = {kind for kind, _ in firm}
        return firm + [(kind, slug) for kind, slug in vague if kind not in said], rest

    def _phrase_at(self, forms: list[str]) -> Key:
        for length in range(len(forms), 0, -1):
            if (key := tuple(forms[:length])) in self.phrases:
                return key
        return ()


@cache
def _table() -> Table:
    kinds: dict[str, Iterable[vocabulary.Term]] = {
        "services": vocabulary.SERVICES.values(),
        "groups": vocabulary.GROUPS.values(),
        "languages": vocabulary.LANGUAGES.values(),
    }
    return Table((kind, term) for kind, terms in kinds.items() for term in terms)


def _singulars(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]


def _welsh(term: vocabulary.Term) -> tuple[str, ...]:
    return (term.cy.lower(), *term.synonyms_cy)


def _plain_words(phrase: str) -> list[str]:
    words = [plain(match[0]) for match in WORD.finditer(phrase)]
    return [word for word in words if word not in SMALL and not _says_nothing(word)]
