"""A table out of a file as councils keep them: CSV, Excel (XLSX) or OpenDocument (ODS)."""

import csv
import io
import zipfile
from datetime import date, datetime
from typing import IO, Any, NamedTuple

import tablib

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 150
LONGEST_CELL = 5_000


class NotReadable(Exception):
    """A file that is no table; the message says how to mend it."""


class Table(NamedTuple):
    headers: list[str]
    rows: list[list[str]]


def read(upload: IO[bytes]) -> Table:
    """The first sheet, cells as text, empty lines left out at the end. Raises `NotReadable`."""
    upload.seek(0)
    data = upload.read(LARGEST_BYTES + 1)
    if not data.strip():
        raise NotReadable("The file is empty. Choose the register again.")
    if len(data) > LARGEST_BYTES:
        raise NotReadable("The file is larger than 10 MB. Save it without pictures, or in two parts.")
    lines = _sheet(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    return _bounded(lines)


def _sheet(data: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise NotReadable("The file unpacks to more than 200 MB. Save it as CSV.")
            form = "ods" if "content.xml" in packed.namelist() else "xlsx"
        table = tablib.Dataset().load(io.BytesIO(data), format=form, headers=False)
    except NotReadable:
        raise
    except Exception as error:  # a library fed broken bytes can raise anything
        raise NotReadable("The file cannot be opened as a spreadsheet. Save it again as XLSX, ODS or CSV.") from error
    return [list(line) for line in table]


def _csv(data: bytes) -> list[list[Any]]:
    text = _decoded(data)
    first = text.splitlines()[0] if text.splitlines() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NotReadable(f"The file is not a table: {error}. Save it again as CSV, XLSX or ODS.") from error


def _decoded(data: bytes) -> str:
    """UTF-8, or what Excel saves here; never cut off at NUL, which no text holds."""
    if b"\x00" in data:
        raise NotReadable("The file is not text. Save the register as CSV, XLSX or ODS.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _bounded(lines: list[list[Any]]) -> Table:
    rows = [[cell(value) for value in line] for line in lines]
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) < 2:
        raise NotReadable("The file needs a first line with headings, and a line for each carer.")
    headers = rows[0]
    while headers and not headers[-1]:
        headers.pop()
    if len(rows) - 1 > MOST_ROWS or len(headers) > MOST_COLUMNS:
        raise NotReadable(f"The file has more than {MOST_ROWS:,} lines or {MOST_COLUMNS} columns. Save it in parts.")
    width = len(headers)
    return Table(headers, [(row + [""] * width)[:width] for row in rows[1:]])


def cell(value: Any) -> str:
    """As text: days as 2026-05-03, whole numbers without a point, no space around."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in str(value))
    return text.strip()[:LONGEST_CELL]


def name_of(row: int, column: int) -> str:
    """How a spreadsheet calls the cell: the third column of the first carer is C2."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 2}"
