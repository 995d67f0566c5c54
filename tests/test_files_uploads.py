"""What a request may bring along: a file of 200 MB is answered with a sentence, and held nowhere."""

import io
import os

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.urls import path

from files import uploads
from files.checks import FileRefused, checked
from microcare import urls
from tests.papers import paper

MEGABYTE = 1024 * 1024
seen: list[int] = []


@login_not_required
def take(request):
    """A view that checks what came, as those of the rooms above do."""
    upload = request.FILES["file"]
    seen[:] = [upload.size, os.path.getsize(upload.temporary_file_path()) if is_on_disk(upload) else 0]
    try:
        return HttpResponse(checked(upload).name)
    except FileRefused as error:
        return HttpResponse(str(error), status=422)


def is_on_disk(upload):
    return isinstance(upload, TemporaryUploadedFile)


urlpatterns = [path("take/", take), *urls.urlpatterns]
handler400 = urls.handler400


class Body(io.RawIOBase):
    """A form with one file of so many megabytes, made while it is read."""

    HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n\r\n%PDF-1.7\n'
    END = b"\r\n--edge--\r\n"

    def __init__(self, megabytes):
        self.left = [self.HEAD, *[None] * megabytes, self.END]
        self.length = len(self.HEAD) + megabytes * MEGABYTE + len(self.END)
        self.waiting, self.taken = b"", 0

    def read(self, size=-1):
        while self.left and (size < 0 or len(self.waiting) < size):
            piece = self.left.pop(0)
            self.waiting += bytes(MEGABYTE) if piece is None else piece
        out, self.waiting = self.waiting[:size], self.waiting[size:]
        self.taken += len(out)
        return out


@pytest.fixture
def post(client, settings):
    settings.ROOT_URLCONF = "tests.test_files_uploads"

    def send(body):
        kind = "multipart/form-data; boundary=edge"
        sent = {"wsgi.input": body, "CONTENT_LENGTH": str(body.length), "CONTENT_TYPE": kind}
        return client.generic("POST", "/take/", **sent)

    return send


def test_two_hundred_megabytes_are_answered_with_a_sentence_and_held_nowhere(post):
    answer = post(Body(200))
    assert answer.status_code == 422
    assert answer.content.startswith(b"The file must be smaller than 15 MB")
    on_disk = seen[1]
    assert uploads.LARGEST_FILE < on_disk <= uploads.LARGEST_FILE + MEGABYTE


def test_a_request_beyond_all_bounds_is_not_read(db, post):
    body = Body(501)
    assert post(body).status_code == 413
    assert body.taken < MEGABYTE


def test_an_ordinary_file_arrives_whole(client, settings):
    settings.ROOT_URLCONF = "tests.test_files_uploads"
    upload = paper()
    assert client.post("/take/", {"file": upload}).content == b"certificate.pdf"
    assert seen == [upload.size, 0]
