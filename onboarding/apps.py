from django.apps import AppConfig


class Onboarding(AppConfig):
    name = "onboarding"

    def ready(self) -> None:
        from files.quarantine import on_settled  # noqa: PLC0415 (models come after the apps)
        from onboarding import pages  # noqa: PLC0415

        on_settled(pages.PURPOSE, pages.tell_refused)
