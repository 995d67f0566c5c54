"""What the base template and the shared components need beyond Django's own tags."""

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from directory import phones
from microcare.look import favicon_version, stylesheet_version

register = template.Library()
register.filter("spaced", phones.spaced)
register.filter("dialled", phones.dialled)


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
