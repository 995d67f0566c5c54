"""A file becomes a `Register`: its cells, and what each column seems to hold."""

import re
from collections.abc import Mapping
from typing import IO

from django.conf import settings
from django.db import transaction

from audit.recording import Actor, record
from onboarding import never_kept
from onboarding.models import Register
from onboarding.papers import user_of
from onboarding.registers.columns import columns, guess
from onboarding.registers.moving import MovedOn
from onboarding.registers.reading import read

LEFT_OUT = "•••"
OF_HMRC = re.compile(r"\b(utr|nino|tax|ni|national insurance)\b", re.IGNORECASE)


@transaction.atomic
def receive(upload: IO[bytes], *, by: Actor, name: str) -> Register:
    """Nothing is written but the cells themselves, without what must not be kept. Raises `reading.NotReadable`."""
    table = read(upload)
    meant = guess(table.headers, settings.SCHEME.requirements)
    register = Register.objects.create(
        name=name[:150], headers=table.headers, rows=[_kept(row, table.headers, meant) for row in table.rows],
        read_by=user_of(by), columns=meant,
    )  # fmt: skip
    record("register.read", by=by, target=register, rows=len(table.rows))
    return register


def _kept(row: list[str], headers: list[str], meant: Mapping[str, str]) -> list[str]:
    """Councils' own lists hold certificate numbers and tax references. What a known column says is none of them."""
    return [
        cell if str(number) in meant or not _must_go(cell, headers[number]) else LEFT_OUT
        for number, cell in enumerate(row)
    ]


def _must_go(cell: str, header: str) -> bool:
    return bool(cell and OF_HMRC.search(header)) or any(
        pattern.search(cell) for pattern in (never_kept.CERTIFICATE[0], never_kept.NATIONAL_INSURANCE)
    )


@transaction.atomic
def name_columns(register: Register, *, by: Actor, names: Mapping[int, str]) -> Register:
    """Says what each column holds; one that is not named is left out. Raises `MovedOn`, and `ValueError`."""
    row = Register.objects.select_for_update().get(pk=register.pk)
    if row.moved_in_at and not row.undone_at:
        raise MovedOn("This register was moved in before.")
    known = {column.key for column in columns(settings.SCHEME.requirements)}
    named = {str(number): key for number, key in names.items() if key}
    if set(named.values()) - known or len(set(named.values())) < len(named):
        raise ValueError("Each column holds one thing that is known, and no two the same.")
    row.columns = named
    row.save(update_fields=["columns"])
    record("register.columns_named", by=by, target=row, columns=sorted(named.values()))
    return row
