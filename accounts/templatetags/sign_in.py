"""What the pages about signing in need beyond Django's own tags."""

import json
import re
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from accounts import council_sign_in as council

register = template.Library()
BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet"}
DEVICES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")


@register.simple_tag
def council_sign_in() -> dict[str, Any]:
    return {"url": council.provider(), "name": settings.OIDC_NAME or settings.SCHEME.council}


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that a script reads."""
    return json.dumps(value)


@register.filter
def device(user_agent: str) -> str:
    """A browser and its device in two words; they are what people tell their sessions by."""
    found = [next((name for name in names if re.search(rf"\b{name}", user_agent)), "") for names in (BROWSERS, DEVICES)]
    words = [NAMES.get(name, name) for name in found if name]
    return ", ".join(words) or _("A browser that does not say what it is")
