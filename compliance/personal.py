"""What the team's own work holds about a carer: what was decided, and what was noted about them."""

from typing import Any

from accounts.personal import Person
from compliance.models import Decision, Note
from onboarding.personal import carer_of


def personal_data(who: Person) -> dict[str, Any]:
    """Not who decided or wrote, which is about somebody else; nor the code of the reason: of a safeguarding matter the
    carer is told that the listing is paused, and no more (product.md, "Feedback"). `words` are what they were told.
    """
    carer = carer_of(who)
    if carer is None:
        return {}
    decisions = Decision.objects.filter(carer_id=carer.pk).order_by("at", "pk")
    notes = Note.objects.filter(carer=carer).order_by("at", "pk")
    return {
        "decisions about you": list(decisions.values("at", "kind", "words")),
        "notes about you": list(notes.values("at", "kind", "words")),
    }
