"""New requirements are put in force: by themselves where they move a few carers at most, else by a manager (ADR 14)."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from audit.recording import Actor, record, who
from onboarding import rules, settling
from onboarding.losing import Loss, NotConfirmed, check, hold_everybody, in_directory, losses
from onboarding.models import Rules
from onboarding.rule_tables import as_table, fingerprint
from onboarding.standing import facts_of_all

BY = "job:adopt-rules"


@transaction.atomic
def adopt(*, by: Actor, on: date, confirmed: int | None = None) -> Rules | None:
    """What the files ask for counts from now on, and every listing says so. None where it counts already.

    `confirmed` is the number of carers that somebody has seen it moves. The first rules of a copy move nobody: nothing
    was in force before. Raises `NotConfirmed`, and `NotSettled`; then nothing has changed.
    """
    hold_everybody()
    newest = Rules.objects.select_for_update().first()
    files = rules.of_files()
    if newest and newest.fingerprint == fingerprint(files):
        return None
    moved = would_lose(on) if newest else []
    check(moved, confirmed)
    actor, actor_id = who(by)
    row, new = Rules.objects.get_or_create(
        number=newest.number + 1 if newest else 1,
        defaults={
            "fingerprint": fingerprint(files), "table": as_table(files), "actor": actor, "actor_id": actor_id,
            "moved": len(moved), "confirmed": confirmed,
        },
    )  # fmt: skip
    if not new:  # two copies of a new site at once
        return None
    record("rules.adopted", by=by, target=row, number=row.number, moved=row.moved, carers=[it.carer.pk for it in moved])
    if newest:
        settling.settle_all(by=by, on=on)
    return row


def would_lose(on: date) -> list[Loss]:
    """Whom the files' requirements would hide, or take a service from, if they were in force."""
    carers = list(in_directory())
    before = facts_of_all(carers)
    after = {pk: replace(facts, requirements=rules.of_files()) for pk, facts in before.items()}
    return list(losses(carers, before, after, on=on))


def adopt_if_few(*, on: date, by: Actor = BY) -> Rules | None:
    """The nightly job's, and that of a new release: what moves more waits for a manager."""
    try:
        return adopt(by=by, on=on)
    except NotConfirmed:
        return None
