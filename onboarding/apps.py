from django.apps import AppConfig


class Onboarding(AppConfig):
    name = "onboarding"
