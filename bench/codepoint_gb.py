"""Writes a folder shaped like Code-Point Open with every postcode of Great Britain in the installed ONS package, those
no longer in use included, so that loading a whole country can be measured: `python bench/codepoint_gb.py FOLDER`."""

import itertools
import sys
from collections.abc import Iterator
from math import isnan
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from directory.postcodes import Letter, package_files

ABROAD = ("BT", "GY", "JE", "IM")
ROWS = 1_740_000


def write(folder: Path, most: int = ROWS) -> int:
    """Returns how many rows there are: at most `most`, taken evenly from the whole country."""
    data = folder / "Data" / "CSV"
    data.mkdir(parents=True, exist_ok=True)
    (folder / "Doc").mkdir(exist_ok=True)
    (folder / "Doc" / "licence.txt").write_text("Contains OS data © Crown copyright and database right 2026\n")
    every = sum(1 for path in package_files() for _ in usable(path))
    keep = most / every
    written = 0
    for path in package_files():
        rows = (row for number, row in enumerate(usable(path)) if int((number + 1) * keep) > int(number * keep))
        for area, lines in itertools.groupby(rows, key=lambda row: row[0][: 2 if row[0][1].isalpha() else 1].lower()):
            with (data / f"{area}.csv").open("a") as file:
                for code, council, east, north in lines:
                    file.write(f'"{code}",10,{east},{north},"E92000001","","E18000001","","{council}","E05000001"\n')
                    written += 1
    return written


def usable(path: Path) -> Iterator[tuple[str, str, int, int]]:
    for code, council, east, north in Letter.read(path):
        if not isnan(east) and not code.startswith((*ABROAD, "NPT", "GIR")):
            yield code, council, int(east), int(north)


if __name__ == "__main__":
    print(f"{write(Path(sys.argv[1])):,} rows")
