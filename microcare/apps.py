from django.apps import AppConfig


class Microcare(AppConfig):
    """The composition root: it has no models, it puts the rooms together."""

    name = "microcare"

    def ready(self) -> None:
        # Rooms' tasks (`shared_task`) find this Celery application.
        from microcare import celery  # noqa: F401, PLC0415
