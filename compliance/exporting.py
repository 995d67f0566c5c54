"""Lists to take away as a file that a spreadsheet opens."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from tablib import Dataset

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work it out (OWASP, “CSV Injection”)


def as_csv(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    cells = ([harmless(cell) for cell in row] for row in rows)
    answer = HttpResponse(
        "\ufeff" + Dataset(*cells, headers=headers).export("csv"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def harmless(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
