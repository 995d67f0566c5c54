"""Months counted as people count them."""

from calendar import monthrange
from datetime import date

from onboarding.stretches import DAY


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(day: date, months: int) -> date:
    """A paper of 30 March 2026 for 12 months is good to the end of 29 March 2027."""
    return add_months(day, months) - DAY
