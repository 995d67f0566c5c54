"""A file becomes a `Register`: its cells, and what each column seems to hold."""

from collections.abc import Mapping
from typing import IO

from django.conf import settings
from django.db import transaction

from audit.recording import Actor, record
from onboarding.models import Register
from onboarding.papers import user_of
from onboarding.registers.columns import columns, guess
from onboarding.registers.moving import MovedOn
from onboarding.registers.reading import read


@transaction.atomic
def receive(upload: IO[bytes], *, by: Actor, name: str) -> Register:
    """Nothing is written but the cells themselves. Raises `reading.NotReadable`."""
    table = read(upload)
    register = Register.objects.create(
        name=name[:150], headers=table.headers, rows=table.rows, read_by=user_of(by),
        columns=guess(table.headers, settings.SCHEME.requirements),
    )  # fmt: skip
    record("register.read", by=by, target=register, rows=len(table.rows))
    return register


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
