from django.apps import AppConfig


class Feedback(AppConfig):
    name = "feedback"
    verbose_name = "Feedback and cases"
