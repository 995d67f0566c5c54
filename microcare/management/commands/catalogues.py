from typing import Any

from django.core.management.base import BaseCommand

from microcare import catalogue
from microcare.management.commands.messages import BY_HAND, LANGUAGES


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/django.po as they stand: the same bytes from the same translations."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language in (*LANGUAGES, *BY_HAND):
            catalogue.compile_as_it_stands(language)
            self.stdout.write(f"{language}: compiled.")
