"""Which requirements count today: those that were adopted, whatever the files ask for since (ADR 14).

What carers are asked for (task lists, forms) is what the files say, so that they can show it before it counts.
"""

from functools import lru_cache

from django.conf import settings

from onboarding.models import Rules
from onboarding.requirements import Requirements
from onboarding.rule_tables import fingerprint, from_table


def of_files() -> Requirements:
    found: Requirements = settings.SCHEME.requirements
    return found


def in_force() -> Requirements:
    """Those adopted last; the files' own where none were yet."""
    newest, files = newest_fingerprint(), fingerprint(of_files())
    return of_files() if newest in {None, files} else kept(newest, files)


def waiting() -> bool:
    """Whether the files say something else than what is in force."""
    return newest_fingerprint() not in {None, fingerprint(of_files())}


def newest_fingerprint() -> str | None:
    return Rules.objects.values_list("fingerprint", flat=True).first()


@lru_cache(maxsize=4)
def kept(newest: str | None, files: str) -> Requirements:
    """Of the row with that fingerprint. `files` is whose words stand for what cannot be read."""
    row = Rules.objects.filter(fingerprint=newest).first()
    assert row is not None  # noqa: S101 (rows are only ever added)
    return from_table(row.table, of_files())
