from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Audit(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from audit import checks  # noqa: F401, PLC0415 (registers the check)

        post_migrate.connect(put_back_triggers, sender=self)


def put_back_triggers(**kwargs: Any) -> None:
    """After the last of a migrate: the signal comes once every room's tables stand."""
    from audit.append_only import install  # noqa: PLC0415 (models are ready only now)

    install()
