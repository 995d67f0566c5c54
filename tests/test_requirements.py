"""Exactly the papers of product.md's table are asked for, whatever is offered, of nobody more than the law allows."""

from datetime import date
from itertools import combinations

import pytest

from directory import vocabulary
from microcare.scheme import load
from onboarding.requirements import LEVELS, RequirementError, read, spread

SCHEMES = {slug: load(slug) for slug in ("monmouthshire", "flintshire", "somerset")}
DETAILS = sorted(slug for slug, service in vocabulary.SERVICES.items() if service.parent)
# One detail for each heading, and those of home care and personal care that have rules of their own.
CHOSEN = (
    "washing-dressing", "hoisting", "medication", "meals", "laundry", "shopping", "transport", "odd-jobs", "sitting",
    "chat", "regular-cleaning", "clubs", "meeting-people", "crafts", "mowing", "dog-walking", "pet-feeding",
)  # fmt: skip

# The table of product.md, written down a second time: what is asked for, and of which services.
PERSONAL_CARE = {"washing-dressing", "eating-drinking", "toileting", "oral-skin-hair-nails", "prompting"}
REGULATED = PERSONAL_CARE | {"shopping", "paperwork", "transport"}
WITH_ADULTS = {
    "hoisting", "medication", "meals", "safe-start-and-end", "sitting", "overnight", "holiday-cover",
    "chat", "walks", "trips", "games-reading", "clubs", "swimming", "hobbies", "appointments",
    "meeting-people", "everyday-skills", "getting-online",
}  # fmt: skip
OUTDOORS = {"mowing", "weeding", "paths", "dog-walking"}
EVERYBODY = {"identity", "public-liability", "hmrc", "references", "code", "contingency"}
BY_SERVICE = {
    "car-insurance": {"transport"},
    "moving-and-handling": PERSONAL_CARE | {"hoisting"},
    "first-aid": PERSONAL_CARE,
    "infection-control": PERSONAL_CARE,
    "mental-capacity": PERSONAL_CARE,
    "medication": {"medication"},
    "food-hygiene": {"meals"},
}
OWN = {
    "monmouthshire": set(),
    "flintshire": {"business-profile", "one-page-profile", "confidentiality"},
    "somerset": {"quality-standards"},
}
OF_WORKER = {
    "identity", "enhanced-dbs", "basic-dbs", "car-insurance", "safeguarding", "moving-and-handling", "first-aid",
    "infection-control", "mental-capacity", "medication", "food-hygiene", "one-page-profile",
}  # fmt: skip
# What a lapse does; grace in days. Everything else hides at once, or drops its services.
AFTER_GRACE = {"hmrc": 28, "contingency": 28}
ONLY_TELLS = {"data-protection"}
MONTHS = {
    "enhanced-dbs": 36, "basic-dbs": 36, "hmrc": 12, "safeguarding": 36, "moving-and-handling": 12, "first-aid": 36,
    "infection-control": 36, "mental-capacity": 36, "medication": 12, "food-hygiene": 36, "contingency": 12,
    "data-protection": 12, "registration": 12,
}  # fmt: skip


def table(scheme, services, workers, keeps_records):
    """What product.md asks of such a business."""
    asked = set(EVERYBODY | OWN[scheme])
    asked |= {slug for slug, of in BY_SERVICE.items() if services & of}
    if services - OUTDOORS:
        asked.add("safeguarding")
        asked.add("enhanced-dbs" if services & (REGULATED | WITH_ADULTS) else "basic-dbs")
    if keeps_records:
        asked.add("data-protection")
    if scheme == "somerset" and workers > 1 and services & PERSONAL_CARE:
        asked.add("registration")
    return asked


def offers():
    """Nothing, each service, each pair of services, and the threes of those chosen."""
    yield frozenset()
    for count, slugs in ((1, DETAILS), (2, DETAILS), (3, CHOSEN)):
        yield from map(frozenset, combinations(slugs, count))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("keeps_records", [False, True])
@pytest.mark.parametrize("workers", [1, 2, 7])
def test_exactly_the_papers_of_the_table_are_asked_for(scheme, workers, keeps_records):
    requirements = SCHEMES[scheme].requirements
    for services in offers():
        business = requirements.business(services, workers=workers, keeps_records=keeps_records)
        asked = [requirement.slug for requirement in requirements.applying(business)]
        assert set(asked) == table(scheme, services, workers, keeps_records), services
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_heading_asks_for_what_all_below_it_ask_for(scheme):
    """But for the few of personal care, pets and home care that have rules of their own."""
    requirements = SCHEMES[scheme].requirements
    for heading in vocabulary.HEADINGS:
        below = {slug.slug for slug in vocabulary.details(heading.slug)}
        common = set.intersection(*(table(scheme, {slug}, 1, False) for slug in below))
        asked = {one.slug for one in requirements.applying(requirements.business([heading.slug]))}
        assert common - {"enhanced-dbs", "basic-dbs"} <= asked


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_check_is_at_the_level_the_law_allows(scheme):
    levels = SCHEMES[scheme].requirements.levels
    for slug in DETAILS:
        level = LEVELS[levels.of(slug)]
        allowed = (
            "enhanced-barred" if slug in REGULATED
            else "enhanced" if slug in WITH_ADULTS
            else "none" if slug in OUTDOORS
            else "basic"
        )  # fmt: skip
        assert level == allowed, slug


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_business_is_checked_at_the_highest_level_of_its_services(scheme):
    requirements = SCHEMES[scheme].requirements

    def level(*services):
        return LEVELS[requirements.business(services).level]

    assert level() == "none"
    assert level("mowing", "weeding") == "none"
    assert level("mowing", "regular-cleaning") == "basic"
    assert level("mowing", "regular-cleaning", "chat") == "enhanced"
    assert level("chat", "shopping") == "enhanced-barred"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_gardeners_are_asked_for_no_check_and_cleaners_for_no_enhanced_one(scheme):
    requirements = SCHEMES[scheme].requirements
    gardener = {one.slug for one in requirements.applying(requirements.business(["mowing", "weeding", "paths"]))}
    cleaner = {one.slug for one in requirements.applying(requirements.business(["regular-cleaning", "ironing"]))}
    assert not gardener & {"enhanced-dbs", "basic-dbs", "safeguarding"}
    assert "enhanced-dbs" not in cleaner
    assert {"basic-dbs", "safeguarding"} <= cleaner


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_lapse_does_what_the_table_says(scheme):
    for requirement in SCHEMES[scheme].requirements.every:
        dropped = BY_SERVICE.get(requirement.slug) or (PERSONAL_CARE if requirement.slug == "registration" else set())
        if requirement.slug in ONLY_TELLS:
            assert (requirement.lapse, requirement.grace) == ("tell", 0)
        elif dropped:
            assert (requirement.lapse, requirement.grace) == ("drop", 0)
            assert {slug for slug in DETAILS if requirement.needs(slug)} == dropped, requirement.slug
        else:
            assert (requirement.lapse, requirement.grace) == ("hide", AFTER_GRACE.get(requirement.slug, 0))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_is_of_the_business_or_of_each_worker_and_lasts_as_the_table_says(scheme):
    for requirement in SCHEMES[scheme].requirements.every:
        assert (requirement.of == "worker") == (requirement.slug in OF_WORKER), requirement.slug
        assert requirement.months == MONTHS.get(requirement.slug), requirement.slug
        assert requirement.own_end == (requirement.slug in {"public-liability", "car-insurance", "code"})
        assert requirement.once == (requirement.months is None and not requirement.own_end)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_dbs_certificate_is_only_ever_seen(scheme):
    requirements = SCHEMES[scheme].requirements
    assert {requirements[slug].shown for slug in ("enhanced-dbs", "basic-dbs", "identity")} == {("seen",)}
    assert requirements["basic-dbs"].also == ("enhanced-dbs",)
    assert requirements["hmrc"].purge_at_decision


def test_personal_care_is_what_the_law_means_by_it():
    assert spread(["personal-care"]) == PERSONAL_CARE | {"personal-care"}
    assert spread(["gardening"]) == {"gardening", "mowing", "weeding", "paths"}
    assert {slug for slug in DETAILS if vocabulary.SERVICES[slug].personal_care} == PERSONAL_CARE


DBS = {"barred": ["personal-care"], "enhanced": ["chat"], "outdoors": ["gardening"]}
MISTAKES = {
    "a paper that nobody knows": ({"passport": {}}, "requirements.passport", "is not known"),
    "no table": ({"hmrc": True}, "requirements.hmrc", "write a table"),
    "a key that nobody knows": ({"hmrc": {"weeks": 3}}, "requirements.hmrc.weeks", "is 3; take it out"),
    "no time at all": ({"hmrc": {"months": 0}}, "requirements.hmrc.months", "is 0; write a whole number, 1 or more"),
    "months as text": ({"hmrc": {"months": "12"}}, "requirements.hmrc.months", "whole number"),
    "yes for months": ({"hmrc": {"months": True}}, "requirements.hmrc.months", "whole number"),
    "grace before its end": ({"hmrc": {"grace": -1}}, "requirements.hmrc.grace", "whole number, 0 or more"),
    "of nobody": ({"hmrc": {"of": "client"}}, "requirements.hmrc.of", "one of business, worker"),
    "an effect that nobody knows": ({"hmrc": {"lapse": "fine"}}, "requirements.hmrc.lapse", "one of hide, drop, tell"),
    "drops nothing": ({"hmrc": {"lapse": "drop"}}, "requirements.hmrc.lapse", "names no services to drop"),
    "shown by text": ({"hmrc": {"shown": "seen"}}, "requirements.hmrc.shown", "write a list out of upload"),
    "shown in no way": ({"hmrc": {"shown": []}}, "requirements.hmrc.shown", "write a list out of upload"),
    "a form that nobody knows": ({"hmrc": {"facts": "tax"}}, "requirements.hmrc.facts", "one of original"),
    "a service that nobody knows": ({"hmrc": {"applies": ["x"]}}, "requirements.hmrc.applies", "or a list of services"),
    "no services": ({"hmrc": {"applies": []}}, "requirements.hmrc.applies", "or a list of services"),
    "a table for services": ({"hmrc": {"applies": [{}]}}, "requirements.hmrc.applies", "or a list of services"),
    "a day in quotes": ({"hmrc": {"since": "2027-04-01"}}, "requirements.hmrc.since", "2027-04-01, without quotes"),
    "those listed before new ones": (
        {"hmrc": {"since": date(2027, 4, 1), "existing_by": date(2027, 3, 31)}},
        "requirements.hmrc.existing_by",
        "not before it",
    ),
    "those listed alone": ({"hmrc": {"existing_by": date(2027, 3, 31)}}, "requirements.hmrc.existing_by", "since too"),
    "optional in words": ({"hmrc": {"optional": "yes"}}, "requirements.hmrc.optional", "true or false"),
    "no name": ({"hmrc": {"en": " "}}, "requirements.hmrc.en", "text in quotes"),
    "reminded late": ({"hmrc": {"remind": [0]}}, "requirements.hmrc.remind", "such as [30, 7]"),
}  # fmt: skip


@pytest.mark.parametrize(("own", "key", "mend"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_scheme_file_is_named_with_its_mend(own, key, mend):
    with pytest.raises(RequirementError) as caught:
        read({"code": {}} | own, DBS)
    assert caught.value.args[0] == key
    assert mend in caught.value.args[1]


@pytest.mark.parametrize(
    ("dbs", "key", "mend"),
    [
        ({}, "dbs.barred", "write a list of services"),
        (DBS | {"enhanced": ["nursing"]}, "dbs.enhanced", "write a list of services"),
        (DBS | {"outdoors": ["chat"]}, "dbs.outdoors", "takes out of the check chat"),
    ],
)
def test_a_service_has_one_level(dbs, key, mend):
    with pytest.raises(RequirementError) as caught:
        read({"code": {}}, dbs)
    assert caught.value.args[0] == key
    assert mend in caught.value.args[1]


def test_every_scheme_has_a_code():
    with pytest.raises(RequirementError, match="is missing"):
        read({"identity": {}}, DBS)


def test_a_scheme_changes_values_and_keeps_its_own_order():
    requirements = read({"code": {}, "hmrc": {"months": 6, "grace": 14}, "identity": {}}, DBS)
    assert [one.slug for one in requirements.every] == ["code", "hmrc", "identity"]
    assert (requirements["hmrc"].months, requirements["hmrc"].grace) == (6, 14)
    assert "hmrc" in requirements
    assert "references" not in requirements
