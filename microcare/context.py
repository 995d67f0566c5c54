"""What every page's template may use: the scheme, its words in this language, the navigation, the day."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from directory import basemap
from microcare.navigation import footer, navigation, own
from onboarding.desk import at_desk, team_page


def portal(request: HttpRequest) -> dict[str, Any]:
    return {
        "scheme": settings.SCHEME,
        **settings.SCHEME.words,
        "language": get_language() or "en",
        "languages": language_links(request),
        "navigation": navigation(request.path),
        "at_desk": at_desk(request),
        "team_page": team_page(request),
        "own_navigation": own(request.path, at_desk=at_desk(request) is not None),
        "footer_links": footer(),
        "today": getattr(request, "today", None),
        "base_map": basemap.sheet,
    }


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """Each of the scheme's languages with this same page's address, query string kept."""
    active = get_language()
    query = request.META.get("QUERY_STRING", "")
    where = request.path_info + (f"?{query}" if query else "")  # without the desk's part, which every address gets
    return [
        {"code": code, "name": name, "url": translate_url(where, code), "current": code == active}
        for code, name in settings.LANGUAGES
    ]
