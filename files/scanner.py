"""Asks clamd, the daemon of ClamAV, whether bytes hold something known to do harm (its INSTREAM command)."""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5
ANSWER_SECONDS = 60
PIECE = 64 * 1024


class ScannerDown(Exception):
    """It did not answer, or not with a verdict: nothing is known of the bytes, so nobody may open them."""


def is_set() -> bool:
    return bool(settings.CLAMD_URL)


def scan(data: bytes) -> str:
    """The name of what was found; empty when nothing was. Raises `ScannerDown`."""
    try:
        with _connected() as clamd:
            reply = _asked(clamd, data)
    except OSError as error:
        raise ScannerDown(f"{type(error).__name__}: {error}") from error
    return _verdict(reply)


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        clamd = _on_this_machine(address.path)
    else:
        clamd = socket.create_connection((address.hostname, address.port or 3310), timeout=CONNECT_SECONDS)
    clamd.settimeout(ANSWER_SECONDS)
    return clamd


def _on_this_machine(path: str) -> socket.socket:
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(CONNECT_SECONDS)
    try:
        clamd.connect(path)
    except OSError:
        clamd.close()
        raise
    return clamd


def _asked(clamd: socket.socket, data: bytes) -> str:
    clamd.sendall(b"zINSTREAM\0")
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        clamd.sendall(struct.pack("!L", len(piece)) + piece)
    clamd.sendall(struct.pack("!L", 0))
    reply = b""
    while not reply.endswith(b"\0") and (part := clamd.recv(4096)):
        reply += part
    return reply.rstrip(b"\0").decode(errors="replace").strip()


def _verdict(reply: str) -> str:
    if reply == "stream: OK":
        return ""
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerDown(reply or "it hung up without an answer")
