"""What ends when: of every carer in the directory, the papers that run out and what goes with them.

Pure over `onboarding.standing`, which is read for all of them together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from directory import vocabulary
from onboarding.models import Carer, Evidence
from onboarding.requirements import Requirement
from onboarding.standing import Need, Person, Standing, drops, facts_of_all, hides, standing_of
from onboarding.stretches import DAY, LAST, current, holds, later

HIDES, DROPS, TELLS = "hides", "drops", "tells"


@dataclass(frozen=True)
class Ending:
    """One requirement of a carer, or of one person of theirs, that holds today and will not for ever.

    `last_day` is the last day of its papers; where there are none, the last day on which it is not asked yet. `goes_on`
    is the day on which the listing, or `services` of it, is gone for want of it: the day after, or later by the days
    of grace. `sent` is what they sent for it that the team has not decided. `on` is the day that is looked at.
    """

    on: date
    carer: Carer
    need: Need
    last_day: date
    goes_on: date
    effect: str
    services: tuple[str, ...] = ()
    sent: Evidence | None = None

    @property
    def requirement(self) -> Requirement:
        return self.need.requirement

    @property
    def person(self) -> Person | None:
        return self.need.person

    @property
    def worker_id(self) -> int:
        """Of whom it is asked; 0 for the business."""
        return self.person.pk if self.person else 0

    @property
    def sent_already(self) -> bool:
        return self.sent is not None

    @property
    def hides(self) -> bool:
        """Whether the listing is hidden from that day."""
        return self.effect == HIDES

    @property
    def what(self) -> str:
        return of_whom(self.need)

    @property
    def words(self) -> str:
        """What happens when, for the team, in the same words wherever they read it."""
        return f"{ended(self.need, self.last_day, self.on)}{self._then()}"

    def _then(self) -> str:
        if not is_listed(self.carer):
            return ""
        if self.effect == TELLS:
            return ", hides nothing"
        names = ", ".join(str(vocabulary.SERVICES[slug]) for slug in self.services)
        return f", {goes(self.goes_on, self.on, names if self.effect == DROPS else '')}"

    @property
    def then(self) -> str:
        """What happens, in a sentence."""
        day = date_format(self.goes_on, "j F")
        if self.hides:
            return f"The listing hides on {day}"
        names = ", ".join(str(vocabulary.SERVICES[slug]) for slug in self.services)
        return f"From {day} it does not show: {names}"


def of_whom(need: Need) -> str:
    return f"{need.requirement.en} ({need.person.first_name})" if need.person else need.requirement.en


def ended(need: Need, last_day: date, on: date) -> str:
    """“ended 3 March 2026”; of what has no paper that it is the last day of, when it is asked for."""
    if not holds(need.shown, last_day):
        return f"asked for from {date_format(last_day + DAY)}"
    return f"{'ended' if last_day < on else 'ends'} {date_format(last_day)}"


def goes(day: date, on: date, services: str = "") -> str:
    """“hides 31 March 2026”: the day on which it is gone, which days of grace make later than the day after."""
    if services:
        return f"not shown {'since' if day <= on else 'from'} {date_format(day)}: {services}"
    return f"{'hidden since' if day <= on else 'hides'} {date_format(day)}"


def is_listed(carer: Carer) -> bool:
    """Whether there is a page to be hidden: approved, and not ended."""
    return bool(carer.listing and carer.listing.published_at and not carer.listing.ended_at)


def in_directory() -> Iterable[Carer]:
    """Those whose listing was approved and has not ended, shown today or not."""
    rows = Carer.objects.filter(left_at=None, listing__published_at__isnull=False, listing__ended_at=None)
    return rows.select_related("listing", "owner").order_by("pk")


def ends(on: date, within: int, carers: Iterable[Carer] | None = None) -> list[Ending]:
    """What holds on that day and whose last day is at most `within` days later, the first to go first.

    Of `carers`, else of all in the directory. What ran out before and is in its days of grace is among them; what is
    lacking already on the day is not. Asked of the day before, with 0, it says what is gone today.
    """
    every = list(in_directory() if carers is None else carers)
    facts, sent = facts_of_all(every), waiting_of(every)
    until = on + timedelta(days=within)
    found = [
        ending
        for carer in every
        for ending in endings_of(carer, standing_of(facts[carer.pk], on), sent.get(carer.pk, []))
        if ending.last_day <= until
    ]
    return sorted(found, key=lambda ending: (ending.goes_on, ending.carer.name, ending.requirement.slug))


def waiting_of(carers: Iterable[Carer]) -> dict[int, list[Evidence]]:
    rows: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.undecided().filter(carer__in=[carer.pk for carer in carers]).order_by("sent_at"):
        rows.setdefault(row.carer_id, []).append(row)
    return rows


def endings_of(carer: Carer, now: Standing, sent: Iterable[Evidence] = ()) -> Iterator[Ending]:
    """Of one carer, whatever the day on which each ends. `sent` is what the team has not decided of theirs."""
    undecided = list(sent)
    for need in now.needs:
        met = current(need.met, now.on)
        if met is None or met[0] > now.on or met[1] == LAST:
            continue
        goes_on = met[1] + DAY
        effect, services = effect_of(need, now, goes_on)
        answer = next((row for row in undecided if answers(row, need)), None)
        yield Ending(now.on, carer, need, last_day_of(need, met[1]), goes_on, effect, services, answer)


def last_day_of(need: Need, met_until: date) -> date:
    """Of the papers whose days of grace end then; else that day itself, the last before it is asked."""
    grace = need.requirement.grace
    return next((last for _first, last in need.shown if later(last, grace) == met_until), met_until)


def answers(row: Evidence, need: Need) -> bool:
    asked = need.requirement
    return row.requirement in {asked.slug, *asked.also} and row.worker_id == (need.person.pk if need.person else None)


def effect_of(need: Need, now: Standing, day: date) -> tuple[str, tuple[str, ...]]:
    """What goes on that day for want of it; a listing none of whose services is left hides too."""
    if hides(need.requirement):
        return HIDES, ()
    gone = tuple(service for service in now.services if drops(need.requirement, service))
    left = [service for service, days in now.services.items() if service not in gone and holds(days, day)]
    if not gone:
        return TELLS, ()
    return (DROPS if left else HIDES), gone


def dropped_for_want_of(now: Standing) -> Iterator[Need]:
    """What is lacking that day without which a service is not shown, though the listing is."""
    for need in now.needs:
        if not holds(need.met, now.on) and any(drops(need.requirement, service) for service in now.services):
            yield need
