from django.apps import AppConfig


class Compliance(AppConfig):
    name = "compliance"
    verbose_name = "Checking and deciding"

    def ready(self) -> None:
        from compliance import consents  # noqa: PLC0415 (it needs the models)
        from onboarding.signals import gone  # noqa: PLC0415

        gone.connect(consents.end_of_who_is_gone, dispatch_uid="compliance.consents")
