from django.apps import AppConfig


class Feedback(AppConfig):
    name = "feedback"
    verbose_name = "Feedback and cases"

    def ready(self) -> None:
        from feedback import case_pages, case_steps, hiding  # noqa: PLC0415 (they need the models)

        case_steps.STEPS.append(case_pages.own_steps)
        hiding.begin()
