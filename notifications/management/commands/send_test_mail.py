from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from notifications.outbox import queue


class Command(BaseCommand):
    help = "Puts one test message into the outbox, so that whoever runs the portal sees whether mail arrives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", help="an email address of your own")

    def handle(self, *args: Any, to: str, **options: Any) -> None:
        try:
            validate_email(to)
        except ValidationError as error:
            raise CommandError(f"{to} is not an email address; write one such as me@example.org") from error
        with transaction.atomic():
            queue(key=f"test:{timezone.now().isoformat()}", to=to, template="notifications/mail/test", language="")
        self.stdout.write("Queued. Admin, Messages, says whether it was sent and what the mail server answered.")
