from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import accounts.demo
import compliance.demo
import compliance.demo.certificates
import compliance.demo.decided
import compliance.demo.written
import directory.demo
import directory.demo.enquiries
import feedback.demo
import onboarding.demo
import onboarding.demo.helped
import onboarding.demo.interested
import onboarding.demo.journeys
import onboarding.demo.listings
import onboarding.demo.training
import onboarding.demo.upkeep
from directory.models import PostcodeLoad

# In this order: a listing, its papers, who owns it, what they are about, their training, what they see to over the
# years, who else is interested, what help was asked for, what waits for the team, how they sign in, what was decided,
# what was written to all of them, who agreed to status checks, and what people told the council.
ROOMS = (
    directory.demo,
    onboarding.demo,
    directory.demo.enquiries,
    onboarding.demo.journeys,
    onboarding.demo.listings,
    onboarding.demo.training,
    onboarding.demo.upkeep,
    onboarding.demo.interested,
    onboarding.demo.helped,
    compliance.demo,
    accounts.demo,
    compliance.demo.decided,
    compliance.demo.written,
    compliance.demo.certificates,
    feedback.demo,
)


class Command(BaseCommand):
    help = (
        "Fills this copy with invented carers, the pages' first text and an account for each role. Safe to run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-accounts", action="store_true", help="do not say how to sign in")

    def handle(self, *args: Any, no_accounts: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("These carers are invented, so they never go into production; run this on another copy.")
        if not PostcodeLoad.objects.exists():
            call_command("load_postcodes", stdout=self.stdout)
        call_command("load_pages", stdout=self.stdout)
        call_command("load_library", stdout=self.stdout)
        today = timezone.localdate()
        # Older than every signature that the demonstration has.
        call_command("load_code", since=today - timedelta(days=3 * 365), stdout=self.stdout)
        for room in ROOMS:
            self.stdout.write(room.demo(settings.SCHEME, on=today))
        if not no_accounts:
            self.stdout.write(accounts.demo.in_words())
