from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance import planning
from onboarding import comparing
from onboarding.comparing import Difference
from onboarding.settling import NotSettled

BY = "job:check-standing"


class Command(BaseCommand):
    help = (
        "Compares what each listing says with where its carer stands, and ends with an error where they differ. With "
        "--plan, says who would be shown, hidden, or lose or gain a service on a day if nobody did anything until then."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", type=date.fromisoformat, metavar="DATE", help="a day to come: 2027-04-01")
        parser.add_argument("--mend", action="store_true", help="write where they stand into those that differ")

    def handle(self, *args: Any, plan: date | None = None, mend: bool = False, **options: Any) -> None:
        today = timezone.localdate()
        if plan and mend:
            raise CommandError("--plan changes nothing, so there is nothing to mend: give one of them.")
        if plan and plan < today:
            raise CommandError(f"{plan} has passed; give today or a day to come.")
        if plan:
            self.plan(plan, today)
        else:
            self.compare(today, mend=mend)

    def plan(self, on: date, today: date) -> None:
        changes = planning.plan(on, today=today)
        for who, what, day, why in planning.rows(changes):
            self.stdout.write(f"{day}  {who}: {what}" + (f" ({why})" if why else ""))
        counts = ", ".join(f"{number} {what}" for what, number in planning.counts(changes).items())
        self.stdout.write(f"By {on}, if nothing changes: {counts}.")

    def compare(self, today: date, *, mend: bool) -> None:
        found = list(comparing.differences(on=today))
        for difference in found:
            self.stdout.write(said_of(difference))
        if not found:
            self.stdout.write("Every listing says where its carer stands.")
        elif mend:
            self.mend(today)
        else:
            raise CommandError(f"{counted(len(found))} not right. Run it with --mend, or wait for the night.")

    def mend(self, today: date) -> None:
        try:
            mended = comparing.mend_all(by=BY, on=today)
        except NotSettled as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{counted(mended)} put right.")


def counted(number: int) -> str:
    return "1 listing is" if number == 1 else f"{number} listings are"


def said_of(difference: Difference) -> str:
    parts = ", ".join(worded(part) for part in difference.parts)
    why = "time has passed" if difference.by_time else "not explained by time"
    return f"Carer {difference.carer.pk}: {parts} ({why})"


def worded(part: dict[str, Any]) -> str:
    if not (part["was"] or part["is"]):
        return str(part["part"])
    was, now = (" to ".join(part[side]) or "none" for side in ("was", "is"))
    return f"{part['part']} is {was}, to be {now}"
