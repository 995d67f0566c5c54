"""Who is public on a day and what is said on it, worked out day by day and apart from the portal.

It imports nothing of it: of each paper it is told the days, as a member of the team would write them on a wall chart.
Every question is answered by walking over single days.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
THRESHOLDS = (60, 30, 14, 7, 1)
JOIN = {20: 10, 27: 3}  # days after a certificate's date: days left of the thirty
TEAM_AT, TOO_LATE, FAR = 7, 28, 62


class Rule(NamedTuple):
    """One thing that the scheme asks for; what its end does; of whom it is; days of grace."""

    slug: str
    does: str = "hide"
    of: str = "business"
    grace: int = 0
    needed_for: str = ""


RULES = (
    Rule("identity", of="worker"),
    Rule("enhanced-dbs", of="worker"),
    Rule("public-liability"),
    Rule("hmrc", grace=28),
    Rule("car-insurance", does="drop", of="worker", needed_for="transport"),
    Rule("safeguarding", of="worker"),
    Rule("references"),
    Rule("code"),
    Rule("contingency", grace=28),
    Rule("data-protection", does="tell"),
)


class Word(NamedTuple):
    """Something to be said: of which person (0: the business) and rule, of which last day, how long before, to whom."""

    worker: int
    slug: str
    last: date
    before: int
    to: str


@dataclass
class Chart:
    """What is known of one carer."""

    offers: set[str]
    keeps_records: bool = False
    workers: dict[int, tuple[date, date | None]] = field(default_factory=dict)  # from, and not from that day on
    papers: dict[tuple[str, int], list[tuple[date, date]]] = field(default_factory=dict)
    with_team: set[tuple[str, int]] = field(default_factory=set)
    certificates: dict[int, list[tuple[date, str, int]]] = field(default_factory=dict)
    paused_until: date | None = None
    suspended: bool = False
    left: bool = False

    # --- the days ---------------------------------------------------------------------------------------

    def works(self, worker: int, day: date) -> bool:
        begins, stands_down = self.workers[worker]
        return begins <= day and (stands_down is None or day < stands_down)

    def asked(self) -> Iterator[tuple[Rule, int]]:
        for rule in RULES:
            if rule.needed_for and rule.needed_for not in self.offers:
                continue
            if rule.slug == "data-protection" and not self.keeps_records:
                continue
            for worker in self.workers if rule.of == "worker" else (0,):
                yield rule, worker

    def shown(self, rule: Rule, worker: int, day: date, grace: int = 0) -> bool:
        """Whether one of its papers holds that day, or did so few enough days before."""
        papers = self.papers.get((rule.slug, worker), ())
        return any(first <= day and (day - last).days <= grace for first, last in papers)

    def fine(self, rule: Rule, worker: int, day: date, grace: int = 0) -> bool:
        return bool(worker and not self.works(worker, day)) or self.shown(rule, worker, day, grace)

    # --- what the public sees ---------------------------------------------------------------------------

    def public(self, day: date) -> set[str]:
        """The services that the page shows; empty where there is no page."""
        paused = self.paused_until is not None and day < self.paused_until
        if self.left or self.suspended or paused or not any(self.works(worker, day) for worker in self.workers):
            return set()
        lacking = {rule for rule, worker in self.asked() if not self.fine(rule, worker, day, rule.grace)}
        if any(rule.does == "hide" for rule in lacking):
            return set()
        return self.offers - {rule.needed_for for rule in lacking if rule.does == "drop"}

    # --- what is said -----------------------------------------------------------------------------------

    def words(self, day: date, code_told: dict[date, date]) -> set[Word]:
        """All that a run of that day has to say, if it was not said before."""
        if self.left:
            return set()
        found = {word for rule, worker in self.asked() for word in self._of(rule, worker, day, code_told)}
        return found | set(self._joins(day))

    def _of(self, rule: Rule, worker: int, day: date, code_told: dict[date, date]) -> Iterator[Word]:
        if not self.fine(rule, worker, day, rule.grace):
            gone = self._last_fine_before(rule, worker, day, rule.grace)
            yield from self._to_both(rule, worker, gone) if gone else ()
            return
        thresholds: tuple[int, ...] = THRESHOLDS
        in_grace = not self.fine(rule, worker, day)
        if in_grace:
            ended = self._last_fine_before(rule, worker, day, 0)
            yield from self._to_both(rule, worker, ended) if ended else ()
            thresholds = tuple(days for days in THRESHOLDS if days < rule.grace)
        last = self._fine_until(rule, worker, day, rule.grace if in_grace else 0)
        if last is None:
            return
        left = (last - day).days
        passed = [days for days in thresholds if days >= left]
        told = code_told.get(last) if rule.slug == "code" else None
        overtaken = bool(passed and told and last - timedelta(days=min(passed)) <= told)
        if passed and not overtaken and (rule.slug, worker) not in self.with_team:
            yield Word(worker, rule.slug, last, min(passed), "carer")
        if left <= TEAM_AT:
            yield Word(worker, rule.slug, last, TEAM_AT, "team")

    def _to_both(self, rule: Rule, worker: int, last: date) -> Iterator[Word]:
        for to in ("carer", "team"):
            yield Word(worker, rule.slug, last, 0, to)

    def _last_fine_before(self, rule: Rule, worker: int, day: date, grace: int) -> date | None:
        for back in range(1, TOO_LATE + 1):
            if self.fine(rule, worker, day - back * DAY, grace):
                return day - back * DAY
        return None

    def _fine_until(self, rule: Rule, worker: int, day: date, grace: int) -> date | None:
        """The last of the days in a row; none where that is far away."""
        for on in range(1, FAR):
            if not self.fine(rule, worker, day + on * DAY, grace):
                return day + (on - 1) * DAY
        return None

    def _joins(self, day: date) -> Iterator[Word]:
        for worker, sent in self.certificates.items():
            if not sent or not self.works(worker, day):
                continue
            dated, joined, _number = sent[-1]
            age = (day - dated).days
            if joined != "yes" and min(JOIN) <= age <= 30:
                left = JOIN[max(after for after in JOIN if after <= age)]
                yield Word(worker, "update-service", dated + 30 * DAY, left, "carer")
