"""What the base template and the shared components need beyond Django's own tags."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from directory import phones
from microcare.look import favicon_version, stylesheet_version

register = template.Library()
register.filter("spaced", phones.spaced)
register.filter("dialled", phones.dialled)


@register.filter
def under(cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> list[SafeString]:
    """The cells of a row of an admin list, each with its column's name, which a phone shows beside it."""
    return [labelled(cell, name_of(header)) for cell, header in zip(cells, headers, strict=True)]


def labelled(cell: SafeString, name: str) -> SafeString:
    tag, rest = cell[:3], cell[3:]  # “<td” or “<th”, as Django writes it
    return mark_safe(f'{tag} data-label="{escape(name)}"{rest}') if name else cell  # noqa: S308 (only `name` is new)


def name_of(header: dict[str, Any]) -> str:
    """Empty of the column of boxes to tick."""
    return "" if "action-checkbox" in header.get("class_attrib", "") else capfirst(str(header["text"]))


@register.simple_tag
def home() -> str:
    try:
        return reverse("content:home")
    except NoReverseMatch:
        return "/"


@register.simple_tag(takes_context=True)
def absolute(context: Context, url: str) -> str:
    address: str = context["request"].build_absolute_uri(url)
    return address


@register.simple_tag
def scheme_stylesheet() -> str:
    return f"{reverse('scheme-css')}?v={stylesheet_version()}"


@register.simple_tag
def favicon() -> str:
    return f"{reverse('favicon')}?v={favicon_version()}"


@register.filter
def ring(number: str) -> SafeString:
    """`components/phone.html` inside a sentence: `{% blocktranslate with phone=scheme.contact.phone|ring %}`."""
    link = render_to_string("components/phone.html", {"number": number})
    return mark_safe(link.strip())  # noqa: S308 - a template of ours, which escapes
