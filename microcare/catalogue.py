"""Welsh catalogues in pure Python: gather texts from code and templates, keep their translations, check, compile.

A fresh machine has no gettext, so Babel does its work. Babel is for development and CI only: nothing but the
commands `messages` and `catalogues` imports this module. Files carry no dates and no line numbers and are in
alphabetical order, so a change of the source changes only the lines about it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

# CLDR has six plural forms for Welsh; gettext's tables, and Django's own catalogues, have these four.
PLURALS = {
    "cy": (4, "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;"),
    "en": (2, "nplurals=2; plural=(n != 1);"),
}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TAG = re.compile(r"</?[a-z]+")

Key = tuple[tuple[str, ...], str | None]


class Calm(Catalog):
    """A catalogue whose header says only what never changes."""

    def __init__(self, language: str) -> None:
        super().__init__(charset="utf-8", fuzzy=False, header_comment="# Made by `manage.py messages`.")
        self.language = language

    @property
    def num_plurals(self) -> int:
        return PLURALS[self.language][0]

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", self.language),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", PLURALS[self.language][1]),
        ]


@dataclass(frozen=True)
class Source:
    """Where texts come from: rooms of Python code and trees of templates under one root."""

    root: Path
    rooms: tuple[str, ...]
    templates: tuple[str, ...] = ("templates",)

    def files(self) -> Iterator[Path]:
        for room in self.rooms:
            yield from sorted(path for path in (self.root / room).rglob("*.py") if "migrations" not in path.parts)
        for tree in self.templates:
            yield from sorted(path for path in (self.root / tree).rglob("*") if path.suffix in {".html", ".txt"})


class CatalogueError(Exception):
    """A file that cannot be read for texts, with its name."""


def gather(source: Source, language: str) -> Calm:
    """Every text the source asks gettext for, untranslated, with the files that ask."""
    catalogue = Calm(language)
    for path in source.files():
        name = path.relative_to(source.root).as_posix()
        for _, found, comments, context in _texts(path, name):
            catalogue.add(found, locations=[(name, 0)], auto_comments=comments, context=context)
    for message in catalogue:
        message.locations = sorted(set(message.locations))
    return catalogue


def _texts(path: Path, name: str) -> list[Any]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":  # in brackets, so that the indentation of what is not Python means nothing
            text = f"(\n{templatize(text, origin=name)}\n)"
        return list(extract("python", BytesIO(text.encode()), KEYWORDS, comment_tags=("Translators:",)))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{name}: {error}; mend that file first") from error


def read(path: Path) -> Catalog:
    return read_po(BytesIO(path.read_bytes())) if path.exists() else Catalog()


def update(gathered: Calm, kept: Catalog) -> Calm:
    """The texts gathered with the translations they had. None is guessed, none outlives its text."""
    for message in texts(gathered):
        old = kept.get(message.id, message.context)
        if old and len(ids(old)) == len(ids(message)):
            message.string = old.string
            message.user_comments = old.user_comments
            message.flags |= old.flags & {"fuzzy"}
    return gathered


def po_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def save(catalogue: Calm, path: Path) -> None:
    """Both files, side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalogue))
    path.with_suffix(".mo").write_bytes(as_mo(read(path), catalogue.language))


def as_po(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)
    return out.getvalue().rstrip() + b"\n"


def compile_as_it_stands(language: str) -> None:
    path = po_path(language)
    path.with_suffix(".mo").write_bytes(as_mo(read(path), language))


def as_mo(po: Catalog, language: str) -> bytes:
    """Compiled: the same bytes for the same translations, on any day and any machine."""
    out = BytesIO()
    write_mo(out, update(_copy(po, language), po))
    return out.getvalue()


def _copy(catalogue: Catalog, language: str) -> Calm:
    copy = Calm(language)
    for message in texts(catalogue):
        copy.add(message.id, context=message.context)
    return copy


def texts(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def ids(message: Message) -> tuple[str, ...]:
    """The text, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {(ids(message), message.context): message for message in texts(catalogue)}


# --- faults ------------------------------------------------------------------------------------------------


def faults(gathered: Calm, po: Path) -> list[str]:
    """What keeps a language from being whole: one sentence each, naming the text. Empty when nothing does."""
    kept = read(po)
    wanted, there = by_key(gathered), by_key(kept)
    found = [f"is not in the catalogue: {_quote(message)}" for key, message in wanted.items() if key not in there]
    found += [f"is no longer asked for: {_quote(message)}" for key, message in there.items() if key not in wanted]
    for message in there.values():
        found += [f"{fault}: {_quote(message)}" for fault in faults_of(message)]
    return [f"{gathered.language}: {fault}" for fault in found] + faults_of_compiled(po, gathered.language)


def faults_of_compiled(po: Path, language: str) -> list[str]:
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.read_bytes() == as_mo(read(po), language):
        return []
    return [f"{language}: the compiled catalogue differs from its source"]


def faults_of(message: Message) -> list[str]:
    forms = _forms(message)
    if not all(forms):
        return ["is not translated"]
    if message.fuzzy:
        return ["is marked fuzzy"]
    found = [fault for form in forms if (fault := _fault_in(form, message))]
    return list(dict.fromkeys(found))


def _forms(message: Message) -> list[str]:
    """The translation, or its four plural forms; an empty one is missing."""
    said = [message.string or ""] if isinstance(message.string, str) else list(message.string or ())
    return said + [""] * ((4 if len(ids(message)) > 1 else 1) - len(said))


def _fault_in(form: str, message: Message) -> str:
    originals = ids(message)
    if sorted(TAG.findall(form)) not in [sorted(TAG.findall(original)) for original in originals]:
        return "has other HTML tags than its source"
    known = {name: 1 for original in originals for name in re.findall(r"%\((\w+)\)", original)}
    unnamed = tuple(1 for _ in re.findall(r"%[sd]", originals[0]))
    return _fault_in_filling(form, known or unnamed) if known or "%" in form else ""


def _fault_in_filling(form: str, filling: dict[str, int] | tuple[int, ...]) -> str:
    """Filled in with the source's variables alone, as the page will fill it in."""
    try:
        form % filling
    except KeyError as error:
        return f"has %({error.args[0]})s, which its source lacks"
    except (TypeError, ValueError):
        return "has a % that cannot be filled in"
    return ""


def _quote(message: Message) -> str:
    text = ids(message)[0]
    files = ", ".join(name for name, _ in message.locations)
    return f'"{text}" ({files})' if files else f'"{text}"'
