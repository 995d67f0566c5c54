from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class Accounts(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import recording, roles  # noqa: PLC0415 (models are ready only now)

        recording.connect()
        # The signal comes once for each app, with its permissions made before the next one's: by the last, all are.
        post_migrate.connect(roles.sync, sender=[*apps.get_app_configs()][-1])
