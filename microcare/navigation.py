"""The one navigation list. What is not there yet is not linked."""

from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _


class Item(NamedTuple):
    text: str
    url: str
    current: bool = False


def words() -> dict[str, str]:
    """The scheme's words in the active language, for `%(carers)s` in a message."""
    terms: dict[str, dict[str, str]] = settings.SCHEME.terms
    return terms.get(get_language() or "en", terms["en"])


def navigation(path: str) -> list[Item]:
    items = [
        ("directory:find", _("Find %(a_carer)s")),
        ("content:about", _("About %(care_soft)s")),
        ("content:paying-for-care", _("Paying for care")),
        ("content:become", _("Become %(a_carer)s")),
        ("content:contact", _("Contact us")),
    ]
    return [Item(text % words(), url, path.startswith(url)) for name, text in items if (url := address(name))]


def footer() -> list[Item]:
    items = [
        ("content:accessibility", _("Accessibility")),
        ("content:privacy", _("Privacy")),
        ("content:cookies", _("Cookies")),
        ("content:contact", _("Contact us")),
    ]
    return [Item(text, url) for name, text in items if (url := address(name))]


def address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
