"""Rows that somebody may not even know of, in lists that every room writes to: what happened, files, who looked.

The rooms above say which (`hide`), once, when they start; each list of the admin leaves them out (`shown`), so that
they are in no page, count, filter or search of it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
Which = Callable[[Any], Q | None]
_hidden: dict[str, list[Which]] = defaultdict(list)


def hide(label: str, which: Which) -> None:
    """`which(user)` says which rows of the model (“audit.auditevent”) this person does not see; nothing for none."""
    if which not in _hidden[label]:
        _hidden[label].append(which)


def shown(rows: QuerySet[M], user: Any) -> QuerySet[M]:
    for which in _hidden[rows.model._meta.label_lower]:
        if hidden := which(user):
            rows = rows.exclude(hidden)
    return rows
