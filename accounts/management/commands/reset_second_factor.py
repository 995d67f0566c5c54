from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import second_factor
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Take away every second factor of somebody who lost theirs, sign them out and tell them; their password stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The address they sign in with.")
        parser.add_argument("--by", default="job:console", help="Whose name the audit gets.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        count = second_factor.reset(user, by=options["by"])
        self.stdout.write(f"{count} taken away. {user.email} signs in with the password and sets up a new one.")
