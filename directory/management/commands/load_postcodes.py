import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from directory.loading import Busy, load
from directory.postcodes import Package, Source, WrongFile, open_source


class Command(BaseCommand):
    help = (
        "Replaces the postcodes with those at PATH (a Code-Point Open folder or zip, or an ONSPD CSV, folder or zip). "
        "With no PATH: the installed ONS package, the scheme's area and 20 miles around it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, metavar="PATH")

    def handle(self, *args: Any, path: Path | None, verbosity: int, **options: Any) -> None:
        try:
            source = open_source(path) if path else Package(settings.SCHEME.area_code)
            done = self.load(source, quiet=verbosity == 0)
        except (WrongFile, Busy) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Loaded {done.rows:,} postcodes from {done.source}.")
        for reason, count in sorted(source.skipped.items()):
            if count:
                self.stdout.write(f"Skipped {count:,}: {reason}.")
        self.stdout.write(done.attribution)

    def load(self, source: Source, *, quiet: bool) -> Any:
        often = 0.2 if sys.stderr.isatty() else 5
        with tqdm(unit=source.unit, unit_scale=True, disable=quiet, mininterval=often, file=sys.stderr) as bar:

            def progress(source: Source) -> None:
                bar.total = source.size
                bar.update(source.done - bar.n)

            return load(source, progress)
