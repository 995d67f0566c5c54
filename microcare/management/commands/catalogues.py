from typing import Any

from django.core.management.base import BaseCommand

from microcare import catalogue
from microcare.management.commands.messages import LANGUAGES


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/django.po as they stand: the same bytes from the same translations."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for language in LANGUAGES:
            path = catalogue.po_path(language)
            path.with_suffix(".mo").write_bytes(catalogue.as_mo(catalogue.read(path), language))
            self.stdout.write(f"{language}: compiled.")
