from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from microcare import catalogue

ROOMS = tuple(sorted(app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()))
SOURCE = catalogue.Source(settings.BASE_DIR, ROOMS)
LANGUAGES = ("cy",)
BY_HAND = ("en",)  # the few of Django's own words that we write otherwise


class Command(BaseCommand):
    help = "Gather the texts of code and templates into locale/, keep their translations, and compile them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail on anything not in order.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for language in LANGUAGES:
                self._check(language) if options["check"] else self._gather(language)
            for language in BY_HAND:
                self._check_compiled(language) if options["check"] else catalogue.compile_as_it_stands(language)
        except catalogue.CatalogueError as error:
            raise CommandError(str(error)) from error

    def _check(self, language: str) -> None:
        self._refuse(catalogue.faults(catalogue.gather(SOURCE, language), catalogue.po_path(language)))
        self.stdout.write(f"{language}: every text is translated and compiled.")

    def _check_compiled(self, language: str) -> None:
        self._refuse(catalogue.faults_of_compiled(catalogue.po_path(language), language))

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} to mend; `make messages` gathers and compiles."]))

    def _gather(self, language: str) -> None:
        path = catalogue.po_path(language)
        made = catalogue.update(catalogue.gather(SOURCE, language), catalogue.read(path))
        catalogue.save(made, path)
        missing = [message for message in catalogue.texts(made) if catalogue.faults_of(message)]
        self.stdout.write(f"{language}: {len(catalogue.texts(made))} texts, {len(missing)} to translate or mend.")
