from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Respond = Callable[[HttpRequest], HttpResponse]


class Today:
    """Reads the day once for each request, in Europe/London, as `request.today`."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.today = timezone.localdate()  # type: ignore[attr-defined]
        return self.get_response(request)


class PlainTextQuery:
    """Takes NUL out of the query string: no page needs one and PostgreSQL refuses it."""

    def __init__(self, get_response: Respond):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        request.META["QUERY_STRING"] = query.replace("%00", "").replace("\x00", "")
        return self.get_response(request)
