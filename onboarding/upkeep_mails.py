"""What is told to carers who are in the directory, so that their listing stays right: one function per message."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from notifications import outbox
from notifications.models import Message
from onboarding import letters
from onboarding.models import Buddy, Carer, Headcount, Letter

STILL_RIGHT = "onboarding/mail/still_right"
HEADCOUNT = "onboarding/mail/headcount"
HEADCOUNT_ABOVE = "onboarding/mail/headcount_above"
LEFT = "onboarding/mail/left"
ADDRESS_CHANGED = "onboarding/mail/address_changed"
BUDDY_ASKED = "onboarding/mail/buddy_asked"
BUDDY_AGREED = "onboarding/mail/buddy_agreed"
BUDDY_ENDED = "onboarding/mail/buddy_ended"


def still_right(carer: Carer, *, about: str, since: date, token: str, on: date) -> None:
    _queue(
        carer,
        STILL_RIGHT,
        f"still-right:{carer.pk}:{about}:{since}",
        secrets=[token],
        listing=carer.listing,
        whole=about == "whole",
        token=token,
        today=on,
        until=on + timedelta(days=settings.STILL_RIGHT_DAYS),
    )


def headcount_key(carer: Carer, month: date) -> str:
    return f"carer:{carer.pk}:headcount:{month}"


def headcount(carer: Carer, month: date) -> bool:
    return _queue(carer, HEADCOUNT, headcount_key(carer, month), month=month)


def headcount_above(row: Headcount) -> None:
    """To the team, in English as its pages are; the number itself is not in it."""
    with outbox.readers_addresses():  # a carer may have said it at the desk
        path = reverse("admin:onboarding_headcount_changelist")
    outbox.queue(
        key=f"headcount-above:{row.pk}:{row.said_at.isoformat()}",
        to=settings.SCHEME.contact.email,
        template=HEADCOUNT_ABOVE,
        language="en",
        reader="onboarding.view_headcount",
        context={"business": row.carer, "link": f"{settings.SITE_URL}{path}"},
    )


def address_changed(carer: Carer, change: int, *, removed: bool) -> None:
    """While the carer still has the address before. It does not say whose it is now: it may be a stranger's."""
    letters.tell(
        carer, key=f"carer:{carer.pk}:address:{change}", template=ADDRESS_CHANGED, context={"removed": removed}
    )


def left(carer: Carer, *, until: date | None, gone_on: date | None) -> None:
    """By letter, to whoever has no address: what goes and what stays of them is told to everybody who leaves."""
    said = {"site": settings.SITE_URL, "until": until, "evidence_months": settings.EVIDENCE_MONTHS, "gone_on": gone_on}
    letters.tell(carer, key=f"carer:{carer.pk}:left", template=LEFT, context=said)


def buddy_key(buddy: Buddy, what: str) -> str:
    return f"buddy:{buddy.pk}:{what}"


def forget_buddies(carer: Carer, *, ends: bool = True) -> int:
    """What others were told of them and their being buddies, by name. How many messages and letters.

    Without `ends` it stays that it is over: who counted on them is to hear of it, whatever else goes. What it says goes
    on its date like of every message, and its subject names nobody.
    """
    buddies = Buddy.objects.filter(Q(asker=carer) | Q(asked=carer))
    whats = ("asked", "agreed", "ended") if ends else ("asked", "agreed")
    keys = [buddy_key(buddy, what) for buddy in buddies for what in whats]
    return outbox.forget(keys) + letters.forget(keys)


def told_ends(carer: Carer) -> bool:
    """Whether a message or a letter still says, by name, that somebody and they are buddies no longer."""
    buddies = Buddy.objects.filter(Q(asker=carer) | Q(asked=carer))
    keys = [buddy_key(buddy, "ended") for buddy in buddies]
    return (
        Message.objects.filter(key__in=keys).exclude(text="").exists()
        or Letter.objects.filter(key__in=keys).exclude(sheets=[]).exists()
    )


def buddy_asked(buddy: Buddy) -> None:
    _tell_buddy(buddy, buddy.asked, BUDDY_ASKED, "asked")


def buddy_agreed(buddy: Buddy) -> None:
    _tell_buddy(buddy, buddy.asker, BUDDY_AGREED, "agreed")


def buddy_ended(buddy: Buddy, carer: Carer) -> None:
    """To the one of the two who did not end it: a no, a question taken back, or that they are buddies no longer."""
    answered = "said-no" if carer.pk == buddy.asker_id else "taken-back"
    _tell_buddy(buddy, carer, BUDDY_ENDED, "ended", how="parted" if buddy.agreed_at else answered)


def _tell_buddy(buddy: Buddy, carer: Carer, template: str, what: str, **context: Any) -> None:
    """By mail, or by letter where there is no address: somebody waits for their answer, or counts on them."""
    said = {"site": settings.SITE_URL, "name": buddy.other(carer).name, "buddy": buddy, **context}
    letters.tell(carer, key=buddy_key(buddy, what), template=template, context=said)


def _queue(carer: Carer, template: str, key: str, *, secrets: list[str] | None = None, **context: Any) -> bool:
    """By mail, where there is an address; whoever has none is on the team's list for what `letters.to_ring` says.
    Whether it was new."""
    if not carer.mail_to or carer.silent_at:
        return False
    return outbox.queue(
        key=key,
        to=carer.mail_to,
        template=template,
        language=carer.mail_language,
        secrets=secrets or [],
        whose=letters.whose(carer),
        context={"site": settings.SITE_URL, **context},
    )
