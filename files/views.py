from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from files.models import Photo

CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
# A day, though a rendition never changes: a carer who is withdrawn must vanish.
SECONDS_KEPT = 24 * 60 * 60


@login_not_required
@require_safe
def photo(request: HttpRequest, token: str, size: str, extension: str) -> HttpResponseBase:
    """One rendition. Its token, which cannot be guessed, is the guard; without its row it is gone."""
    photo = get_object_or_404(Photo, token=token)
    etag = quote_etag(f"{token}-{size}-{extension}")
    uploaded = int(photo.uploaded_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=uploaded) or _rendition(
        photo.path(int(size), extension), CONTENT_TYPES[extension]
    )
    response["ETag"] = etag
    response["Last-Modified"] = http_date(uploaded)
    response["Cache-Control"] = f"public, max-age={SECONDS_KEPT}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rendition(path: str, content_type: str) -> HttpResponse:
    try:
        with default_storage.open(path) as file:
            return HttpResponse(file.read(), content_type=content_type)
    except FileNotFoundError as error:
        raise Http404 from error
