"""The scheme's stylesheet and icon, and the pages for what went wrong."""

import logging
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import escape_leading_slashes

from microcare import look
from microcare.context import portal

log = logging.getLogger(__name__)
YEAR = 365 * 24 * 60 * 60
WELSH = re.compile(r"^/cy(?=/|$)")
PRIVATE = ("/admin/", "/accounts/", "/my/", "/cy/accounts/", "/cy/my/")
ROBOTS = "\n".join(["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""])
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@login_not_required
def scheme_css(request: HttpRequest) -> HttpResponse:
    return _file(request, look.stylesheet(), "text/css; charset=utf-8", look.stylesheet_version())


@login_not_required
def favicon(request: HttpRequest) -> HttpResponse:
    return _file(request, look.favicon(), "image/svg+xml", look.favicon_version())


@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read what is for everybody."""
    kept = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8", headers=kept)


def _file(request: HttpRequest, text: str, content_type: str, version: str) -> HttpResponse:
    """Kept for ever under the address that has its version; under any other, asked for again each time."""
    current = request.GET.get("v") == version
    kept = f"public, max-age={YEAR}, immutable" if current else "no-cache"
    return HttpResponse(text, content_type=content_type, headers={"Cache-Control": kept})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django calls what is too large to be sent a bad request too; people are told which of the two it was."""
    return too_large(request) if request.method == "POST" and isinstance(exception, TOO_LARGE) else _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _error(request, 413)


def too_long(request: HttpRequest) -> HttpResponse:
    """An address longer than any of ours: 414, in the words of 400."""
    return _error(request, 400, status=414)


def too_many(request: HttpRequest) -> HttpResponse:
    return _error(request, 429)


def _error(request: HttpRequest, page: int, status: int | None = None) -> HttpResponse:
    """An error page in the language of the address, which stands even where no page does."""
    with translation.override(_language(request)):
        return render(request, f"{page}.html", _own(request), status=status or page)


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without the database, the session or the context processors, since any of them may be what failed."""
    try:
        with translation.override(_language(request)):
            page: str = render_to_string("500.html", {**portal(request), **_own(request)})
    except Exception:
        log.exception("The error page itself failed")
        page = PLAIN.format(phone=settings.SCHEME.contact.phone)
    return HttpResponse(page, status=500)


def _own(request: HttpRequest) -> dict[str, object]:
    """What differs on an error page: it asks the database for nothing, so it names no map either."""
    return {"languages": _languages(request), "base_map": None}


def _language(request: HttpRequest) -> str:
    return "cy" if WELSH.match(request.path) and "cy" in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _languages(request: HttpRequest) -> list[dict[str, object]]:
    """This address in each language; `translate_url` cannot say, because no page answers to it."""
    english = WELSH.sub("", request.path) or "/"
    query = request.META.get("QUERY_STRING", "")
    current = _language(request)
    return [
        {"code": code, "name": name, "url": _address(english, code, query), "current": code == current}
        for code, name in settings.LANGUAGES
    ]


def _address(english: str, code: str, query: str) -> str:
    """Two slashes at the start of an address would lead to somebody else's site."""
    path = english if code == "en" else f"/{code}{english}"
    return escape_leading_slashes(escape_uri_path(path)) + (f"?{iri_to_uri(query)}" if query else "")


PLAIN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sorry, there is a problem with this service</title></head>
<body><main><h1>Sorry, there is a problem with this service</h1>
<p>Try again later, or ring us on {phone}.</p>
<p lang="cy">Mae’n ddrwg gennym, mae problem gyda’r gwasanaeth hwn. Rhowch gynnig arall arni yn nes ymlaen, neu
ffoniwch ni ar {phone}.</p></main></body></html>
"""
