"""Sends what somebody above decided may be seen: a room that knows what is public and what is whose, or the admin."""

import logging

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.utils.translation import gettext as _

from files import storage
from files.models import EXTENSIONS, SIZES, FileView, Photo, StoredFile

log = logging.getLogger(__name__)

# The end of the address of one rendition.
RENDITION = rf"(?P<token>[0-9a-f]{{32}})-(?P<size>{'|'.join(map(str, SIZES))})\.(?P<extension>{'|'.join(EXTENSIONS)})\Z"
# Nothing in a file runs, loads or leads anywhere, even where it is not what our checks believed.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
# In a frame of our own site. A browser's own PDF viewer does not run in a sandbox; our PDFs were written anew (`pdfs`).
NOTHING_RUNS_FRAMED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
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


def serve_private(request: HttpRequest, file: StoredFile, *, role: str, framed: bool = False) -> HttpResponse:
    """A private file for somebody who may see it, which the caller has made sure of; `role` says as what ("owner").
    `framed` lets a page of our own show a PDF in its midst.

    The view is recorded before any byte goes. 404 while it is not clean, and when it is purged.
    """
    file.refresh_from_db()
    if not file.is_clean:
        raise Http404
    try:
        data = storage.get(file)
    except FileNotFoundError as error:
        raise Http404 from error
    except Exception:  # whatever a storage raises while it is down
        log.exception("The storage did not give file %s.", file.pk)
        return _later()
    FileView.objects.create(file=file, viewer_id=request.user.pk, role=role)  # type: ignore[misc]
    response = _sealed(HttpResponse(data, content_type=file.content_type), file.name)
    if framed and file.kind == StoredFile.Kind.PDF:
        response["Content-Security-Policy"], response["X-Frame-Options"] = NOTHING_RUNS_FRAMED, "SAMEORIGIN"
    return response


def _sealed(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


def _later() -> HttpResponse:
    text = _("The file cannot be shown just now. Try again in a few minutes.")
    return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "300"})
