"""A queue to look around in: what carers of the demonstration sent, changed, signed and asked, by the same verbs.

Made once: what the team decided of it stays decided.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from compliance import deciding, lapsing
from compliance.demo.paper import certificate
from directory.demo import with_slugs
from directory.demo.cast import Person, people
from files import quarantine
from onboarding import codes, desk_entry, helping, journey, listings, pages, papers
from onboarding.demo.said import INSURERS, said_of
from onboarding.models import Carer, Evidence
from onboarding.reasons import Reason
from onboarding.requirements import Requirement
from onboarding.standing import Need, facts_of, standing_of
from onboarding.stretches import DAY

BY = "job:demo"
KEY = "demo-queue"
HOW = Evidence.How
# What else is sent: the kind of facts, how many days ago, how.
SENT = (
    ("course", 1, HOW.UPLOAD), ("course", 6, HOW.UPLOAD), ("car-insurance", 2, HOW.UPLOAD), ("hmrc", 9, HOW.UPLOAD),
    ("references", 3, HOW.UPLOAD), ("registration", 4, HOW.UPLOAD), ("dbs", 5, HOW.SEEN), ("original", 2, HOW.SEEN),
)  # fmt: skip
RENEWED = 3  # insurances that end soon, of which the next is sent
ENOUGH = 5  # people, before one of them is suspended
NAME, FIRST_NAME = "Eleri Watkins", "Eleri"
NEW = {
    "name": NAME,
    "first_name": FIRST_NAME,
    "intro_en": "I keep house for people who would like to stay in theirs.",
    "intro_cy": "Rwy’n cadw tŷ i bobl a hoffai aros yn eu cartref.",
    "phone": "01632 960584",
    "price_hour": 1950,
    "capacity": "space",
    "miles": 6,
}
OFFERS = ("meals", "shopping")
ASKED = "The course in Usk is full, and I have no car. Is there one that I can do from home?"


class Known(NamedTuple):
    """A carer of the cast, and who they are there."""

    carer: Carer
    person: Person


def demo(scheme: Any, *, on: date) -> str:
    if Evidence.objects.filter(form_key__startswith=KEY).exists():
        return "Demonstration queue: nothing changed."
    cast = {slug: person for person, slug in with_slugs(people(scheme))}
    listed = [one for one in lapsing.in_directory() if one.listing and one.listing.slug in cast]
    known = [Known(one, cast[one.listing.slug]) for one in listed if one.listing]
    with transaction.atomic():
        made = [*_renew(known, on), *_send(known, on)]
        _change(known)
        _new(scheme, on)
        _ask(known, on)
        _suspend(known, on)
    for evidence in made:
        for page in evidence.pages.all():
            quarantine.settle(page.file_id)
    return f"Demonstration queue: {len(made)} papers sent, and what else waits."


def _renew(known: list[Known], on: date) -> Iterator[Evidence]:
    """Of insurances that end soon, the next; of what has lapsed, another. Whoever has an account does theirs alone."""
    persons = {one.carer.pk: one for one in known if not one.carer.owner_id}
    ends = lapsing.ends(on, 30, [one.carer for one in persons.values()])
    ending = [it for it in ends if it.requirement.facts == "insurance"]
    for number, it in enumerate(ending[:RENEWED]):
        if not it.sent_already:
            yield _sent(persons[it.carer.pk], it.need, it.last_day + DAY, moment(on, number + 1))
    for one in known:
        reasons = standing_of(facts_of(one.carer), on).reasons
        lacking = [it.need for it in reasons if it.need and "upload" in it.need.requirement.shown]
        if lacking and not one.carer.evidence.undecided().exists():
            yield _sent(one, lacking[0], on, moment(on, 2))
            return


def _send(known: list[Known], on: date) -> Iterator[Evidence]:
    """One after the other, each of another carer to whom it applies."""
    used: set[int] = set()
    for facts, days, how in SENT:
        for one in known:
            need = None if one.carer.pk in used else _asked(one.carer, facts, how, on)
            if need:
                used.add(one.carer.pk)
                yield _sent(one, need, on - timedelta(days=days + 3), moment(on, days), how)
                break


def _asked(carer: Carer, facts: str, how: str, on: date) -> Need | None:
    """What is asked of somebody who is good at all of it, and waits for nothing."""
    if carer.owner_id or carer.evidence.undecided().exists():
        return None
    needs = standing_of(facts_of(carer), on).needs
    return next((it for it in needs if it.requirement.facts == facts and how in it.requirement.shown), None)


def _sent(known: Known, need: Need, first: date, at: datetime, how: str = HOW.UPLOAD) -> Evidence:
    carer, requirement = known.carer, need.requirement
    _reach(carer)
    worker = carer.workers.get(pk=need.person.pk) if need.person else None
    business = known.person.scheme.requirements.business(carer.services)
    said = said_of(known.person, requirement, business)
    if how == HOW.SEEN:
        said["showing"] = "Any weekday before three, at your office."
    last = first + timedelta(days=364) if requirement.own_end else None
    draft = papers.save_draft(carer, requirement, worker, said)
    if how == HOW.UPLOAD and requirement.facts not in {"references", "registration"}:
        who = f"{worker} {carer.name.split()[-1]}" if worker else carer.name
        pages.keep(draft, [_drawn(requirement, who, said, first, last)], by=BY)
    return papers.send(
        carer, requirement, by=BY, how=how, facts=said, worker=worker, dated=first, ends_on=last, at=at,
        form_key=f"{KEY}-{requirement.slug}",
    )  # fmt: skip


def _reach(carer: Carer) -> None:
    """By mail, every other one in Welsh."""
    if not carer.mail_to:
        name = ".".join(carer.name.lower().replace("’", "").split())
        email = f"{name}@example.org".encode("ascii", "ignore").decode()
        desk_entry.set_reached(carer, by=BY, email=email, language="cy" if carer.pk % 2 else "en")
        carer.refresh_from_db()


def _drawn(requirement: Requirement, who: str, said: dict[str, Any], first: date, last: date | None) -> Any:
    giver = said.get("insurer") or said.get("provider") or INSURERS[0]
    lines = [("Name", who), ("From", date_format(first))]
    if last:
        lines.append(("Until", f"{date_format(last)}, the end of the day"))
    if said.get("policy_number"):
        lines.append(("Number", said["policy_number"]))
    if said.get("cover"):
        lines.append(("Limit of indemnity", f"{said['cover']:,} pounds, any one event"))
    return certificate(str(giver), requirement.en, lines)


def _change(known: list[Known]) -> None:
    """Another name, which waits, and another telephone number, which is public at once."""
    free = [one.carer for one in known if not one.carer.owner_id and not one.carer.listing_changes.exists()]
    for number, carer in enumerate(free[4:6]):
        _reach(carer)
        listings.keep(carer, by=BY, facts={"phone": "01632 960590"} if number else {"name": f"{carer.name} and Son"})
        listings.send(carer, by=BY)


def _new(scheme: Any, on: date) -> None:
    """Somebody new: the whole listing waits, and the Code is signed under another name."""
    place = scheme.places[0]
    base = {"base_name_en": place.name.en, "base_name_cy": place.name.cy, "easting": place.easting,
            "northing": place.northing}  # fmt: skip
    carer = journey.start(
        by=BY, name=NAME, first_name=FIRST_NAME, services=OFFERS, on=on, email="eleri@example.org",
        language=scheme.languages[-1], phone=NEW["phone"],
    )  # fmt: skip
    codes.sign(carer, by=BY, typed_name="Eleri Price", language="en", on=on, tell=False)
    written = NEW if "cy" in scheme.languages else {name: said for name, said in NEW.items() if name != "intro_cy"}
    listings.keep(carer, by=BY, facts={**written, **base, "services": list(OFFERS)})
    listings.send(carer, by=BY)


def _ask(known: list[Known], on: date) -> None:
    for one in known[6:7]:
        _reach(one.carer)
        helping.ask(one.carer, by=BY, what=ASKED, by_when=on + timedelta(days=4), form_key=KEY, at=moment(on, 2))


def _suspend(known: list[Known], on: date) -> None:
    """Three weeks ago, and today is the day to look again."""
    free = [one.carer for one in known if not one.carer.owner_id]
    if len(free) >= ENOUGH:
        _reach(free[-1])
        deciding.suspend(free[-1], by=BY, reason=Reason.PAPERS, review_on=on, on=on - timedelta(days=21))


def moment(on: date, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(9, 12), timezone.get_current_timezone())
