from typing import Any

from django.core.management.base import BaseCommand

from onboarding import library


class Command(BaseCommand):
    help = "Writes the first guides and templates for carers that are missing. Never changes one that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        written = library.write_first(by="job:load_library")
        if options["verbosity"]:
            self.stdout.write(f"Library: {', '.join(written) or 'nothing'} written.")
