from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from directory.models import Listing, PostcodeLoad


class Command(BaseCommand):
    help = "Takes an empty copy to one that can be looked at: tables, postcodes, pages, demonstration data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default="8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not PostcodeLoad.objects.exists():
            call_command("load_postcodes")
        call_command("load_pages", verbosity=0)
        if not Listing.objects.exists():
            call_command("demo")
        self.stdout.write(self.start_screen(f"http://127.0.0.1:{port}"))

    def start_screen(self, here: str) -> str:
        scheme = settings.SCHEME
        lines = [f"{scheme.name.en}, {scheme.council.en}", "", f"  The directory   {here}/"]
        if scheme.is_welsh:
            lines.append(f"  Yn Gymraeg      {here}/cy/")
        lines += [f"  The team        {here}/admin/", "", "Ctrl+C stops it."]
        return "\n".join(["", *lines, ""])
