"""The scheme's colours as one small stylesheet, and its icon: the CSP allows no style in the page itself."""

from functools import cache
from hashlib import sha256

from django.conf import settings

STYLESHEET = """:root {{
  --brand: {brand};
  --brand-deep: {deep};
  --brand-mid: {mid};
  --brand-line: {line};
  --brand-tint: {tint};
  --link: {link};
  --govuk-brand-colour: {brand};
  --govuk-link-colour: {link};
  --govuk-link-hover-colour: {deep};
  --govuk-surface-background-colour: #ffffff;
  --govuk-template-background-colour: #f8f6f1;
}}
"""

# A house with a tick in it: somebody checked, at home.
FAVICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\
<rect width="32" height="32" rx="7" fill="{brand}"/>\
<path d="M5.5 15.5 16 6.5l10.5 9" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" \
stroke-linejoin="round"/>\
<path d="m10.5 19.5 4 4 7.5-8.5" fill="none" stroke="#fff" stroke-width="2.8" stroke-linecap="round" \
stroke-linejoin="round"/></svg>
"""


def stylesheet() -> str:
    return STYLESHEET.format(**settings.SCHEME.brand)


def favicon() -> str:
    return FAVICON.format(**settings.SCHEME.brand)


@cache
def stylesheet_version() -> str:
    return _version(stylesheet())


@cache
def favicon_version() -> str:
    return _version(favicon())


def _version(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]
