"""`record`: the one way into the audit table."""

import re
from datetime import date
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DEFAULT_DB_ALIAS, models, transaction

from audit.models import AuditEvent

JOB = re.compile(r"job:[a-z0-9_.-]{1,50}")
EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
# A code, a slug, a key. Without a space or an @, so that no name, address or message comes in by mistake.
CODE = re.compile(r"[\w./:+-]{0,120}", re.ASCII)

Actor = AbstractBaseUser | str


class NoActor(Exception):
    """Somebody, or a job by its name, is behind every change."""


class NotRecordable(Exception):
    """What was given is not an id or a code, or nothing would be undone together with the record."""


def record(event: str, *, by: Actor, target: models.Model | str, **data: Any) -> AuditEvent:
    """Writes who did what to what, in the transaction of the change itself.

    `by` is a saved user, or a job's name ("job:demo"). `target` is a saved row, or a label where there is none.
    Raises `NoActor` without either, and `NotRecordable` outside a transaction or for data that is not ids and codes.
    """
    if not EVENT.fullmatch(event):
        raise NotRecordable(f"{event!r} is not an event's name; write it as “listing.published”.")
    if not transaction.get_connection(DEFAULT_DB_ALIAS).in_atomic_block:
        raise NotRecordable(f"{event} is recorded outside a transaction; record it inside the change's own.")
    actor, actor_id = who(by)
    label, target_id = what(target)
    plain = {key: code(event, key, value) for key, value in data.items()}
    return AuditEvent.objects.create(
        event=event, actor=actor, actor_id=actor_id, target=label, target_id=target_id, data=plain
    )


def who(by: Actor) -> tuple[str, int | None]:
    if isinstance(by, AbstractBaseUser) and by.pk:
        return "user", by.pk
    if isinstance(by, str) and JOB.fullmatch(by):
        return by, None
    raise NoActor(f"{by!r} is nobody: give a saved user, or a job's name such as “job:demo”.")


def what(target: models.Model | str) -> tuple[str, str]:
    if isinstance(target, models.Model):
        return target._meta.label_lower, str(target.pk or "")
    return target, ""


def code(event: str, key: str, value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if value is None or isinstance(value, bool | int | date):
        return value
    if isinstance(value, str) and CODE.fullmatch(value):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [code(event, key, part) for part in (sorted(value) if isinstance(value, set | frozenset) else value)]
    raise NotRecordable(f"{event}: {key} is not an id or a code: {type(value).__name__}")
