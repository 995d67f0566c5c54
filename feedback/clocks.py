"""The clocks of a case: begun, met, paused, extended, stopped; what is late, and what a new bank holiday moves.

Every verb writes an event with its reason, where it has one. `feedback.rules` says how long and by which law.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit.recording import Actor, record
from feedback.events import add
from feedback.models import BankHoliday, Case, CaseEvent, Clock
from feedback.models.cases import State
from feedback.rules import OTHERS, Rule, begun_by, rule_of
from feedback.working_days import calendar

What = CaseEvent.What
FIRST_DAYS_OF_LIFE = 60  # the furthest back a one-off bank holiday may be added


class ClockRefused(Exception):
    """This clock does not take that; the message says why."""


def rule(clock: Clock) -> Rule:
    """Raises `LookupError` for a clock of a kind that the case is no more."""
    return rule_of(clock.rule, clock.case.kind, settings.SCHEME.nation)


def begin(case: Case, event: str, *, on: date) -> list[Clock]:
    """Starts what this event starts; what runs already runs on."""
    days, running = calendar(), set(case.clocks.running().values_list("rule", flat=True))
    return [
        Clock.objects.create(case=case, rule=one.slug, began_on=on, due_on=one.due(on, days))
        for one in begun_by(event, case.kind, settings.SCHEME.nation)
        if one.slug not in running
    ]


def meet(case: Case, slug: str, *, on: date) -> None:
    """What it asks for was done that day. Nothing where it does not run."""
    case.clocks.running().filter(rule=slug).update(met_on=on, paused_on=None)


def stop(case: Case, *slugs: str, on: date) -> None:
    """They do not apply any more; all of them where none is named."""
    running = case.clocks.running()
    (running.filter(rule__in=slugs) if slugs else running).update(stopped_on=on, paused_on=None)


@transaction.atomic
def pause(clock: Clock, *, by: Actor, on: date, reason: str) -> None:
    """Raises `ClockRefused` where it may not be paused, is not running, or no reason is given."""
    clock = _held(clock, reason)
    if not rule(clock).may_pause:
        raise ClockRefused(f"“{rule(clock).what}” cannot be paused: {rule(clock).law}.")
    if clock.paused_on:
        raise ClockRefused("It is paused already.")
    clock.paused_on = on
    clock.save(update_fields=["paused_on"])
    _say(clock, by, reason, "paused")


@transaction.atomic
def go_on(clock: Clock, *, by: Actor, on: date, reason: str) -> None:
    """What was left of it when it was paused is left of it now. Raises `ClockRefused`."""
    clock = _held(clock, reason)
    if clock.paused_on is None:
        raise ClockRefused("It is not paused.")
    clock.due_on = _moved(clock, clock.paused_on, on)
    clock.paused_on = None
    clock.save(update_fields=["paused_on", "due_on"])
    _say(clock, by, reason, "gone-on")


def _moved(clock: Clock, paused_on: date, on: date) -> date:
    if rule(clock).unit != "working days":
        return max(on, clock.due_on + (on - paused_on))
    days = calendar()
    left = days.between(paused_on, clock.due_on)
    return days.after(on, left) if left > 0 else on


@transaction.atomic
def extend(clock: Clock, *, by: Actor, until: date, reason: str, on: date) -> None:
    """Raises `ClockRefused` where it may not be extended, or `until` is no later than it is now or than today."""
    clock = _held(clock, reason)
    law = rule(clock)
    if not law.may_extend:
        raise ClockRefused(f"“{law.what}” cannot be extended: {law.law}.")
    if until <= max(clock.due_on, on):
        raise ClockRefused(f"Choose a day after {max(clock.due_on, on):%-d %B %Y}.")
    clock.due_on, clock.extended, clock.escalated_at = until, True, None
    clock.save(update_fields=["due_on", "extended", "escalated_at"])
    _say(clock, by, reason, "extended")


def _held(clock: Clock, reason: str) -> Clock:
    if not reason.strip():
        raise ClockRefused("Say why.")
    found = Clock.objects.running().select_for_update().select_related("case").filter(pk=clock.pk).first()
    if found is None:
        raise ClockRefused("It does not run any more.")
    return found


def _say(clock: Clock, by: Actor, reason: str, how: str) -> None:
    data = {"clock": clock.rule, "how": how, "due": clock.due_on.isoformat()}
    add(clock.case, What.CLOCK, by=by, words=reason.strip(), data=data)
    record("case.clock_changed", by=by, target=clock.case, clock=clock.rule, how=how, due=clock.due_on)


def late(on: date) -> QuerySet[Clock]:
    """Those of the team that are past their last day, of cases that are under way."""
    rows = Clock.objects.late(on).exclude(rule__in=OTHERS).exclude(case__state__in=[State.ASIDE, State.MERGED])
    return rows.select_related("case__listing", "case__handler")


def next_due(case: Case) -> Clock | None:
    """The one of the team that ends first."""
    running = [clock for clock in case.clocks.all() if not (clock.met_on or clock.stopped_on or clock.paused_on)]
    return min((clock for clock in running if clock.rule not in OTHERS), key=lambda one: one.due_on, default=None)


# --- one-off bank holidays -------------------------------------------------------------------------------


@transaction.atomic
def add_bank_holiday(*, day: date, name: str, by: Actor, on: date) -> BankHoliday:
    """A day more on which nobody works: what runs over it in working days ends later. Raises `ClockRefused`."""
    if not name.strip():
        raise ClockRefused("Give the day a name.")
    if (on - day).days > FIRST_DAYS_OF_LIFE:
        raise ClockRefused(f"A day more than {FIRST_DAYS_OF_LIFE} days ago moves nothing.")
    if not calendar().is_working(day):
        raise ClockRefused("Nobody works on that day already.")
    holiday = BankHoliday.objects.create(day=day, name=name.strip())
    over = _over(day)
    for clock in over:
        _move_to(clock, calendar().after(clock.due_on, 1))
    record("bank_holiday.added", by=by, target=holiday, day=day, moved=len(over))
    return holiday


@transaction.atomic
def take_away_bank_holiday(holiday: BankHoliday, *, by: Actor) -> None:
    """It was a slip. What it had moved ends as it did."""
    record("bank_holiday.taken_away", by=by, target=holiday, day=holiday.day)
    holiday.delete()
    for clock in _over(holiday.day):
        _move_to(clock, calendar().before(clock.due_on))


def _over(day: date) -> list[Clock]:
    """Those in working days that run over it. One that was extended to a day keeps that day."""
    running = Clock.objects.running().filter(began_on__lt=day, due_on__gte=day, extended=False).select_related("case")
    return [clock for clock in running if rule(clock).unit == "working days"]


def _move_to(clock: Clock, day: date) -> None:
    clock.due_on = day
    clock.save(update_fields=["due_on"])
