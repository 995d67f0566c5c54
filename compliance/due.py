"""What is to be said on a day of what ends, or has ended: chosen here and said by `compliance.reminding`.

Pure. Each requirement reminds by its thresholds, days before its last day; 0 is the word on the day after. One with
days of grace counts twice: to the last day of its papers, and then to the last day on which the listing is shown
without them. After an outage the nearest threshold that has passed stands alone: those before it were overtaken, and
are never made up for (architecture, rule 6).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.lapsing import DROPS, HIDES, Ending, answers, effect_of, endings_of, is_listed, last_day_of
from directory import vocabulary
from onboarding.fact_frame import JOIN_WITHIN
from onboarding.models import Carer, Evidence, Worker
from onboarding.requirements import CODE, LEVELS, Requirement
from onboarding.standing import Standing
from onboarding.stretches import DAY, holds
from onboarding.tasks import address_of

TEAM_AT = 7  # days before: the team gets in touch
CAUGHT_UP = timedelta(days=28)  # what was over longer ago is said no more
UPDATE_SERVICE = "update-service"
NOT_JOINED = ("will", "no")
JOIN_AT = (10, 3)  # days before the Update Service closes to a certificate: 20 and 27 after its date


@dataclass(frozen=True)
class Due:
    """One thing to be said of what ends: `threshold` days before `last_day`, or 0 after it."""

    ending: Ending
    last_day: date
    threshold: int

    @property
    def slug(self) -> str:
        return self.ending.requirement.slug

    @property
    def worker_id(self) -> int:
        return self.ending.worker_id

    @property
    def address(self) -> str:
        """Of the task that renews it."""
        return address_of(self.slug, self.worker_id or None)

    @property
    def what(self) -> str:
        return of_whom(self.ending.requirement, self.ending.person.first_name if self.ending.person else "")

    @property
    def is_gone(self) -> bool:
        """Whether the listing, or a service of it, is gone for want of it."""
        there = self.threshold == 0 and self.last_day + DAY == self.ending.goes_on
        return there and self.ending.effect in (HIDES, DROPS) and is_listed(self.ending.carer)

    @property
    def took_the_page(self) -> bool:
        return self.is_gone and self.ending.hides

    @property
    def words(self) -> str:
        """What ends when and what that does, in the active language."""
        with_team = _("What you sent is with the team.") if self.ending.sent else ""
        return " ".join(part for part in (self.happens, self._does(), with_team) if part)

    @property
    def for_team(self) -> str:
        """The same in the admin's language, which is English."""
        sent = "What they sent waits for a decision." if self.ending.sent else "Nothing new was sent."
        return f"{self.ending.what}: {self.ending.words}. {sent}"

    @property
    def happens(self) -> str:
        ended = self.threshold == 0 or self.last_day > self.ending.last_day
        said = {"what": self.what, "day": date_format(self.ending.last_day)}
        if not holds(self.ending.need.shown, self.ending.last_day):
            said["day"] = date_format(self.ending.last_day + DAY)
            return (
                _("%(what)s is asked for since %(day)s.") if ended else _("%(what)s is asked for from %(day)s.")
            ) % said
        if self.slug == CODE:
            late = _("The new version of the Code of Practice was to be signed by the end of %(day)s.")
            return (late if ended else _("Sign the new version of the Code of Practice by the end of %(day)s.")) % said
        if self.ending.requirement.facts == "dbs":  # a certificate has no end by law
            late = _("%(what)s: the one that you showed us counted until %(day)s.")
            return (late if ended else _("%(what)s: the one that you showed us counts until %(day)s.")) % said
        return (_("%(what)s ended on %(day)s.") if ended else _("%(what)s ends on %(day)s.")) % said

    def _does(self) -> str:
        ending = self.ending
        if not is_listed(ending.carer):
            return ""
        said = {"day": date_format(ending.goes_on), "services": in_words(ending.services)}
        if ending.effect == HIDES:
            gone = _("Your page is not shown until this is in order.")
            return (
                gone
                if self.is_gone
                else _("If it is not in order by then, your page is not shown from %(day)s.") % said
            )
        if ending.effect == DROPS:
            gone = _("Until it is in order, your page does not show this: %(services)s.")
            soon = _("If it is not in order by then, your page does not show this from %(day)s: %(services)s.")
            return (gone if self.is_gone else soon) % said
        return ""


@dataclass(frozen=True)
class Join:
    """The Update Service is open to a certificate for thirty days from its date."""

    requirement: Requirement
    worker: Worker
    last_day: date
    threshold: int
    slug = UPDATE_SERVICE
    is_gone = took_the_page = False

    @property
    def worker_id(self) -> int:
        return self.worker.pk

    @property
    def address(self) -> str:
        return address_of(self.requirement.slug, self.worker.pk)

    @property
    def what(self) -> str:
        return _("DBS Update Service (%(who)s)") % {"who": self.worker.first_name}

    @property
    def words(self) -> str:
        said = {"who": self.worker.first_name, "day": date_format(self.last_day)}
        return (
            _(
                "DBS Update Service (%(who)s): the certificate can join until %(day)s. Then we can see whether it is "
                "still current without another check. If it has joined already, there is nothing to do."
            )
            % said
        )


Said = Due | Join


def of_whom(requirement: Requirement, first_name: str) -> str:
    said = {"what": str(requirement), "who": first_name}
    return _("%(what)s (%(who)s)") % said if first_name else said["what"]


def in_words(services: Iterable[str]) -> str:
    return ", ".join(str(vocabulary.SERVICES[slug]) for slug in services)


# --- choosing --------------------------------------------------------------------------------------------


def for_carer(now: Standing, endings: Iterable[Ending], *, code_told_on: dict[date, date]) -> Iterator[Due]:
    """What the carer is to be told that day, whether or not they were before. What they have sent is with the team,
    and not asked for again until it has ended."""
    for ending in endings:
        yield from ended(ending, now.on)
        told = code_told_on.get(ending.last_day) if ending.requirement.slug == CODE else None
        if not ending.sent and (due := coming(ending, now.on, told)):
            yield due


def for_team(now: Standing, endings: Iterable[Ending]) -> Iterator[Due]:
    """What takes something off a page, or is only told to the team: a week before, and when it has."""
    for ending in endings:
        if ending.requirement.optional or not is_listed(ending.carer):
            continue
        yield from ended(ending, now.on)
        last = counted(ending, now.on)
        if 0 <= (last - now.on).days <= TEAM_AT:
            yield Due(ending, last, TEAM_AT)


def every_ending(carer: Carer, now: Standing, sent: Iterable[Evidence]) -> list[Ending]:
    """What ends, and what has, of somebody who is in the directory or on the way there: on the way only papers do."""
    sent = list(sent)
    if not is_listed(carer):
        return [
            one
            for one in endings_of(carer, now, sent)
            if holds(one.need.shown, one.last_day) and one.last_day >= now.on
        ]
    return [*endings_of(carer, now, sent), *gone(carer, now, sent)]


def gone(carer: Carer, now: Standing, sent: Iterable[Evidence]) -> Iterator[Ending]:
    """What has ended and is lacking that day."""
    sent = list(sent)
    for need in now.needs:
        before = [last for _first, last in need.met if last < now.on]
        if holds(need.met, now.on) or not before:
            continue
        effect, services = effect_of(need, now, now.on)
        answer = next((row for row in sent if answers(row, need)), None)
        yield Ending(now.on, carer, need, last_day_of(need, max(before)), max(before) + DAY, effect, services, answer)


def counted(ending: Ending, on: date) -> date:
    """The day that the thresholds count to: the last of its papers, then the last of its grace."""
    return ending.last_day if on <= ending.last_day else ending.goes_on - DAY


def coming(ending: Ending, on: date, told_on: date | None = None) -> Due | None:
    """The nearest threshold that has passed. `told_on` is a day on which the last day itself was told."""
    last, thresholds = counted(ending, on), ending.requirement.remind
    if last > ending.last_day:  # they have been told of the end of the paper, and not yet of this
        thresholds = tuple(days for days in thresholds if days < (last - ending.last_day).days)
    if last < on:
        return None
    passed = [days for days in thresholds if days >= (last - on).days]
    if not passed or (told_on and last - timedelta(days=min(passed)) <= told_on):
        return None
    return Due(ending, last, min(passed))


def ended(ending: Ending, on: date) -> Iterator[Due]:
    """That its papers have ended, while there is grace; then that its grace has."""
    last = ending.goes_on - DAY if ending.goes_on <= on else ending.last_day
    if on - CAUGHT_UP <= last < on:
        yield Due(ending, last, 0)


def joins(evidence: Iterable[Evidence], working: set[int], on: date) -> Iterator[Join]:
    """Whose certificate can still join the Update Service and who has not said that it did.

    A basic check cannot be kept on it.
    """
    latest: dict[int, Evidence] = {}
    for row in sorted(evidence, key=lambda row: (row.sent_at, row.pk)):
        if row.worker_id and row.worker_id in working and row.asked.facts == "dbs":
            latest[row.worker_id] = row
    for row in latest.values():
        if row.fact("update_service") in NOT_JOINED and level(row) >= LEVELS.index("enhanced"):
            yield from join_of(row, on)


def join_of(row: Evidence, on: date) -> Iterator[Join]:
    if row.dated is None or row.worker is None:
        return
    last = row.dated + JOIN_WITHIN
    passed = [days for days in JOIN_AT if days >= (last - on).days]
    if passed and last >= on:
        yield Join(row.asked, row.worker, last, min(passed))


def level(row: Evidence) -> int:
    return LEVELS.index(row.fact("level")) if row.fact("level") in LEVELS else 0
