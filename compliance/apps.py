from django.apps import AppConfig


class Compliance(AppConfig):
    name = "compliance"
    verbose_name = "Checking and deciding"

    def ready(self) -> None:
        from compliance import case_wiring, consents  # noqa: PLC0415 (they need the models)
        from compliance.models import Decision, Note  # noqa: PLC0415
        from onboarding.registers import moving  # noqa: PLC0415
        from onboarding.signals import counted, gone  # noqa: PLC0415

        case_wiring.begin()
        gone.connect(consents.end_of_who_is_gone, dispatch_uid="compliance.consents")
        counted.connect(consents.end_of_certificate, dispatch_uid="compliance.consents")
        moving.also_holds("a note of the team", lambda carer: Note.objects.filter(carer=carer).exists())
        moving.also_holds("a decision", lambda carer: Decision.objects.filter(carer_id=carer.pk).exists())
