"""A carer with all papers in order and a listing that follows from them, made through the verbs."""

from datetime import timedelta

from django.conf import settings

from onboarding import codes, journey, papers
from onboarding.models import Carer
from onboarding.papers import Shown
from onboarding.requirements import CODE, LEVELS
from tests.builders import BY, TODAY, make_listing

SEEN_DAYS_AGO = 30


def listed_carer(
    name="Bryn Lewis", *, offers=("chat",), team=(), without=(), owner=None, keeps_records=False, **facts
) -> Carer:
    """All that the scheme asks is there, seen thirty days ago, but what is in `without`. The team are first names."""
    began = TODAY - timedelta(days=60)
    carer = journey.start(
        by=BY, name=name, first_name=name.split()[0], owner=owner, services=offers, on=began,
        keeps_records=keeps_records,
    )  # fmt: skip
    for first_name in team:
        journey.add_worker(carer, by=BY, first_name=first_name, works_from=began, most=7)
    papers.record_all(carer, [shown(carer, slug, worker) for slug, worker in asked(carer, without)], by=BY)
    if CODE not in without:
        codes.begin(by=BY, on=began, body_en="Be kind.", body_cy="Byddwch garedig.")
        codes.sign(carer, by=BY, typed_name=name, language="en", on=began, tell=False)
    listing = make_listing(name, offers=offers, owner=owner, **facts)
    return journey.link(carer, by=BY, listing=listing)


def asked(carer, without=()):
    requirements, workers = settings.SCHEME.requirements, list(carer.workers.current())
    business = requirements.business(carer.services, workers=len(workers), keeps_records=bool(carer.keeps_records))
    for requirement in requirements.applying(business):
        if requirement.slug not in {CODE, *without}:
            for worker in workers if requirement.of == "worker" else (None,):
                yield requirement.slug, worker


def shown(carer, slug, worker=None, *, first=None, last=None):
    """A paper as the team saw it, from thirty days ago for a year or its own months, unless other days are given."""
    requirement = settings.SCHEME.requirements[slug]
    first = first or TODAY - timedelta(days=SEEN_DAYS_AGO)
    if requirement.own_end:
        last = last or first + timedelta(days=364)
    level = LEVELS[settings.SCHEME.requirements.business(carer.services).level]
    facts = {"level": level} if requirement.facts == "dbs" else {}
    seen_on = min(first, TODAY)
    ends_on = last if requirement.own_end else None
    return Shown(requirement, requirement.shown[0], worker, facts, first, ends_on, seen_on, last)


def show(carer, slug, worker=None, **days):
    return papers.record_all(carer, [shown(carer, slug, worker, **days)], by=BY)[0]
