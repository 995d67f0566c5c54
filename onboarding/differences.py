"""What changed from one version of a text to the next, paragraph by paragraph, to be read without hunting for it.

Pure. The texts are Markdown; what is compared is what people read of them. A paragraph's own number is left out of the
comparison, or a new point would make all that follow look changed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

from content import markdown
from onboarding.models import CodeOfPractice

BLOCK = re.compile(r"<(h[2-4]|p|li|td|th)\b[^>]*>(.*?)(?=</?(?:h[2-4]|p|li|td|th|ul|ol|table|div)\b)", re.DOTALL)
NUMBER = re.compile(r"^\d+(?:\.\d+)*\.?\s+")
# Two paragraphs that have less than this in common are one that went and one that came.
ALIKE = 0.5


@dataclass(frozen=True)
class Block:
    """A heading, paragraph, or point, as read; `section` is the heading it stands under."""

    text: str
    section: str
    heading: bool = False

    @property
    def compared(self) -> str:
        return NUMBER.sub("", self.text)


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph, and whether they are what changed."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Change:
    section: str
    before: tuple[Piece, ...]
    now: tuple[Piece, ...]

    @property
    def kind(self) -> str:
        if not self.before:
            return "new"
        return "changed" if self.now else "gone"


def between(before: CodeOfPractice, now: CodeOfPractice) -> list[Change]:
    """In the language in which both can be read."""
    language = "cy" if before.language == now.language == "cy" else "en"
    old, new = (getattr(code, f"body_{language}") for code in (before, now))
    return list(changes(blocks(old, language), blocks(new, language)))


def blocks(text: str, language: str) -> list[Block]:
    found: list[Block] = []
    section = ""
    for tag, inside in BLOCK.findall(markdown.render(text, language)):
        words = " ".join(unescape(re.sub(r"<[^>]+>", "", inside)).split())
        heading = tag.startswith("h")
        section = words if heading else section
        if words:
            found.append(Block(words, section, heading))
    return found


def changes(old: list[Block], new: list[Block]) -> Iterator[Change]:
    matcher = SequenceMatcher(
        None, [block.compared for block in old], [block.compared for block in new], autojunk=False
    )
    for what, first, last, start, end in matcher.get_opcodes():
        if what != "equal":
            yield from replaced(old[first:last], new[start:end])


def replaced(old: list[Block], new: list[Block]) -> Iterator[Change]:
    """Each new paragraph beside the first of the old ones that is like it; in the order of the new text."""
    left = list(old)
    for block in new:
        like = next((other for other in left if alike(other, block)), None)
        while like and left[0] != like:
            yield gone(left.pop(0))
        if like:
            left.remove(like)
            yield Change(block.section, *marked(like.text, block.text))
        else:
            yield Change(block.section, (), (Piece(block.text, changed=True),))
    for block in left:
        yield gone(block)


def gone(block: Block) -> Change:
    return Change(block.section, (Piece(block.text, changed=True),), ())


def alike(old: Block, new: Block) -> bool:
    if old.heading != new.heading:
        return False
    return (
        SequenceMatcher(None, old.compared.casefold().split(), new.compared.casefold().split(), autojunk=False).ratio()
        >= ALIKE
    )


def marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both paragraphs in pieces, those marked that the other has not."""
    before, now = old.split(), new.split()
    steps = SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
    was = [Piece(" ".join(before[first:last]), what != "equal") for what, first, last, _, _ in steps if first < last]
    is_ = [Piece(" ".join(now[start:end]), what != "equal") for what, _, _, start, end in steps if start < end]
    return tuple(was), tuple(is_)
