import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

import accounts.demo


class Command(BaseCommand):
    help = "Prints the code of this moment, which the demonstration's accounts are asked for when they sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("In production everybody has an authenticator app or a passkey of their own.")
        now = time.time()
        left = int(accounts.demo.STEP - now % accounts.demo.STEP)
        self.stdout.write(f"{accounts.demo.code(now)}  (for {left} seconds more)")
