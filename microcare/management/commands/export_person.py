from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from microcare.personal import WHOM, archive, found


class Command(BaseCommand):
    help = "Writes everything that is held about a person into a ZIP: to read, for machines, and the files kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("whom", help=WHOM)
        parser.add_argument("path", type=Path, help="the ZIP to write; it must not be there yet")

    def handle(self, *args: Any, whom: str, path: Path, **options: Any) -> None:
        who = found(whom)
        try:
            with path.open("xb") as file:
                path.chmod(0o600)
                file.write(archive(who, by="job:export_person"))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}. Give another path.") from error
        self.stdout.write(f"Written: {path}. It is personal: send it safely, then delete it.")
