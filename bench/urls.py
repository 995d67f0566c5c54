"""The portal's addresses, and a constant page beside them to measure against."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from microcare import urls

CONSTANT = "bench/constant/"
LINE = b"<p>The quick brown fox jumps over the lazy dog, and nobody asked the database anything.</p>\n"


@login_not_required
def constant(request: HttpRequest) -> HttpResponse:
    """As many bytes as `?bytes=` says, through the same middleware as every page."""
    size = int(request.GET["bytes"])
    return HttpResponse((LINE * (size // len(LINE) + 1))[:size])


urlpatterns = [path(CONSTANT, constant), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
