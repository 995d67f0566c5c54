"""Before a mass change: whom a change of what standing depends on would take out of the directory, or a service from.

Asked of every day that is to come, not only of today: a new requirement that binds next year, and a version of the Code
that must be signed by then, move people on that day. What nobody sees today counts for nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet

from directory import vocabulary
from onboarding.models import Carer
from onboarding.papers import NotNow
from onboarding.standing import Facts, Reason, Standing, standing_of
from onboarding.stretches import NEVER, Stretches, current, meet, without

FEW = 3  # so many carers may be moved by a change without anybody's word


class NotConfirmed(NotNow):
    """More carers are moved than may be without a manager's word, or another number than the one they confirmed."""

    def __init__(self, number: int):
        super().__init__(f"{counted(number)} by it. Look at who they are, and confirm that number.")
        self.number = number


@dataclass(frozen=True)
class Loss:
    """From that day a listing is not there that otherwise would be, or, where there are any, these services of it."""

    carer: Carer
    day: date
    services: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def what(self) -> str:
        return f"loses {named(self.services)}" if self.services else "is hidden"


def counted(number: int) -> str:
    return (
        "1 carer would be hidden, or lose a service,"
        if number == 1
        else (f"{number} carers would be hidden, or lose a service,")
    )


def named(services: Iterable[str]) -> str:
    return ", ".join(vocabulary.SERVICES[slug].en for slug in services)


def in_directory() -> QuerySet[Carer]:
    """Whose listing was approved and has not ended. Who is suspended is not seen, whatever the rules say."""
    shown = Carer.objects.filter(
        left_at=None, listing__published_at__isnull=False, listing__ended_at=None, listing__suspended_at=None
    )
    return shown.select_related("listing", "owner").order_by("name", "pk")


def hold_everybody() -> None:
    """Nothing that standing reads changes until the transaction ends; in the order in which others take these locks."""
    list(Carer.objects.select_for_update().filter(left_at=None).order_by("pk").values_list("pk", flat=True))


def check(losses: list[Loss], confirmed: int | None) -> None:
    """Raises `NotConfirmed` unless that is the number; without one, for more than a few."""
    number = len(losses)
    if number != confirmed and (confirmed is not None or number > FEW):
        raise NotConfirmed(number)


def losses(carers: Iterable[Carer], before: dict[int, Facts], after: dict[int, Facts], *, on: date) -> Iterator[Loss]:
    for carer in carers:
        was, will = (standing_of(facts[carer.pk], on) for facts in (before, after))
        if found := loss(carer, was, will):
            yield found


def loss(carer: Carer, was: Standing, will: Standing) -> Loss | None:
    """What one carer loses; where the listing goes some day, that."""
    if day := first(gone(was.days, will.days), was.on):
        return Loss(carer, day, (), tuple(replace(will, on=day).reasons))
    days = {
        slug: first(gone(meet(was.days, of), will.services.get(slug, NEVER)), was.on)
        for slug, of in was.services.items()
    }
    lost = {slug: day for slug, day in days.items() if day}
    if not lost:
        return None
    day = min(lost.values())
    on_the_day = replace(will, on=day)
    reasons = dict.fromkeys(reason for slug in lost for reason in on_the_day.reasons_for(slug))
    return Loss(carer, day, tuple(sorted(lost)), tuple(reasons))


def gone(was: Stretches, will: Stretches) -> Stretches:
    return meet(was, without(will))


def first(days: Stretches, on: date) -> date | None:
    """The first of these days that has not passed."""
    stretch = current(days, on)
    return max(stretch[0], on) if stretch else None
