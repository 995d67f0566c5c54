from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from onboarding import adopting, rules


class Command(BaseCommand):
    help = (
        "Puts the requirements of this release in force, where they hide, or take a service from, no more than three "
        "carers. Else they wait for a manager. Run it after migrate; the night does it too."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        adopted = adopting.adopt_if_few(on=timezone.localdate())
        if adopted:
            said = f"Requirements: in force from now on, as rules {adopted.number}."
        elif rules.waiting():
            said = "Requirements: those of this release wait for a manager, because of how many carers they move."
        else:
            said = "Requirements: nothing new."
        if options["verbosity"]:
            self.stdout.write(said)
