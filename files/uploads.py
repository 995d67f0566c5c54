"""Bounds what a request may bring along before anything of ours looks at it."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# The most that any kind of file may have; each kind has its own bound below this.
LARGEST_FILE = 15 * 1024 * 1024
LARGEST_REQUEST = 500 * 1024 * 1024


class Bounded(FileUploadHandler):
    """Of a file that is too large, what comes after the bound is let go: neither memory nor disk holds it.

    The form then sees a file just over the bound and says so in a sentence. Hanging up instead would show whoever sends
    it their browser's own error. A whole request beyond `LARGEST_REQUEST` is not read at all.
    """

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *args: Any) -> None:
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The files of one request are too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= LARGEST_FILE else None

    def file_complete(self, file_size: int) -> None:
        return None
