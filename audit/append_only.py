"""Tables whose rows are only ever added, held to it by the database's own triggers.

A model is one of them by saying `append_only = True`. Its triggers refuse every UPDATE, every TRUNCATE, and every
DELETE outside `purge`. One that says `final_once = "published_at"` is held to it row by row, once that column is set.
Django rebuilds a SQLite table on many migrations and drops its triggers without a word, so they are put back after
every migrate (`install`) and compared word for word at start (`audit.checks`) and by `/readyz`.

They stop mistakes, not the database's owner.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction

from audit.models import PurgePermit
from audit.recording import Actor, record

FUNCTION = "append_only_refuse"
SQLITE = {
    "no_update": "CREATE TRIGGER {name} BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    # REPLACE takes the old row away without firing any DELETE trigger.
    "no_replace": "CREATE TRIGGER {name} BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "no_delete": "CREATE TRIGGER {name} BEFORE DELETE ON {table} "
    "WHEN NOT EXISTS (SELECT 1 FROM {permit} WHERE \"table\" = '{table}') "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
}
# In the words in which PostgreSQL prints them, so that the two can be compared.
POSTGRESQL = {
    "no_update": "CREATE TRIGGER {name} BEFORE DELETE OR UPDATE ON {table} "
    f"FOR EACH ROW EXECUTE FUNCTION {FUNCTION}()",
    "no_truncate": "CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()",
}
# The same for a row that is final.
SQLITE_FINAL = {
    "no_update": SQLITE["no_update"].replace(" BEGIN", " WHEN OLD.{column} IS NOT NULL BEGIN"),
    "no_replace": SQLITE["no_replace"].replace("id = NEW.id", "id = NEW.id AND {column} IS NOT NULL"),
    "no_delete": SQLITE["no_delete"].replace("WHEN NOT", "WHEN OLD.{column} IS NOT NULL AND NOT"),
}
POSTGRESQL_FINAL = POSTGRESQL | {
    "no_update": POSTGRESQL["no_update"].replace("EXECUTE", "WHEN (old.{column} IS NOT NULL) EXECUTE")
}
POSTGRESQL_BODY = """
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM {permit} WHERE "table" = TG_TABLE_NAME) THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END """
# A trigger that is off (D), or on for replicas only (R), refuses nothing here: it does not stand.
POSTGRESQL_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND c.relname = ANY(%s) AND pg_table_is_visible(c.oid)
"""
POSTGRESQL_FUNCTIONS = """
SELECT proname, prosrc FROM pg_proc p JOIN pg_language l ON l.oid = prolang
WHERE p.oid = to_regproc(%s) AND lanname = 'plpgsql' AND proconfig IS NULL AND NOT prosecdef
"""


def protected() -> list[str]:
    """The append-only tables of every installed room."""
    return [*always(), *final()]


def always() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]


def final() -> dict[str, str]:
    """Tables whose rows are final once a column is set, with that column."""
    models = (model for model in apps.get_models() if getattr(model, "final_once", ""))
    return {model._meta.db_table: model.final_once for model in models}  # type: ignore[attr-defined]


def wanted() -> dict[str, str]:
    """Each trigger's name and the statement that makes it, for this database."""
    sqlite, permit = connection.vendor == "sqlite", PurgePermit._meta.db_table
    kinds = dict.fromkeys(always(), SQLITE if sqlite else POSTGRESQL)
    kinds |= dict.fromkeys(final(), SQLITE_FINAL if sqlite else POSTGRESQL_FINAL)
    return {
        f"{table}_{kind}": statement.format(
            name=f"{table}_{kind}", table=table, permit=permit, column=final().get(table, "")
        )
        for table, statements in kinds.items()
        for kind, statement in statements.items()
    }


def wanted_function() -> dict[str, str]:
    """What the triggers call, where they call something: its name and its body."""
    if connection.vendor == "sqlite":
        return {}
    return {FUNCTION: POSTGRESQL_BODY.format(permit=PurgePermit._meta.db_table)}


def standing() -> dict[str, str]:
    """What the database has: the triggers' names and definitions, and the body of what they call."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(POSTGRESQL_TRIGGERS, [protected()])
        triggers = dict(cursor.fetchall())
        cursor.execute(POSTGRESQL_FUNCTIONS, [FUNCTION])
        return triggers | dict(cursor.fetchall())


def missing() -> list[str]:
    """Triggers, and what they call, that should stand and do not, or that say something else."""
    found = standing()
    return [name for name, says in {**wanted_function(), **wanted()}.items() if found.get(name) != says]


@transaction.atomic
def install() -> None:
    """Puts the triggers (back) on every append-only table that exists. Running it again changes nothing."""
    tables = set(connection.introspection.table_names())
    if PurgePermit._meta.db_table not in tables:
        return
    with connection.cursor() as cursor:
        for name, body in wanted_function().items():
            cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        absent = missing()
        for name, statement in wanted().items():
            table = statement.split(" ON ")[1].split()[0]
            if name in absent and table in tables:
                cursor.execute(drop(name, table))
                cursor.execute(statement)


def drop(name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}")


def lift() -> None:
    """Takes the triggers off. For the tests' own flush of the database, and nothing else."""
    with connection.cursor() as cursor:
        for name, statement in wanted().items():
            cursor.execute(drop(name, statement.split(" ON ")[1].split()[0]))


@contextmanager
def permit(table: str) -> Iterator[None]:
    opened = PurgePermit.objects.create(table=table)
    yield
    opened.delete()


@transaction.atomic
def purge(rows: "models.QuerySet[models.Model]", *, before: datetime, by: Actor) -> int:
    """Deletes those of `rows` (each with an `at`) that are older, and leaves their count in the audit."""
    table = rows.model._meta.db_table
    with permit(table):
        count, _ = rows.filter(at__lt=before).delete()
    record("audit.purged", by=by, target=rows.model._meta.label_lower, count=count, before=before)
    return count
