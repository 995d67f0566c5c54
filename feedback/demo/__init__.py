"""What people told the council in the demonstration, by the verbs: thanks, corrections, and cases in several states.

Made once: what the team does with it stays done.
"""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.demo import CARER, TEAM
from accounts.models import User
from directory.models import Listing
from feedback import cases, corrections, praise
from feedback.demo.said import ASKED, CASES, PRAISE, SPAM, WELSH_PRAISE, WRONG
from feedback.models import Case, Praise
from feedback.models.cases import How, Kind, Outcome, Severity

BY = "job:demo"
KEY = "demo-feedback"


def demo(scheme: Any, *, on: date) -> str:
    if Praise.objects.filter(form_key__startswith=KEY).exists():
        return "Demonstration feedback: nothing changed."
    listings = list(Listing.objects.live(on=on).select_related("owner").order_by("pk"))
    officer, lead = one_of("case-officer"), one_of("safeguarding-lead")
    if not listings or not officer or not lead:
        return "Demonstration feedback: nobody is listed, or there is no team."
    with transaction.atomic():
        thank(scheme, listings, officer, on)
        correct(listings, on)
        tell(listings, officer, lead, on)
    return f"Demonstration feedback: {Praise.objects.shown().count()} thanks shown, {Case.objects.count()} cases."


def one_of(role: str) -> User | None:
    email = next(email for email, (_name, slug) in TEAM.items() if slug == role)
    return User.objects.filter(email=email, is_staff=True).first()


def thank(scheme: Any, listings: list[Listing], officer: User, on: date) -> None:
    """Some are shown, one with an answer; of one the carer with the account is asked; one nobody has read yet."""
    numbers = count(1)
    rows = [*PRAISE, *(WELSH_PRAISE if "cy" in scheme.languages else ())]
    others = [listing for listing in listings if listing.owner is None] or listings
    for place, (days, language, name, words, answer) in enumerate(rows):
        listing = others[place // 2 % len(others)]
        row = written(next(numbers), listing, days, on, language=language, name=name, words=words)
        row = praise.carer_says(praise.pass_on(row, by=officer), by=listing.owner or officer, agrees=True)
        if answer:
            row = praise.answer(row, by=listing.owner or officer, words=answer, language=language)
            praise.read_answer(row, by=officer, show=True)
    carers = next((listing for listing in listings if listing.owner and listing.owner.email == CARER), listings[0])
    praise.pass_on(written(next(numbers), carers, 3, on, language="en", name="Jean", words=ASKED), by=officer)
    written(next(numbers), others[-1], 1, on, language="en", name="", words="She found my glasses. Twice!")


def written(number: int, listing: Listing, days: int, on: date, **said: str) -> Praise:
    email = f"{said['name'].lower()}@example.org" if said["name"] else ""
    return praise.receive(
        form_key=f"{KEY}-{number}", listing=listing, email=email, may_be_shown=True, at=moment(on, days), **said
    )


def correct(listings: list[Listing], on: date) -> None:
    """One that the carer has, and one that waits for the team: nothing happened in three weeks."""
    for place, (days, words, email) in enumerate(WRONG):
        corrections.report(
            form_key=f"{KEY}-{place}", listing=listings[-1 - place % len(listings)], words=words, language="en",
            email=email, at=moment(on, days),
        )  # fmt: skip


def tell(listings: list[Listing], officer: User, lead: User, on: date) -> None:
    """A new concern, one that is looked into, a complaint by phone, a worry that was referred, and one closed."""
    new, open_, worry, closed = CASES
    about = [listing for listing in listings if listing.owner is None] or listings
    came(new, 1, on, kind=Kind.CONCERN, listing=about[0])
    going = came(open_, 8, on, kind=Kind.CONCERN, listing=about[1 % len(about)])
    cases.take_on(going, by=officer)
    cases.acknowledge(going, by=officer, on=on - timedelta(days=7), words="I look into it, and ring you on Thursday.")
    cases.describe(going, by=officer, themes=["reliability"], severity=Severity.MEDIUM)
    cases.talked(going, by=officer, on=on - timedelta(days=4), words="She came late three times in two weeks.")
    cases.hear_from_reporter(going, words="Yesterday she did not come at all.")
    cases.write_down(
        by=officer, how=How.PHONE, received_on=on - timedelta(days=2), on=on, kind=Kind.COMPLAINT, name="Tom Okafor",
        address="4 Mill Lane\nAnytown", phone="07700 900945", language="en",
        words="I rang three times about a list in large print, and nobody rang back.", wanted="The list, by post.",
    )  # fmt: skip
    harm = came(worry, 3, on, kind=Kind.SAFEGUARDING, anonymous=True)
    cases.take_on(harm, by=lead)
    cases.refer(
        harm, by=lead, made_at=moment(on, 2), made_by=str(lead), to="Adult safeguarding", on=on,
        their_reference="DEMO-1", words="By phone, and this page by secure mail.",
    )  # fmt: skip
    over = came(closed, 40, on, kind=Kind.DATA)
    cases.take_on(over, by=officer)
    cases.acknowledge(over, by=officer, on=on - timedelta(days=38))
    words = "The letter went to your old address, which we have put right. We are sorry."
    cases.answer(over, by=officer, outcome=Outcome.UPHELD, words=words, on=on - timedelta(days=20))
    came(SPAM, 1, on, kind=Kind.COMPLAINT, hold="links")


def came(said: dict[str, Any], days: int, on: date, **facts: Any) -> Case:
    """By the form, so many days ago."""
    day = on - timedelta(days=days)
    language = "" if facts.get("anonymous") else "en"
    return cases.receive(form_key=f"{KEY}-{said['words'][:20]}", on=day, language=language, **said, **facts)


def moment(on: date, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(10, 25), timezone.get_current_timezone())
