from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from onboarding import code_texts, codes

BY = "job:load_code"


class Command(BaseCommand):
    help = "Writes version 1 of the Code of Practice where there is no version. Never changes one that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=date.fromisoformat, help="since when it is in force: 2026-11-24; else today"
        )
        parser.add_argument("--draft", action="store_true", help="leave it as a draft, to be changed and published")

    def handle(self, *args: Any, since: date | None = None, draft: bool = False, **options: Any) -> None:
        if codes.CodeOfPractice.objects.exists():
            said = "The Code of Practice was there already and stays as it is."
        elif draft:
            codes.draft(by=BY, **code_texts.first())
            said = "Code of Practice, version 1: drafted."
        else:
            codes.begin(by=BY, on=since or timezone.localdate(), **code_texts.first())
            said = "Code of Practice, version 1: in force."
        if options["verbosity"]:
            self.stdout.write(said)
