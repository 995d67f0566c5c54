"""The scheme's stylesheet and icon, and the pages for what went wrong."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import cache_control

from microcare import look
from microcare.context import portal

log = logging.getLogger(__name__)
YEAR = 365 * 24 * 60 * 60
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@login_not_required
@cache_control(public=True, max_age=YEAR, immutable=True)
def scheme_css(request: HttpRequest) -> HttpResponse:
    return HttpResponse(look.stylesheet(), content_type="text/css; charset=utf-8")


@login_not_required
@cache_control(public=True, max_age=YEAR, immutable=True)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponse(look.favicon(), content_type="image/svg+xml")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django calls what is too large a bad request too; people are told which of the two it was."""
    return too_large(request) if isinstance(exception, TOO_LARGE) else _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _error(request, 413)


def too_many(request: HttpRequest) -> HttpResponse:
    return _error(request, 429)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page in the language of the address, which stands even where no page does."""
    with translation.override(_language(request)):
        return render(request, f"{status}.html", {"languages": _languages(request)}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without the database, the session or the context processors, since any of them may be what failed."""
    try:
        with translation.override(_language(request)):
            page: str = render_to_string("500.html", {**portal(request), "languages": _languages(request)})
    except Exception:
        log.exception("The error page itself failed")
        page = PLAIN.format(phone=settings.SCHEME.contact.phone)
    return HttpResponse(page, status=500)


def _language(request: HttpRequest) -> str:
    return translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE


def _languages(request: HttpRequest) -> list[dict[str, object]]:
    """This address in each language; `translate_url` cannot say, because no page answers to it."""
    path = request.path.removeprefix("/cy") or "/"
    current = _language(request)
    return [
        {"code": code, "name": name, "url": path if code == "en" else f"/{code}{path}", "current": code == current}
        for code, name in settings.LANGUAGES
    ]


PLAIN = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sorry, there is a problem with this service</title></head>
<body><main><h1>Sorry, there is a problem with this service</h1>
<p>Try again later, or ring us on {phone}.</p>
<p lang="cy">Mae’n ddrwg gennym, mae problem gyda’r gwasanaeth hwn. Rhowch gynnig arall arni yn nes ymlaen, neu
ffoniwch ni ar {phone}.</p></main></body></html>
"""
