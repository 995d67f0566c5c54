"""Stretches of days, each (first, last), both days whole, and what can be done with sets of them.

A set is sorted, and neither overlaps nor touches itself: (1–3 May), (4–9 May) is (1–9 May).
"""

from collections.abc import Iterable
from datetime import date, timedelta

Stretch = tuple[date, date]
Stretches = tuple[Stretch, ...]

DAY = timedelta(days=1)
FIRST, LAST = date.min, date.max
ALWAYS: Stretches = ((FIRST, LAST),)
NEVER: Stretches = ()


def later(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return LAST if (LAST - day).days <= days else day + timedelta(days=days)


def union(*sets: Iterable[Stretch]) -> Stretches:
    """The days that stand in any of them. A stretch that ends before it begins has none."""
    whole: list[Stretch] = []
    for first, last in sorted(stretch for one in sets for stretch in one if stretch[0] <= stretch[1]):
        if whole and first <= later(whole[-1][1], 1):
            whole[-1] = (whole[-1][0], max(whole[-1][1], last))
        else:
            whole.append((first, last))
    return tuple(whole)


def meet(one: Iterable[Stretch], other: Iterable[Stretch]) -> Stretches:
    """The days that stand in both."""
    others = tuple(other)
    return union((max(a, c), min(b, d)) for a, b in one for c, d in others if max(a, c) <= min(b, d))


def without(days: Iterable[Stretch]) -> Stretches:
    """All other days."""
    gaps, start = [], FIRST
    for first, last in union(days):
        if first > start:
            gaps.append((start, first - DAY))
        if last == LAST:
            return tuple(gaps)
        start = last + DAY
    return (*gaps, (start, LAST))


def current(days: Iterable[Stretch], on: date) -> Stretch | None:
    """The stretch that holds that day, else the next one, else none."""
    return next(((first, last) for first, last in union(days) if last >= on), None)


def holds(days: Iterable[Stretch], on: date) -> bool:
    return any(first <= on <= last for first, last in days)
