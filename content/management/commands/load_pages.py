from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from content import seeds
from content.models import Page


class Command(BaseCommand):
    help = "Writes the first text of each public page that is missing. Never changes one that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", metavar="SLUG", choices=Page.Slug.values, help="put this one page back to its first text"
        )

    @transaction.atomic
    def handle(self, *args: Any, reset: str | None = None, **options: Any) -> None:
        today, self.quiet = timezone.localdate(), options["verbosity"] == 0
        if reset:
            page = Page.objects.filter(slug=reset).first() or Page(slug=reset)
            self.write(page.take(seeds.words(reset, on=today)), "back to its first text")
            return
        there = set(Page.objects.values_list("slug", flat=True))
        for slug in Page.Slug.values:
            if slug not in there:
                self.write(seeds.page(slug, on=today), "written")
        self.say(f"{len(there)} pages were there already and stay as they are.")

    def write(self, page: Page, what: str) -> None:
        page.full_clean()
        page._change_reason = "job:load_pages"  # type: ignore[attr-defined]
        page.save()
        self.say(f"{page.slug}: {what}.")

    def say(self, sentence: str) -> None:
        if not self.quiet:
            self.stdout.write(sentence)
