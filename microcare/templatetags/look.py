"""What the base template and the shared components need beyond Django's own tags."""

import phonenumbers
from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from microcare.look import favicon_version, stylesheet_version

register = template.Library()


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
def spaced(number: str) -> str:
    """A British number as people write it: 01632960118 is 01632 960118. What is not a number stays as it came."""
    return _formatted(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@register.filter
def dialled(number: str) -> str:
    """The same number for a tel: link, with no spaces: +441632960118."""
    return _formatted(number, phonenumbers.PhoneNumberFormat.E164).replace(" ", "")


@register.filter
def ring(number: str) -> SafeString:
    """`components/phone.html` inside a sentence: `{% blocktranslate with phone=scheme.contact.phone|ring %}`."""
    link = render_to_string("components/phone.html", {"number": number})
    return mark_safe(link.strip())  # noqa: S308 - a template of ours, which escapes


def _formatted(number: str, style: int) -> str:
    try:
        text: str = phonenumbers.format_number(phonenumbers.parse(str(number), "GB"), style)
    except phonenumbers.NumberParseException:
        return str(number)
    return text
