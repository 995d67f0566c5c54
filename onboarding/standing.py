"""Who may be listed: `standing(carer, on)`, worked out from what was accepted and nothing else.

Pure but for `facts_of` and `facts_of_all`, which read: the rules in force, the approved services (before a first
approval those asked for), the workers, and every accepted paper that was not withdrawn. Of each requirement the
stretches of its papers are put together, so a shorter paper never shortens cover. `onboarding.settling` writes the
result into the listing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, reduce
from itertools import combinations, pairwise
from typing import TypeVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import ListingService
from onboarding import rules
from onboarding.models import Carer, CodeAgreement, CodeOfPractice, Evidence, Worker
from onboarding.requirements import CODE, LEVELS, OTHER_WORKFORCE, Business, Requirement, Requirements
from onboarding.stretches import ALWAYS, DAY, FIRST, LAST, NEVER, Stretches, current, holds, later, meet, union, without

OfCarer = TypeVar("OfCarer", Worker, Evidence, CodeAgreement)

NOBODY_WORKS = gettext_lazy("Nobody works in the business yet")
NOTHING_OFFERED = gettext_lazy("It is not said yet what the business would like to offer")


@dataclass(frozen=True)
class Person:
    """A worker, as far as standing asks."""

    pk: int
    first_name: str
    works_from: date
    stood_down_on: date | None = None

    @property
    def working(self) -> Stretches:
        return union([(self.works_from, self.stood_down_on - DAY if self.stood_down_on else LAST)])


@dataclass(frozen=True)
class Paper:
    """What one accepted piece of evidence says: of what, of whom, for which days, and when the council saw it."""

    requirement: str
    worker: int | None
    first: date
    last: date
    seen_on: date
    level: int = 0
    detail_en: str = ""
    detail_cy: str = ""


@dataclass(frozen=True)
class Facts:
    """All that standing depends on. `listed_on` is the day the listing was first public, none before."""

    requirements: Requirements
    services: frozenset[str]
    people: tuple[Person, ...]
    papers: tuple[Paper, ...] = ()
    keeps_records: bool = False
    listed_on: date | None = None

    @property
    def business(self) -> Business:
        """With everybody who ever works in it: what is asked of a team is asked on the days when it is one."""
        return self.requirements.business(self.services, workers=len(self.people), keeps_records=self.keeps_records)


@dataclass(frozen=True)
class Need:
    """One requirement of the business or of one person, the days it is asked, and the papers that answer it."""

    requirement: Requirement
    person: Person | None
    papers: tuple[Paper, ...]
    asked: Stretches = ALWAYS
    bound_from: date = FIRST

    @cached_property
    def shown(self) -> Stretches:
        """The days its papers hold."""
        return union((paper.first, paper.last) for paper in self.papers)

    @cached_property
    def met(self) -> Stretches:
        """The days on which nothing is hidden for want of it: days of grace, days before it binds, days off too."""
        graced = ((first, later(last, self.requirement.grace)) for first, last in self.shown)
        unbound = [(FIRST, self.bound_from - DAY)] if self.bound_from > FIRST else []
        return union(graced, unbound, without(self.asked))

    def asked_since(self, on: date) -> bool:
        """Whether it is asked on that day or on a later one."""
        return current(self.asked, on) is not None

    def lapsed_on(self, on: date) -> date | None:
        """The last day of the papers that ended before that day, if there are any."""
        return max((last for _first, last in self.shown if last < on), default=None)


@dataclass(frozen=True)
class Reason:
    """Why the listing, or a service, is not there on a day; `str()` says it in the active language."""

    on: date
    need: Need | None = None
    words: Promise | str = ""

    def __str__(self) -> str:
        """“Safeguarding training (Jan) ended on 3 May 2026”."""
        if self.need is None:
            return str(self.words)
        said = {"what": str(self.need.requirement), "who": self.need.person.first_name if self.need.person else ""}
        if ended := self.need.lapsed_on(self.on):
            said["day"] = date_format(ended)
            return (_("%(what)s (%(who)s) ended on %(day)s") if said["who"] else _("%(what)s ended on %(day)s")) % said
        if starts := current(self.need.shown, self.on):
            said["day"] = date_format(starts[0])
            return (
                _("%(what)s (%(who)s) starts on %(day)s") if said["who"] else _("%(what)s starts on %(day)s")
            ) % said
        return (_("%(what)s (%(who)s) is not there yet") if said["who"] else _("%(what)s is not there yet")) % said


@dataclass(frozen=True)
class Standing:
    """What follows from the facts on a day. Dates in `days` are those on which the listing may be public."""

    on: date
    facts: Facts
    needs: tuple[Need, ...]
    days: Stretches
    services: dict[str, Stretches] = field(default_factory=dict)

    @property
    def may_be_listed(self) -> bool:
        return holds(self.days, self.on)

    @property
    def stretch(self) -> tuple[date, date] | None:
        """The stretch that holds the day, else the next one."""
        return current(self.days, self.on)

    @property
    def team(self) -> list[Person]:
        """Who works that day."""
        return [person for person in self.facts.people if holds(person.working, self.on)]

    def service_stretch(self, slug: str) -> tuple[date, date] | None:
        return current(self.services.get(slug, NEVER), self.on)

    @property
    def services_now(self) -> frozenset[str]:
        """Those that may be shown that day, if the listing may."""
        return frozenset(slug for slug, days in self.services.items() if holds(days, self.on))

    @property
    def reasons(self) -> list[Reason]:
        """Why the listing may not be public that day; empty where it may."""
        found = [Reason(self.on, need) for need in self.needs if hides(need.requirement) and self._lacks(need)]
        if not self.team:
            found.append(Reason(self.on, words=NOBODY_WORKS))
        if not self.facts.services:
            found.append(Reason(self.on, words=NOTHING_OFFERED))
        elif not self.services_now and not found:
            found += [Reason(self.on, need) for need in self.needs if self._lacks(need) and self._drops_any(need)]
        return found

    def reasons_for(self, service: str) -> list[Reason]:
        """Why this service may not be shown that day."""
        return [Reason(self.on, need) for need in self.needs if drops(need.requirement, service) and self._lacks(need)]

    def _drops_any(self, need: Need) -> bool:
        return any(drops(need.requirement, service) for service in self.services)

    def _lacks(self, need: Need) -> bool:
        return not holds(need.met, self.on)

    @property
    def next_change(self) -> date | None:
        """The next day on which the listing or a service comes or goes by itself."""
        edges = [edge for days in (self.days, *self.services.values()) for edge in _edges(days) if edge > self.on]
        return min(edges, default=None)


def _edges(days: Stretches) -> Iterator[date]:
    for first, last in days:
        yield first
        if last < LAST:
            yield last + DAY


def hides(requirement: Requirement) -> bool:
    return requirement.lapse == "hide" and not requirement.optional


def drops(requirement: Requirement, service: str) -> bool:
    return requirement.lapse == "drop" and not requirement.optional and requirement.needs(service)


def standing(carer: Carer, on: date) -> Standing:
    return standing_of(facts_of(carer), on)


def standing_of(facts: Facts, on: date) -> Standing:
    needs = tuple(needs_of(facts))
    working = union(*(person.working for person in facts.people))
    listed = _all(working, *(need.met for need in needs if hides(need.requirement)))
    services = {
        service: _all(ALWAYS, *(need.met for need in needs if drops(need.requirement, service)))
        for service in sorted(facts.services)
    }
    # A listing whose every service is gone has nothing to say.
    still = tuple(need for need in needs if need.asked_since(on))
    return Standing(on, facts, still, meet(listed, union(*services.values())), services)


def _all(*sets: Stretches) -> Stretches:
    return reduce(meet, sets)


def needs_of(facts: Facts) -> Iterator[Need]:
    """Every requirement that applies, in the scheme's order, of the business or of each person."""
    business = facts.business
    for requirement in facts.requirements.applying(business):
        people = facts.people if requirement.of == "worker" else (None,)
        for person in people:
            papers = tuple(papers_for(requirement, person, facts, business))
            asked = asked_on(requirement, person, facts.people)
            yield Need(requirement, person, papers, asked, bound_from(requirement, facts.listed_on))


def asked_on(requirement: Requirement, person: Person | None, people: tuple[Person, ...]) -> Stretches:
    """Of a person on the days they work; of a team on the days when at least two do; else always."""
    if person:
        return person.working
    if requirement.of_a_team:
        return union(*(meet(one.working, other.working) for one, other in combinations(people, 2)))
    return ALWAYS


def papers_for(requirement: Requirement, person: Person | None, facts: Facts, business: Business) -> Iterator[Paper]:
    answers, worker = {requirement.slug, *requirement.also}, person.pk if person else None
    level = business.level if requirement.facts == "dbs" else 0
    for paper in facts.papers:
        if paper.requirement in answers and paper.worker == worker and paper.level >= level:
            yield paper


def bound_from(requirement: Requirement, listed_on: date | None) -> date:
    """The day from which somebody listed since then, or not listed yet, must have it."""
    since = requirement.since or FIRST
    if listed_on and listed_on < since:
        return requirement.existing_by or since
    return since


# --- reading ---------------------------------------------------------------------------------------------


def facts_of(carer: Carer) -> Facts:
    return facts_of_all([carer])[carer.pk]


def facts_of_all(carers: Iterable[Carer], *, versions: Iterable[CodeOfPractice] | None = None) -> dict[int, Facts]:
    """Of each by its number, in as many statements as for one, where their listings were joined.

    `versions` are those of the Code, in order: those that are published, unless said.
    """
    every, in_force, files = list(carers), rules.in_force(), rules.of_files()
    asked = {**files.by_slug, **in_force.by_slug}
    numbers = [carer.pk for carer in every]
    workers = by_carer(Worker.objects.current().filter(carer__in=numbers))
    papers = by_carer(Evidence.objects.accepted().filter(carer__in=numbers).exclude(requirement=CODE))
    signed = by_carer(CodeAgreement.objects.filter(carer__in=numbers).select_related("code"))
    if versions is None:
        versions = CodeOfPractice.objects.published().order_by("number") if signed else ()
    versions = list(versions)
    approved = [carer.listing for carer in every if carer.listing and carer.listing.published_at]
    offered: dict[int, set[str]] = {listing.pk: set() for listing in approved}
    for listing, service in ListingService.objects.filter(listing__in=offered).values_list("listing", "service"):
        offered[listing].add(service)
    return {
        carer.pk: Facts(
            requirements=in_force,
            services=frozenset(offered.get(carer.listing_id or 0, carer.services)),
            people=tuple(person_of(worker) for worker in workers.get(carer.pk, ())),
            papers=(*papers_of(papers.get(carer.pk, ()), asked), *signatures(signed.get(carer.pk, ()), versions)),
            keeps_records=bool(carer.keeps_records),
            listed_on=first_public(carer),
        )
        for carer in every
    }


def asking(facts: Facts) -> Facts:
    """The same under the files' requirements: what is asked for, which may not be in force yet."""
    return replace(facts, requirements=rules.of_files())


def by_carer(rows: Iterable[OfCarer]) -> dict[int, list[OfCarer]]:
    found: dict[int, list[OfCarer]] = {}
    for row in rows:
        found.setdefault(row.carer_id, []).append(row)
    return found


def first_public(carer: Carer) -> date | None:
    published = carer.listing.published_at if carer.listing else None
    return timezone.localdate(published) if published else None


def person_of(worker: Worker) -> Person:
    return Person(worker.pk, worker.first_name, worker.works_from, worker.stood_down_on)


def papers_of(rows: Iterable[Evidence], asked: Mapping[str, Requirement]) -> Iterator[Paper]:
    """Of what is asked, or still counts."""
    return (paper_of(row, asked[row.requirement]) for row in rows if row.requirement in asked)


def paper_of(row: Evidence, requirement: Requirement | None = None) -> Paper:
    """What it says of the requirement it answers; that may stand in the rules in force and in no file any more."""
    assert row.valid_from is not None  # noqa: S101 (the database holds accepted rows to both)
    assert row.seen_on is not None  # noqa: S101
    dbs = (requirement or row.asked).facts == "dbs"
    level = dbs_level(row) if dbs else 0
    detail = dbs_detail(row, level) if dbs else OWN_WORD if row.how == Evidence.How.DECLARED else ("", "")
    last = row.valid_until or LAST
    return Paper(row.requirement, row.worker_id, row.valid_from, last, row.seen_on, level, *detail)


def dbs_level(row: Evidence) -> int:
    """What it checked about work with adults: the public reads “Adult workforce” beside an enhanced one."""
    level = LEVELS.index(row.facts["level"])
    return min(level, LEVELS.index("basic")) if row.fact("workforce") == OTHER_WORKFORCE else level


def dbs_detail(row: Evidence, level: int) -> tuple[str, str]:
    """Nobody saw a certificate at a status check: the public reads that its day was one."""
    detail = DBS_DETAILS[LEVELS[level]]
    if row.how == Evidence.How.CHECKED and all(detail):
        return f"{detail[0]}, status check", f"{detail[1]}, gwiriad statws"
    return detail


# What the trust panel adds: which DBS check it was, and what nobody but the carer says.
DBS_DETAILS = {
    "none": ("", ""),
    "basic": ("", ""),
    "enhanced": ("Adult workforce", "Gweithlu oedolion"),
    "enhanced-barred": ("Adult workforce and barred list", "Gweithlu oedolion a’r rhestr wahardd"),
}
OWN_WORD = ("Their own declaration", "Eu datganiad eu hunain")


def signatures_of(carer: Carer) -> Iterator[Paper]:
    versions = CodeOfPractice.objects.published().order_by("number")
    return signatures(carer.agreements.select_related("code"), versions)


def signatures(agreements: Iterable[CodeAgreement], versions: Iterable[CodeOfPractice]) -> Iterator[Paper]:
    """A signature stands until the end of the day by which the next version must be signed."""
    ends = {this.number: following.sign_by for this, following in pairwise(versions)}
    for agreement in agreements:
        yield signature(agreement, ends.get(agreement.code.number))


def signature(agreement: CodeAgreement, sign_next_by: date | None) -> Paper:
    number = agreement.code.number
    words = f"Version {number}, signed", f"Fersiwn {number}, wedi’i lofnodi"
    return Paper(CODE, None, agreement.signed_on, sign_next_by or LAST, agreement.signed_on, 0, *words)


def latest(papers: Iterable[Paper], on: date) -> Paper | None:
    """The one that was seen last, of those seen by that day."""
    return max((paper for paper in papers if paper.seen_on <= on), key=lambda paper: paper.seen_on, default=None)
