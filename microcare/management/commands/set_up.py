from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

import accounts.demo
from accounts.models import User
from directory.models import Listing


class Command(BaseCommand):
    help = "What `make run` does before it serves: tables, and in an empty copy the demonstration. Says where to look."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000", help="where it will be served")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if self.is_for_show():
            call_command("demo", no_accounts=True, stdout=self.stdout)
        else:
            call_command("load_pages", verbosity=0)
            call_command("load_code", verbosity=0)
            call_command("load_library", verbosity=0)
        call_command("adopt_rules", verbosity=0)
        self.stdout.write(self.start_screen(f"http://localhost:{port}"))

    def is_for_show(self) -> bool:
        """An empty copy, or one that shows the demonstration already: its dates are brought up to today."""
        if settings.PRODUCTION:
            return False
        return not Listing.objects.exists() or User.objects.filter(email=accounts.demo.EMAIL).exists()

    def start_screen(self, here: str) -> str:
        scheme = settings.SCHEME
        addresses = [("The directory", f"{here}/")]
        if scheme.is_welsh:
            addresses.append(("Yn Gymraeg", f"{here}/cy/"))
        addresses.append(("The team", f"{here}/admin/"))
        lines = [f"{scheme.name.en}, {scheme.council.en}", *(f"  {name:16}{url}" for name, url in addresses)]
        if User.objects.filter(email=accounts.demo.EMAIL).exists():
            lines += ["", accounts.demo.in_words()]
        return "\n".join(["", *lines, "", "Ctrl+C stops it.", ""])
