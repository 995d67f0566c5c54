"""Markdown in a safe subset, as GOV.UK Frontend's classes: headings from h2 down, paragraphs, lists, links,
strong and emphasis, inset text (from quotes) and tables. No raw HTML, no pictures, no inline style.

Two walls: markdown-it writes only what is named here, and nh3 lets through only what is named here.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.urls import translate_url
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override
from markdown_it import MarkdownIt
from markdown_it.token import Token

CLASSES = {
    "h2": "govuk-heading-m",
    "h3": "govuk-heading-s",
    "h4": "govuk-heading-s",
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "div": "govuk-inset-text",
    "a": "govuk-link",
    "table": "govuk-table",
    "thead": "govuk-table__head",
    "tbody": "govuk-table__body",
    "tr": "govuk-table__row",
    "th": "govuk-table__header",
    "td": "govuk-table__cell",
}
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
TAGS = {*CLASSES, "li", "strong", "em", "br"}
ATTRIBUTES = {
    **{tag: {"class"} for tag in CLASSES},
    **{tag: {"class", "id"} for tag in ("h2", "h3", "h4")},
    "a": {"class", "href", "rel"},
    "ol": {"class", "start"},
    "th": {"class", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
RULES = ["heading", "list", "blockquote", "table", "link", "autolink", "emphasis", "entity", "escape", "newline"]
# The form refuses more, so that no text keeps a page waiting; what came in past the form is cut here.
LONGEST = 50_000
# Ids that the page around the text already has.
TAKEN = ("main-content", "navigation", "menu")


def allowed(url: str) -> bool:
    """An address on the web, of mail or telephone, or on this site; nothing that runs or hides where it goes."""
    if re.search(r"[\x00-\x20\x7f\\]", url) or url.startswith("//"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in SCHEMES
    return ":" not in re.split("[/?#]", url, maxsplit=1)[0]


def _parser() -> MarkdownIt:
    # "zero" knows paragraphs only; everything else is asked for by name.
    parser = MarkdownIt("zero", {"html": False, "linkify": False, "maxNesting": 20}).enable(RULES)
    parser.validateLink = allowed  # type: ignore[method-assign]
    return parser


PARSER = _parser()


@lru_cache(maxsize=64)
def render(text: str, language: str) -> SafeString:
    """The HTML of `text`; links to this site's own pages lead to them in `language`."""
    tokens = PARSER.parse(text[:LONGEST].replace("\x00", ""))
    _dress(tokens, language)
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return mark_safe(_scrolling(clean, language))  # noqa: S308 - cleaned by nh3 in the line above


def _scrolling(html: str, language: str) -> str:
    """A wide table scrolls in a box of its own, which the keyboard reaches, so that the page does not."""
    with override(language):
        name = escape(_("Table"))
    box = f'<div class="scroller" tabindex="0" role="group" aria-label="{name}">'
    return html.replace("<table", f"{box}<table").replace("</table>", "</table></div>")


def _dress(tokens: list[Token], language: str) -> None:
    used = Counter(TAKEN)
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            token.tag = HEADINGS[token.tag]
            token.attrSet("id", _free_id(tokens[position + 1].content, used))
        elif token.type == "heading_close":
            token.tag = HEADINGS[token.tag]
        elif token.type.startswith("blockquote"):
            token.tag = "div"
        elif token.type in ("th_open", "td_open"):
            _dress_cell(token)
        if token.nesting == 1 and not token.hidden:
            _add_class(token)
        _dress_links(token.children or [], language)


def _add_class(token: Token) -> None:
    if name := CLASSES.get(token.tag):
        token.attrJoin("class", name)


def _dress_cell(token: Token) -> None:
    """Right-aligned columns hold numbers; markdown-it says it by a style, which our policy forbids."""
    numbers = "right" in str(token.attrs.pop("style", ""))
    if numbers:
        kind = "header" if token.tag == "th" else "cell"
        token.attrJoin("class", f"govuk-table__{kind}--numeric")
    if token.tag == "th":
        token.attrSet("scope", "col")


def _dress_links(tokens: Iterable[Token], language: str) -> None:
    for token in tokens:
        if token.type == "link_open":
            href = str(token.attrGet("href") or "")
            token.attrs = {"href": here(href, language), "class": CLASSES["a"]}
            if urlsplit(href).scheme in ("http", "https"):
                token.attrs["rel"] = "noopener"


def here(url: str, language: str) -> str:
    """An address of this site in `language`, in whichever of them it was written; others as they are."""
    if not url.startswith("/"):
        return url
    written = next((code for code, _ in settings.LANGUAGES if url.startswith(f"/{code}/")), settings.LANGUAGE_CODE)
    with override(written):
        return translate_url(url, language)


def _free_id(words: str, used: Counter[str]) -> str:
    """The heading's words; the second time they stand on the page with -2, and so on."""
    stem = slugify(words)[:60] or "section"
    used[stem] += 1
    if used[stem] == 1:
        return stem
    return _free_id(f"{stem}-{used[stem]}", used)
