"""The papers of the demonstration cast, and the check rows and dates that follow from them.

The rules are those of product.md ("Checks"), in small: onboarding brings the real ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from directory import vocabulary
from directory.demo.cast import Person
from directory.services import Stretch

DAYS_OF_GRACE = 28  # a declaration that is late hides the listing only after these
PERSONAL = frozenset(slug for slug, service in vocabulary.SERVICES.items() if service.personal_care)
CARE_HEADINGS = {"personal-care", "respite", "companionship", "social-support", "wellbeing"}
OUTDOORS = {"gardening"}
Days = tuple[int, int]


@dataclass(frozen=True)
class Paper:
    """One kind of paper. `years` 0: seen once. `hides`: the listing goes with it. `drops`: these services do."""

    slug: str
    en: str
    cy: str
    detail_en: str = ""
    detail_cy: str = ""
    years: int = 0
    hides: bool = False
    grace: int = 0
    drops: frozenset[str] = frozenset()
    per_worker: bool = False


class Seen(NamedTuple):
    paper: Paper
    worker: str
    on: date
    due: date | None

    @property
    def hides_after(self) -> date | None:
        return self.due + timedelta(days=self.paper.grace) if self.due and self.paper.hides else None


ENHANCED = "Enhanced DBS check", "Gwiriad DBS manylach"
PAPERS = (
    Paper("identity", "Identity", "Hunaniaeth", "Photo identity", "Prawf adnabod â llun", per_worker=True),
    Paper("dbs-barred", *ENHANCED, "Adult workforce and barred list", "Gweithlu oedolion a'r rhestr wahardd",
          3, hides=True, per_worker=True),
    Paper("dbs-enhanced", *ENHANCED, "Adult workforce", "Gweithlu oedolion", 3, hides=True, per_worker=True),
    Paper("dbs-basic", "Basic DBS check", "Gwiriad DBS sylfaenol", years=3, hides=True, per_worker=True),
    Paper("insurance", "Public liability insurance", "Yswiriant atebolrwydd cyhoeddus",
          "£5 million of cover", "£5 miliwn o yswiriant", 1, hides=True),
    Paper("car", "Business-use car insurance", "Yswiriant car at ddefnydd busnes", years=1,
          drops=frozenset({"transport"}), per_worker=True),
    Paper("tax", "HMRC registration", "Cofrestriad gyda Chyllid a Thollau EF", "As self-employed", "Yn hunangyflogedig",
          1, hides=True, grace=DAYS_OF_GRACE),
    Paper("safeguarding", "Safeguarding training", "Hyfforddiant diogelu", years=3, hides=True, per_worker=True),
    Paper("moving", "Moving and handling training", "Hyfforddiant symud a thrin", years=1,
          drops=PERSONAL | {"hoisting"}, per_worker=True),
    Paper("first-aid", "Basic life support training", "Hyfforddiant cynnal bywyd sylfaenol", years=3, drops=PERSONAL,
          per_worker=True),
    Paper("infection", "Infection control training", "Hyfforddiant rheoli heintiau", years=3, drops=PERSONAL,
          per_worker=True),
    Paper("capacity-act", "Mental Capacity Act training", "Hyfforddiant ar y Ddeddf Galluedd Meddyliol", years=3,
          drops=PERSONAL, per_worker=True),
    Paper("medication", "Medication training", "Hyfforddiant meddyginiaeth", years=1,
          drops=frozenset({"medication"}), per_worker=True),
    Paper("food", "Food hygiene training", "Hyfforddiant hylendid bwyd", years=3, drops=frozenset({"meals"}),
          per_worker=True),
    Paper("references", "Two references", "Dau eirda", "One from care work", "Un o waith gofal"),
    Paper("business-profile", "Business profile", "Proffil busnes"),
    Paper("confidentiality", "Confidentiality procedure", "Gweithdrefn gyfrinachedd"),
    Paper("quality-standards", "Quality standards agreement", "Cytundeb safonau ansawdd"),
    Paper("code", "Code of Practice", "Cod Ymarfer", "Version 1, signed", "Fersiwn 1, wedi'i lofnodi"),
    Paper("contingency", "Plan for days when they cannot come", "Cynllun ar gyfer dyddiau pan na allant ddod", years=1,
          hides=True, grace=DAYS_OF_GRACE),
    Paper("data-protection", "Data protection fee", "Ffi diogelu data", "Registered with the ICO",
          "Wedi cofrestru gyda'r ICO", 1),
)  # fmt: skip
OF_SOME_SCHEMES = ("business-profile", "confidentiality", "quality-standards")
HELPERS = ("Jan", "Tim", "Rose", "Karl", "Mo", "Pat")


def last_day(seen: date, years: int) -> date:
    """A paper seen on 30 March 2026 for a year is good to the end of 29 March 2027."""
    try:
        return seen.replace(year=seen.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(seen.year + years, 2, 28)


def seen_for(last: date, years: int) -> date:
    """The day a paper was seen that is good to the end of `last`."""
    try:
        return last.replace(year=last.year - years) + timedelta(days=1)
    except ValueError:
        return date(last.year - years, 3, 1)


def needed(person: Person) -> list[Paper]:
    slugs = set(person.services)
    headings = {vocabulary.SERVICES[slug].parent for slug in slugs}
    care, indoors = headings & CARE_HEADINGS, headings - OUTDOORS
    wanted = {
        "dbs-barred": "personal-care" in headings,
        "dbs-enhanced": bool(care) and "personal-care" not in headings,
        "dbs-basic": bool(indoors) and not care,
        "safeguarding": bool(indoors),
        "data-protection": person.number % 3 == 0,
        **{slug: slug in person.scheme.requirements for slug in OF_SOME_SCHEMES},
    }
    return [paper for paper in PAPERS if wanted.get(paper.slug, bool(paper.drops & slugs) or not paper.drops)]


def seen(person: Person, *, on: date) -> list[Seen]:
    helpers = HELPERS[: person.team_size - 1]
    workers = (person.first_name, *helpers) if helpers else ("",)
    return [
        _seen(person, paper, worker, on)
        for paper in needed(person)
        for worker in (workers if paper.per_worker else ("",))
    ]


def _seen(person: Person, paper: Paper, worker: str, on: date) -> Seen:
    edge = person.edge
    due_in = {"insurance": edge.get("insurance_due"), "tax": edge.get("tax_due")}.get(paper.slug)
    if paper.slug == person.lapsed_paper:
        due_in = -12
    if due_in is not None:
        due = on + timedelta(days=due_in)
        return Seen(paper, worker, seen_for(due, paper.years), due)
    if paper.slug == "insurance" and "starts_in" in edge:
        starts = on + timedelta(days=edge["starts_in"])
        return Seen(paper, worker, on, last_day(starts, paper.years))
    longest = {0: 900, 1: 320, 3: 1000}[paper.years]
    day = on - timedelta(days=person.chance(f"{paper.slug} {worker}").randrange(15, longest))
    return Seen(paper, worker, day, last_day(day, paper.years) if paper.years else None)


def rows(papers: Iterable[Seen]) -> list[dict[str, Any]]:
    """Facts of `CheckRow`, in the order of the trust panel."""
    return [
        {
            "worker": worker,
            "what_en": paper.en,
            "what_cy": paper.cy,
            "detail_en": paper.detail_en,
            "detail_cy": paper.detail_cy,
            "seen_on": day,
            "next_due": due,
            "when_it_changes": paper.slug == "code",
        }
        for paper, worker, day, due in papers
    ]


def stretch(person: Person, papers: Iterable[Seen], *, on: date) -> tuple[date, date]:
    """From the day all was seen (or begins) to the first day on which the want of a paper hides the listing."""
    hiding = [seen for seen in papers if seen.hides_after]
    start = max(seen.on for seen in hiding)
    if "starts_in" in person.edge:
        start = on + timedelta(days=person.edge["starts_in"])
    return start, min(seen.hides_after for seen in hiding if seen.hides_after)


def service_stretches(person: Person, papers: list[Seen], whole: tuple[date, date]) -> dict[str, Stretch]:
    """Each service's own papers; one that needs none is good as long as the listing."""
    stretches: dict[str, Stretch] = {}
    for service in person.services:
        own = [seen for seen in papers if service in seen.paper.drops and seen.due]
        stretches[service] = (max(s.on for s in own), min(s.due for s in own if s.due)) if own else whole
    return stretches
