from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import override

from accounts.personal import Part
from audit.recording import NoActor
from microcare import personal
from onboarding.personal import carer_of


class Command(BaseCommand):
    help = (
        "Erases what is held about a person who asked for it, as far as the law lets them (UK GDPR Art. 17), and says "
        "what stays, why and until when. A carer leaves the scheme with it. Prints the answer to send to them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("whom", help=personal.WHOM)
        parser.add_argument("--plan", action="store_true", help="only say what would go and what would stay")
        parser.add_argument("--no-input", action="store_true", help="do not ask whether to go on")
        parser.add_argument("--by", default="job:erase_person", help="whose name the audit gets")

    def handle(self, *args: Any, whom: str, by: str, **options: Any) -> None:
        who, on = personal.found(whom), timezone.localdate()
        language = personal.language_of(who)
        carer = carer_of(who)
        whose = f"carer {carer.pk}, {carer}" if carer else "no carer"
        self.stdout.write(f"This is {whose}.")
        try:
            self._say(personal.planned(who, by=by, on=on))
            if options["plan"]:
                self.stdout.write("Nothing was erased: this is the plan.")
                return
            if not options["no_input"]:
                self._sure(whom, whose)
            parts = personal.erase(who, by=by, on=on)
        except NoActor as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Erased. Send them this answer, and then delete it:\n")
        self.stdout.write(personal.answer(parts, on=on, language=language))

    def _say(self, parts: list[Part]) -> None:
        with override("en"):
            for part in parts:
                until = f" Until {part.until:%-d %B %Y}." if part.until else ""
                says = f"goes   {part.gone}: {part.what}" if part.gone else f"stays  {part.what}. {part.stays}{until}"
                self.stdout.write(says)

    def _sure(self, whom: str, whose: str) -> None:
        if input(f"It cannot be undone. This is {whose}. Type {whom} again to go on: ").strip() != whom:
            raise CommandError("Nothing was erased.")
