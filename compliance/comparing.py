"""What compares by itself: what the carer told us, beside what the rules, the account and the last paper say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format

from onboarding.dates import last_day
from onboarding.fact_forms import Answer
from onboarding.models import Evidence
from onboarding.requirements import LEVELS, OTHER_WORKFORCE
from onboarding.stretches import DAY


class Row(NamedTuple):
    """One thing they told us. `good` is empty where there is nothing to compare."""

    label: str
    value: str
    good: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Compared:
    """A paper on a day; `level` is the DBS check that the work asks for."""

    evidence: Evidence
    on: date
    level: int = 0

    def rows(self, answers: Iterable[Answer]) -> list[Row]:
        notes: dict[str, Callable[[], tuple[bool | None, str]]] = {
            "cover": self._cover,
            "dated": self._starts if self.evidence.asked.own_end else self._dated,
            "ends_on": self._ends,
            "level": self._level,
            "workforce": self._workforce,
        }
        told = [Row(one.label, one.value, *notes.get(one.name, _nothing)()) for one in answers]
        return [self._name(), *told]

    def _name(self) -> Row:
        """Whose it is, beside the name of the account."""
        carer = self.evidence.carer
        name, account = whose(self.evidence), carer.owner.name.strip() if carer.owner else ""
        if not account:
            return Row("Name", name)
        if account.casefold() == name.casefold():
            return Row("Name", name, True, "As on the account")
        return Row("Name", name, None, f"The account is {account}’s")

    def _cover(self) -> tuple[bool | None, str]:
        least = self.evidence.asked.cover or 0
        return int(self.evidence.fact("cover") or 0) >= least, f"Needs £{least:,} or more"

    def _starts(self) -> tuple[bool | None, str]:
        """A policy begins the day after the one before it ends, or cover has a gap."""
        starts, before = self.evidence.dated, self._last_day_before()
        if starts is None or before is None:
            return None, "The first that we have"
        gap = (starts - before).days - 1
        if gap > 0:
            days = "1 day" if gap == 1 else f"{gap} days"
            return False, f"{days} without cover: the last one ends on {date_format(before)}"
        if gap == 0:
            return True, "The day after the last one ends"
        return True, f"Before the last one ends, on {date_format(before)}"

    def _last_day_before(self) -> date | None:
        others = self.evidence.carer.evidence.accepted().exclude(pk=self.evidence.pk)
        ends = others.filter(requirement=self.evidence.requirement, worker=self.evidence.worker)
        return ends.order_by("-valid_until").values_list("valid_until", flat=True).first()

    def _dated(self) -> tuple[bool | None, str]:
        dated, months = self.evidence.dated, self.evidence.asked.months
        if dated is None or not months:
            return None, ""
        last = last_day(dated, months)
        return last >= self.on, f"Holds until {date_format(last)}" if last >= self.on else "Too old by now"

    def _ends(self) -> tuple[bool | None, str]:
        if (ends := self.evidence.ends_on) is None:
            return None, ""
        if ends < self.on:
            return False, "Has ended"
        days = (ends - self.on + DAY).days
        return True, "Today is its last day" if days == 1 else f"In {days - 1} days"

    def _level(self) -> tuple[bool | None, str]:
        said = self.evidence.fact("level")
        if said not in LEVELS:
            return None, ""
        needed = LEVELS[self.level].replace("-", ", ")
        return LEVELS.index(said) >= self.level, f"The work asks for: {needed}"

    def _workforce(self) -> tuple[bool | None, str]:
        return self.evidence.fact("workforce") != OTHER_WORKFORCE, "Adult workforce needed"


def whose(evidence: Evidence) -> str:
    """The carer's whole name, or the first name of somebody who works with them: that is all we have of them."""
    worker, name = evidence.worker, evidence.carer.name
    return name if worker is None or name.startswith(f"{worker} ") else str(worker)


def _nothing() -> Any:
    return None, ""
