"""The team's work of the demonstration: somebody suspended, somebody ended, and notes about them, by the verbs."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.demo import CARER, TEAM
from accounts.models import User
from audit.recording import Actor
from compliance import deciding, noting
from compliance.models import Note
from directory.demo import with_slugs
from directory.demo.cast import people
from onboarding import listings
from onboarding.models import Carer
from onboarding.reasons import Reason

BY = "job:demo"
REVIEWER = next(email for email, (_name, role) in TEAM.items() if role == "reviewer")
WORDS = "Your insurer told us that the policy was cancelled. Send us the new one, and your page opens again."


def demo(scheme: Any, *, on: date) -> str:
    """Safe to run again: on a later day a suspension whose day has come is looked at again."""
    officer: Actor = User.objects.filter(email=REVIEWER, is_staff=True).first() or BY
    done = 0
    for person, slug in with_slugs(people(scheme)):
        carer = Carer.objects.filter(listing__slug=slug).select_related("listing", "owner").first()
        if carer and person.edge.get("suspended"):
            done += _suspended(carer, officer, on)
        elif carer and person.edge.get("ended"):
            done += _ended(carer, officer, on)
    return f"Demonstration of decisions: {done} made, and {_notes(officer)} notes."


@transaction.atomic
def _suspended(carer: Carer, officer: Actor, on: date) -> int:
    facts: dict[str, Any] = {"reason": Reason.PAPERS, "words": WORDS, "review_on": on + timedelta(days=9), "on": on}
    if not listings.is_approved(carer) or carer.left_at:
        return 0
    if carer.listing and not carer.listing.suspended_at:
        if deciding.decisions_about(carer).exists():  # somebody reinstated them by hand
            return 0
        noting.write(carer, by=officer, words="The insurer rang: the policy was cancelled on Monday. She knows.")
        deciding.suspend(carer, by=officer, **facts)
        return 1
    if carer in deciding.to_look_at_again(on):
        deciding.look_again(carer, by=officer, after=deciding.suspension_of(carer), **facts)
        return 1
    return 0


@transaction.atomic
def _ended(carer: Carer, officer: Actor, on: date) -> int:
    if carer.left_at:
        return 0
    noting.write(carer, by=officer, words="Stops at the end of the month, for a job at the hospital.")
    deciding.end(carer, by=officer, reason=Reason.STOPPED, on=on)
    return 1


def _notes(officer: Actor) -> int:
    """About the carer whose account one can look around with."""
    carer = Carer.objects.filter(owner__email=CARER).first()
    if carer is None or carer.notes.exists():
        return 0
    noting.write(carer, by=officer, kind=Note.Kind.TRIED, words="Rang about the insurance, no answer.")
    noting.write(carer, by=officer, kind=Note.Kind.REACHED, words="Rang back. Best after six.")
    return 2
