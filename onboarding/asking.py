"""The journey's pages of the admin: those that ask before they do, and filters that count."""

from accounts.asking import Asking as Everywhere
from accounts.asking import Counted, actor, need
from onboarding.evidence_admin_forms import languages_of
from onboarding.models import Carer
from onboarding.papers import NotNow

__all__ = ["Asking", "Counted", "actor", "mailed", "need"]
LANGUAGES = {"en": "English", "cy": "Welsh"}


class Asking(Everywhere):
    refusals = (NotNow,)


def mailed(carer: Carer) -> str:
    """Who is told, how and in which language, for beside a button."""
    if not carer.mail_to:
        return f"{carer} has no email address: a letter waits to be posted."
    return f"{carer} is mailed, in {' and '.join(LANGUAGES[code] for code in languages_of(carer))}."
