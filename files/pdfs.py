"""PDFs that people send: opened, looked through for what acts by itself, and written anew without metadata.

A PDF of a few kilobytes can unpack to gigabytes, and the library that reads it is not ours. So this runs in a process
of its own with little memory and little time (`python -m files.pdfs`, the PDF on its standard input, the new one on its
standard output): a bomb ends that process and nobody else's. It knows nothing of Django, so that it starts fast.
"""

import io
import resource
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

MOST_PAGES = 50
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes of all its streams together, for the browser of whoever reads it
MOST_PIXELS = 40_000_000  # of one picture in it
MOST_PARTS = 500_000
MEMORY = 640 * 1024 * 1024  # and so no stream of more than about half of it
SECONDS = 10

# How the process ends, besides 0. Anything else (a crash, a kill) is `BROKEN` or, by a signal, `TOO_PACKED`.
BROKEN, LOCKED, ACTIVE, TOO_MANY_PAGES, TOO_PACKED = 3, 4, 5, 6, 7

# What a reader would run, play, open or send without being asked (ISO 32000-1: 7.11.4, 12.6, 12.7.8, 13).
ACTIVE_KEYS = {
    "/AA", "/Collection", "/EF", "/EmbeddedFiles", "/JS", "/JavaScript", "/RichMediaContent", "/XFA",
}  # fmt: skip
# Kinds of action (/S) and of annotation (/Subtype).
ACTIVE_KINDS = {
    "/GoToE", "/GoToR", "/ImportData", "/JavaScript", "/Launch", "/Movie", "/Rendition", "/RichMediaExecute", "/Sound",
    "/SubmitForm", "/3D", "/FileAttachment", "/RichMedia", "/Screen",
}  # fmt: skip
# Ways to pack a picture that only a reader unpacks.
PICTURES = {"/CCITTFaxDecode", "/DCTDecode", "/JBIG2Decode", "/JPXDecode"}
# What says who made it, when, and with what.
METADATA = ("/Metadata", "/PieceInfo")


class Unusable(Exception):
    """With the number the process ends with."""


def rewritten(data: bytes) -> tuple[bytes, int]:
    """A clean copy, and how many pages it has. Raises `Unusable`."""
    with opened(data) as pdf:
        pages = len(pdf.pages)
        if not 1 <= pages <= MOST_PAGES:
            raise Unusable(TOO_MANY_PAGES if pages else BROKEN)
        opens_at_a_page(pdf)
        measured(pdf)
        for part in parts(pdf):
            looked_at(part)
        return without_metadata(pdf), pages


def opened(data: bytes) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Unusable(LOCKED) from error
    if pdf.is_encrypted:  # opened without a password, but other readers ask for one to print it
        raise Unusable(LOCKED)
    return pdf


def opens_at_a_page(pdf: pikepdf.Pdf) -> None:
    """Many programs write at which page a PDF opens: that is dropped. Any other action at opening is refused."""
    first = pdf.Root.get("/OpenAction")
    if first is None:
        return
    if isinstance(first, pikepdf.Dictionary) and first.get("/S") != pikepdf.Name.GoTo:
        raise Unusable(ACTIVE)
    if isinstance(first, pikepdf.Dictionary) and "/Next" in first:
        raise Unusable(ACTIVE)
    del pdf.Root.OpenAction


def measured(pdf: pikepdf.Pdf) -> None:
    total = 0
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream):
            total += length(stream)
            if total > MOST_UNPACKED or pixels(stream) > MOST_PIXELS:
                raise Unusable(TOO_PACKED)


def pixels(stream: pikepdf.Stream) -> int:
    if stream.get("/Subtype") != pikepdf.Name.Image:
        return 0
    return int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))


def length(stream: pikepdf.Stream) -> int:
    """Bytes of a stream unpacked. Of a picture in a format of its own, the bytes of that: `pixels` bounds the rest."""
    filters = filters_of(stream)
    if not PICTURES.intersection(filters):
        return len(unpacked(stream))
    raw = stream.read_raw_bytes()
    if filters[0] == "/FlateDecode":
        return len(zlib.decompressobj().decompress(raw, MEMORY // 2))
    return len(raw)


def unpacked(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.DataDecodingError as error:  # of memory that is not there, it tells in words alone
        raise Unusable(TOO_PACKED if "bad_alloc" in str(error) else BROKEN) from error


def filters_of(stream: pikepdf.Stream) -> list[str]:
    filters = stream.get("/Filter", pikepdf.Array())
    return [str(name) for name in (filters if isinstance(filters, pikepdf.Array) else [filters])]


def parts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of it, however deep, each once."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    for _count in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, pikepdf.Stream | pikepdf.Dictionary):
            yield part
            waiting += [value for _, value in part.items() if is_inside(value)]
        elif isinstance(part, pikepdf.Array):
            waiting += [value for value in part if is_inside(value)]
    raise Unusable(TOO_PACKED)


def is_inside(value: Any) -> bool:
    """Whether it stands in what holds it; what is only pointed at is in `pdf.objects` itself."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def looked_at(part: Any) -> None:
    if ACTIVE_KEYS.intersection(part.keys()):
        raise Unusable(ACTIVE)
    kinds = [part.get(key) for key in ("/S", "/Subtype")]
    if any(isinstance(kind, pikepdf.Name) and str(kind) in ACTIVE_KINDS for kind in kinds):
        raise Unusable(ACTIVE)
    for key in METADATA:
        if key in part:
            del part[key]


def without_metadata(pdf: pikepdf.Pdf) -> bytes:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = io.BytesIO()
    # The same upload gives the same bytes, so that a file sent twice is known.
    pdf.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return out.getvalue()


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        data, pages = rewritten(sys.stdin.buffer.read())
    except Unusable as error:
        return int(error.args[0])
    except MemoryError:
        return TOO_PACKED
    except Exception:  # a library fed broken bytes can raise anything
        return BROKEN
    sys.stdout.buffer.write(bytes([pages]) + data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
