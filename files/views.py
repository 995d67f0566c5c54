"""Sends a photo that somebody above decided may be seen: a room that knows what is public, or the admin."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag

from files.models import EXTENSIONS, SIZES, Photo

# The end of the address of one rendition.
RENDITION = rf"(?P<token>[0-9a-f]{{32}})-(?P<size>{'|'.join(map(str, SIZES))})\.(?P<extension>{'|'.join(EXTENSIONS)})\Z"
CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


def serve(request: HttpRequest, photo: Photo, size: str, extension: str) -> HttpResponseBase:
    """One rendition; who may keep it, and how long, is for the caller to say."""
    etag = quote_etag(f"{photo.token}-{size}-{extension}")
    uploaded = int(photo.uploaded_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=uploaded) or _rendition(
        photo.path(int(size), extension), CONTENT_TYPES[extension]
    )
    response["ETag"] = etag
    response["Last-Modified"] = http_date(uploaded)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _rendition(path: str, content_type: str) -> HttpResponse:
    try:
        with default_storage.open(path) as file:
            return HttpResponse(file.read(), content_type=content_type)
    except FileNotFoundError as error:
        raise Http404 from error
