from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.cache import patch_cache_control

from directory.spam import TooMany
from microcare import views

Respond = Callable[[HttpRequest], HttpResponse]


class Today:
    """Reads the day once for each request, in Europe/London, as `request.today`."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.today = timezone.localdate()  # type: ignore[attr-defined]
        return self.get_response(request)


class Readable:
    """Refuses an address that no page of ours has led to, and leaves NUL out of query and cookies.

    PostgreSQL takes NUL in no text, so a search for one is an error. A session of such a name was never ours.
    """

    LONGEST = 16 * 1024

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if len(query) > self.LONGEST:
            return views.too_long(request)
        if query.count("&") >= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or "\x00" in request.path_info:
            return views.bad_request(request)
        request.META["QUERY_STRING"] = query.replace("%00", "").replace("\x00", "")
        for name in [name for name, value in request.COOKIES.items() if "\x00" in value]:
            del request.COOKIES[name]
        return self.get_response(request)


class HowLongKept:
    """What a session sees is kept nowhere, and what says "today" is kept no longer than the day is.

    Files that are the same for everybody and every day say for themselves how long they are kept.
    """

    FILES = ("/static/", "/photos/", "/map/", "/scheme.css", "/favicon.")

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.FILES):
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response["Cache-Control"] = "private, no-store"
        elif "max-age" in response.get("Cache-Control", ""):
            patch_cache_control(response, max_age=seconds_left_today())  # the shorter of the two holds
        return response


class Compressed(GZipMiddleware):
    """Pages are sent small; pictures are small already.

    A token in a page is masked anew each time and Django's own adds a random length, so size tells nobody anything.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)


def seconds_left_today() -> int:
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo)
    return int(midnight.timestamp() - now.timestamp())


class SignedInUnlessPublic(LoginRequiredMiddleware):
    """Deny by default, without reading the session for pages that are for everybody.

    Django's own asks who is signed in first, which makes every public answer vary by cookie.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class TooManyTries:
    """Turns a room's `TooMany` into the page that says so, and when to come back."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMany):
            return None
        answer = views.too_many(request)
        answer["Retry-After"] = str(exception.retry_after)
        return answer
