"""Two carers to look around as: one who is listed and has things to see to, and one in the middle of the journey."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.demo import CARER, NEWCOMER
from accounts.models import User
from directory.models import Listing
from onboarding import journey, papers
from onboarding.demo import BY
from onboarding.models import Carer, Evidence

NAME = "Nia Prosser"
SERVICES = ("chat", "walks", "meals", "washing-dressing")
UNREADABLE = "We cannot read the date on the certificate. Send a photo of the whole page."
FIRST_REFEREE = {"name_1": "Glenys Parry", "relation_1": "Manager at the day centre", "phone_1": "01632 960577"}
PLAN = "I ring the people I help and their families by eight in the morning, and say who else they can ask."


def demo(scheme: Any, *, on: date) -> str:
    """Gives the listings' owners their journeys too, and makes those two theirs where they are not there yet."""
    for listing in Listing.objects.filter(owner__isnull=False):
        if carer := Carer.objects.filter(listing=listing).first():
            journey.link(carer, by=BY, listing=listing)
    made = [about for about in (_listed(scheme, on), _newcomer(scheme, on)) if about]
    return f"Demonstration journeys: {', '.join(made) or 'nothing changed'}."


@transaction.atomic
def _listed(scheme: Any, on: date) -> str:
    """Insurance that ends soon (the cast's first edge), one paper sent back, and one with the team."""
    user = User.objects.filter(email=CARER).first()
    carer = Carer.objects.filter(owner=user).first() if user else None
    if user is None or carer is None or carer.evidence.filter(sent_by=user).exists():
        return ""
    worker = carer.workers.current().first()
    asked = [it.slug for it in scheme.requirements.applying(scheme.requirements.business(carer.services))]
    course = next(slug for slug in ("moving-and-handling", "safeguarding") if slug in asked)
    sent = papers.send(
        carer,
        scheme.requirements[course],
        by=user,
        how=Evidence.How.UPLOAD,
        worker=worker,
        facts={"course": scheme.requirements[course].en, "provider": "Safe Hands Courses"},
        dated=on - timedelta(days=4),
    )
    papers.send_back(sent, by=BY, reason=UNREADABLE)
    papers.send(carer, scheme.requirements["hmrc"], by=user, how=Evidence.How.SEEN, facts={
        "note": "I can bring the letter on any weekday morning.",
    })  # fmt: skip
    return f"{CARER} has three things to see to"


@transaction.atomic
def _newcomer(scheme: Any, on: date) -> str:
    """Identity and a course are done, a plan is declared, the check is with the team, the references are begun."""
    user = User.objects.filter(email=NEWCOMER).first() or User.objects.create_user(NEWCOMER, name=NAME, language="en")
    if Carer.objects.filter(owner=user).exists():
        return ""
    asked = scheme.requirements
    carer = journey.start(
        by=user, name=NAME, first_name="Nia", owner=user, services=SERVICES, on=on, keeps_records=False
    )
    worker = carer.workers.get()
    papers.record_seen(carer, asked["identity"], by=BY, how=Evidence.How.SEEN, worker=worker, facts={
        "document": "passport",
    })  # fmt: skip
    papers.record_seen(
        carer,
        asked["food-hygiene"],
        by=BY,
        how=Evidence.How.ATTENDED,
        worker=worker,
        facts={"course": "Food hygiene", "provider": "The council’s micro care team"},
        dated=on - timedelta(days=12),
        seen_on=on - timedelta(days=12),
    )
    papers.send(carer, asked["contingency"], by=user, how=Evidence.How.DECLARED, facts={"plan": PLAN})
    papers.send(carer, asked["enhanced-dbs"], by=user, how=Evidence.How.SEEN, worker=worker, facts={
        "level": "enhanced-barred", "workforce": "adult", "update_service": "will", "consent": True,
        "showing": "Tuesday or Thursday, at the library in town.",
    }, dated=on - timedelta(days=8))  # fmt: skip
    papers.save_draft(carer, asked["references"], None, FIRST_REFEREE)
    return f"{NEWCOMER} is in the middle of the journey"
