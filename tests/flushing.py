"""How the database is emptied after a test with real transactions: fast, and append-only tables too."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

MADE_BY_MIGRATE = (ContentType, Permission, Group, Group.permissions.through)
MADE: list[list[tuple[object, ...]]] = []


def what_migrate_made():
    return [sorted(model.objects.values_list()) for model in MADE_BY_MIGRATE]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django's, and what then stands in the tables that migrate fills."""
    with django_db_blocker.unblock():
        MADE[:] = what_migrate_made()


@pytest.fixture(autouse=True, scope="session")
def _flush_keeps_what_migrate_made():
    """Django's flush empties all tables and has permissions, roles and triggers made again, which takes most of its
    time. Where a test left those tables as they were, only the triggers are taken off and put back."""
    from django.db import connection
    from django.test import TransactionTestCase

    from audit import append_only

    all_of_it, names = TransactionTestCase._fixture_teardown, connection.introspection.django_table_names
    kept = {model._meta.db_table for model in MADE_BY_MIGRATE}

    def flush(self):
        append_only.lift()
        if what_migrate_made() != MADE:
            all_of_it(self)
            MADE[:] = what_migrate_made()
            return
        with pytest.MonkeyPatch.context() as patch:
            others = [name for name in names(only_existing=True, include_views=False) if name not in kept]
            patch.setattr(connection.introspection, "django_table_names", lambda **options: others)
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
        append_only.install()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def _flush_deletes():
    """PostgreSQL writes several files anew for each table it truncates, which takes seconds for all of them; deleting
    what a test left takes none. The lock waits, as TRUNCATE does, for a request that is still being answered; keys are
    compared at the end of the transaction, so the order is free."""
    from django.db import connection

    def delete(style, tables, **options):
        names = [connection.ops.quote_name(table) for table in tables]
        return ["; ".join([f"LOCK TABLE {', '.join(names)}", *(f"DELETE FROM {name}" for name in names)])]

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(connection.ops, "sql_flush", delete)
        yield
