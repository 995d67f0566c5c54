from django.apps import AppConfig


class Compliance(AppConfig):
    name = "compliance"
    verbose_name = "Checking and deciding"
