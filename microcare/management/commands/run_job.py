from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from microcare.celery import JOBS


class Command(BaseCommand):
    help = "Runs one scheduled job now, in this process, whether or not there is a broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(JOBS), help="its name in microcare/celery.py")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        job = import_string(str(JOBS[name]["task"]))
        self.stdout.write(f"{name}: {job()}")
