"""Working days: not a Saturday or Sunday, Christmas Day, Good Friday or a bank holiday (SI 2014/1794 reg. 2).

Bank holidays are those of the scheme's nation, with the one-off ones that the team adds.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import holidays
from django.conf import settings

from feedback.models import BankHoliday

SUBDIVISION = {"wales": "WLS", "england": "ENG"}
DAY = timedelta(days=1)
SATURDAY = 5


class Calendar:
    """The working days of a nation, with the one-off bank holidays that stood when it was made."""

    def __init__(self, nation: str, one_off: Iterable[date] = ()):
        self.known = holidays.country_holidays("GB", subdiv=SUBDIVISION[nation])
        self.one_off = frozenset(one_off)

    def is_working(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.known and day not in self.one_off

    def after(self, day: date, amount: int) -> date:
        """The so-manieth working day after a day, which itself is not counted. Raises `ValueError` for less than 1."""
        if amount < 1:
            raise ValueError("Count at least one working day.")
        while amount:
            day += DAY
            amount -= self.is_working(day)
        return day

    def before(self, day: date) -> date:
        """The last working day before a day."""
        day -= DAY
        while not self.is_working(day):
            day -= DAY
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days come after the first day, until the last; below 0 where the last is earlier."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_working(first + DAY * number) for number in range(1, (last - first).days + 1))


def calendar() -> Calendar:
    """The scheme's, as it stands now."""
    return Calendar(settings.SCHEME.nation, BankHoliday.objects.values_list("day", flat=True))
