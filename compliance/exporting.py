"""Lists to take away as a file that a spreadsheet opens; none goes without a line in the audit."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from tablib import Dataset

from audit.recording import Actor, record

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would work it out (OWASP, “CSV Injection”)


@transaction.atomic
def as_csv(
    name: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    by: Actor,
    event: str,
    target: str,
    **facts: Any,
) -> HttpResponse:
    """The file, and in the audit who took it away, how many rows, and by which filter (`facts`: codes only)."""
    cells = [[harmless(cell) for cell in row] for row in rows]
    record(event, by=by, target=target, count=len(cells), **facts)
    answer = HttpResponse(
        "\ufeff" + Dataset(*cells, headers=headers).export("csv"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def harmless(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
