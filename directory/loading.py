"""Writing what `load_postcodes` reads, all of it or nothing, and what follows from it.

Everything happens in one transaction, so a search sees the old postcodes until the new ones are complete, even if
the run is killed. Rows go past the model: a country's are 1.7 million.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Avg, Case, QuerySet, Value, When
from django.db.models.functions import Length, Substr

from directory import basemap
from directory.models import OutwardCode, Postcode, PostcodeLoad
from directory.postcodes import MALFORMED, MEND, TWICE, Row, Source, WrongFile

BATCH = 20_000
FIRST_OF_EACH = """
    DELETE FROM arriving USING (SELECT code, min(ctid) AS first FROM arriving GROUP BY 1 HAVING count(*) > 1) AS twice
    WHERE arriving.code = twice.code AND arriving.ctid <> twice.first
"""
INSERT = "INSERT OR IGNORE INTO directory_postcode (code, easting, northing, area_code) VALUES (%s, %s, %s, %s)"
Progress = Callable[[Source], None]


class Busy(Exception):
    """Another load is running, in one sentence."""


def load(source: Source, progress: Progress) -> PostcodeLoad:
    """Replaces every postcode with the source's. Raises `WrongFile` and changes nothing where it holds none of the
    area's, `Busy` where another load is running."""
    with alone():
        copied = _copy(_batches(source, progress))
        rows = Postcode.objects.count()
        source.skipped[TWICE] = copied - rows
        _believable(source, rows)
        _outward_codes()
        basemap.build()
        done = PostcodeLoad.objects.create(
            source=source.name, attribution=source.attribution, rows=rows, skipped=source.skipped.total()
        )
        transaction.on_commit(basemap.forget)
    return done


@contextmanager
def alone() -> Iterator[None]:
    """A transaction beside which no other load runs. SQLite has one writer at a time anyway, for which the others wait
    as long as the settings say."""
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _lock()
            yield
    except OperationalError as error:
        if "database is locked" in str(error):
            raise Busy("Something else is writing to the database; try again when it is done") from error
        raise


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('load_postcodes'))")
        if not cursor.fetchone()[0]:
            raise Busy("Another load of postcodes is running; try again when it is done")


def _batches(source: Source, progress: Progress) -> Iterator[list[Row]]:
    rows = source.rows()
    while batch := list(islice(rows, BATCH)):
        yield batch
        progress(source)
    progress(source)


def _copy(batches: Iterable[list[Row]]) -> int:
    """Fills the table anew and returns how many rows came; of rows with the same postcode the first stays."""
    return _copy_postgresql(batches) if connection.vendor == "postgresql" else _copy_sqlite(batches)


def _copy_postgresql(batches: Iterable[list[Row]]) -> int:
    """Into a table of its own, which then takes the old one's place: indexes built on full tables take a tenth of the
    time, and searches wait only for the end. (Rights given to other database roles are not carried over.)"""
    copied = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE arriving (LIKE directory_postcode INCLUDING CONSTRAINTS)")
        with cursor.copy("COPY arriving (code, easting, northing, area_code) FROM STDIN") as copy:
            for batch in batches:
                copied += len(batch)
                for row in batch:
                    copy.write_row(row)
        cursor.execute(FIRST_OF_EACH)
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema AND tablename = %s",
            ["directory_postcode"],
        )
        indexes = cursor.fetchall()
        for name, definition in indexes:
            made = definition.replace(f" INDEX {name} ON ", f" INDEX arriving_{name} ON ")
            cursor.execute(made.replace("directory_postcode USING", "arriving USING"))
        cursor.execute("DROP TABLE directory_postcode")
        cursor.execute("ALTER TABLE arriving RENAME TO directory_postcode")
        for name, _ in indexes:
            cursor.execute(f"ALTER INDEX arriving_{name} RENAME TO {name}")
        cursor.execute("ALTER TABLE directory_postcode ADD PRIMARY KEY USING INDEX directory_postcode_pkey")
        cursor.execute("ANALYZE directory_postcode")
    return copied


def _copy_sqlite(batches: Iterable[list[Row]]) -> int:
    copied = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_postcode")
        for batch in batches:
            copied += len(batch)
            cursor.executemany(INSERT, batch)
    return copied


def _believable(source: Source, rows: int) -> None:
    malformed = sum(source.skipped[reason] for reason in MALFORMED)
    if not rows:
        raise WrongFile(f"{source.name} holds no postcode that can be used; {MEND}")
    if malformed > rows:
        raise WrongFile(f"{source.name}: {malformed:,} of {malformed + rows:,} lines cannot be read; {MEND}")
    if not Postcode.objects.filter(area_code=settings.SCHEME.area_code).exists():
        raise WrongFile(f"{source.name} holds no postcode of {settings.SCHEME.area_code}; {MEND} with that area in it")


def _outward_codes() -> None:
    OutwardCode.objects.all().delete()
    OutwardCode.objects.bulk_create(
        OutwardCode(
            code=row["outward"], easting=round(row["east"]), northing=round(row["north"]), inside=row["share"] > 0.5
        )
        for row in _by_outward_code()
    )


def _by_outward_code() -> QuerySet[Postcode, Any]:
    return (
        Postcode.objects.annotate(outward=Substr("code", 1, Length("code") - 3))
        .values("outward")
        .annotate(
            east=Avg("easting"),
            north=Avg("northing"),
            share=Avg(Case(When(area_code=settings.SCHEME.area_code, then=Value(1.0)), default=Value(0.0))),
        )
    )
