"""What happens to a listing when a button is pressed: said beside it, from standing with and without."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format

from directory import vocabulary
from onboarding.models import Carer, Evidence
from onboarding.standing import Facts, Standing, facts_of, paper_of, standing_of
from onboarding.stretches import LAST, holds, later

MOST_NAMED = 3


class Days(NamedTuple):
    """When the council saw a paper, and the days it is to hold."""

    seen_on: date
    first: date
    last: date | None


def of_accepting(evidence: Evidence, days: Days, *, on: date) -> str:
    """Of the paper that holds for these days."""
    facts = facts_of(evidence.carer)
    return sentence(evidence.carer, facts, with_paper(facts, evidence, days), on)


def with_paper(facts: Facts, evidence: Evidence, days: Days) -> Facts:
    held = Evidence(
        requirement=evidence.requirement, worker_id=evidence.worker_id, facts=evidence.facts, how=evidence.how,
        seen_on=days.seen_on, valid_from=days.first, valid_until=days.last,
    )  # fmt: skip
    return replace(facts, papers=(*facts.papers, paper_of(held)))


def shown_after(evidence: Evidence, days: Days, *, on: date) -> frozenset[str] | None:
    """The services that their page would show that day; none where the public would see no page."""
    listing = evidence.carer.listing
    if listing is None or not listing.published_at or listing.ended_at or listing.suspended_at:
        return None
    if listing.paused_until and listing.paused_until > on:
        return None
    now = standing_of(with_paper(facts_of(evidence.carer), evidence, days), on)
    return now.services_now if now.may_be_listed else None


def of_withdrawing(evidence: Evidence, *, on: date) -> str:
    facts = facts_of(evidence.carer)
    papers = list(facts.papers)
    if (gone := paper_of(evidence)) in papers:
        papers.remove(gone)  # another that says the same stays
    return sentence(evidence.carer, facts, replace(facts, papers=tuple(papers)), on)


def of_offering(carer: Carer, services: Iterable[str], *, on: date) -> str:
    """Of other services than those approved."""
    facts = facts_of(carer)
    return sentence(carer, facts, replace(facts, services=frozenset(services)), on)


def sentence(carer: Carer, before: Facts, after: Facts, on: date) -> str:
    was, now = standing_of(before, on), standing_of(after, on)
    listing = carer.listing
    if listing is None or not listing.published_at:
        return f"{carer} is not in the directory yet. {still_to_come(now)}"
    if listing.ended_at:
        return "The listing has ended, and stays so."
    if listing.suspended_at:
        return f"The listing stays suspended. {still_to_come(now)}"
    if not now.may_be_listed:
        how = "The listing hides at once" if was.may_be_listed else "The listing stays hidden"
        return f"{how}: {named(map(str, now.reasons))}."
    how = f"{carer} stays listed" if was.may_be_listed else f"{carer} is listed again at once"
    return " ".join(part for part in (f"{how}{until(now)}.", _services(was, now)) if part)


def until(now: Standing) -> str:
    """“ until 8 May 2027, when safeguarding training is next due”."""
    if now.stretch is None or now.stretch[1] == LAST:
        return ""
    last = now.stretch[1]
    due = [str(need.requirement) for need in now.needs if _ends(need.met, last)]
    return f" until {date_format(last)}" + (f", when this is next due: {named(due)}" if due else "")


def _ends(days: Iterable[tuple[date, date]], last: date) -> bool:
    return holds(days, last) and not holds(days, later(last, 1))


def _services(was: Standing, now: Standing) -> str:
    back, gone = now.services_now - was.services_now, was.services_now - now.services_now
    said = []
    if back:
        said.append(f"It shows again: {names_of(back)}.")
    if gone:
        said.append(f"It no longer shows: {names_of(gone)}.")
    return " ".join(said)


def names_of(services: Iterable[str]) -> str:
    return ", ".join(str(vocabulary.SERVICES[slug]) for slug in sorted(services))


def still_to_come(now: Standing) -> str:
    if now.may_be_listed:
        return "With this every check is in order."
    return f"Still to come: {named(str(reason.need.requirement if reason.need else reason) for reason in now.reasons)}."


def named(words: Iterable[str]) -> str:
    """The first few, and how many more."""
    every = list(dict.fromkeys(words))
    more = len(every) - MOST_NAMED
    return "; ".join(every[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
