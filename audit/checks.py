from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection


@register(Tags.database)
def triggers_stand(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Compares the triggers of the append-only tables; run by `migrate` and by `check --database default`.

    A warning, since an error would stop the very `migrate` that puts them back. `/readyz` asks too, and is not ready.
    """
    from audit.append_only import missing, protected  # noqa: PLC0415

    if not databases or not set(protected()) <= set(connection.introspection.table_names()):
        return []
    hint = "Run `manage.py migrate`: it puts them back."
    return [
        Warning(f"{name}, which keeps a table append-only, does not stand as it should.", hint=hint, id="audit.W001")
        for name in missing()
    ]
