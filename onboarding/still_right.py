"""“Still right”: a carer says that what is public still holds, by a mailed link without signing in or on their page.

Opening the link changes nothing: mail scanners open it too. The button does, once a day. Whoever presses it by the link
has shown that they read the carer's mail, and no more: the link stands in the audit, not the carer's account.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from audit.recording import Actor, record
from directory import capacity
from directory.models import Listing
from directory.services import confirm_capacity
from onboarding import upkeep_mails
from onboarding.letters import SPACE_AFTER, whole_unsaid_since
from onboarding.models import Carer, StillRight
from onboarding.settling import held

BY_LINK = "job:still-right"  # whoever came by the link, and did not sign in
SALT = "onboarding.still-right"
SPACE, WHOLE = StillRight.About.SPACE, StillRight.About.WHOLE


class NotOpen(Exception):
    """The link does not work; the message is a word for the page: wrong, expired, gone, hidden."""


@dataclass(frozen=True)
class Question:
    """What a carer is asked of a listing that is public."""

    carer: Carer
    about: str

    @property
    def listing(self) -> Listing:
        assert self.carer.listing is not None  # noqa: S101 (`_listed` has made sure)
        return self.carer.listing

    @property
    def is_whole(self) -> bool:
        return self.about == WHOLE

    def space_after(self, on: date) -> capacity.Shown:
        """What the public reads of their space once they have said so: now it may stand as not confirmed."""
        listing = copy(self.listing)
        listing.capacity_confirmed_on = on
        return capacity.shown(listing, on)

    def was_answered(self, on: date) -> bool:
        """Whether they said so today, by a link or elsewhere."""
        said_whole = not self.is_whole or self.carer.said_right_on == on
        return said_whole and self.listing.capacity_confirmed_on == on


def token(carer: Carer, about: str, *, on: date) -> str:
    return signing.dumps([carer.pk, about, on.isoformat()], salt=SALT)


def find(mailed: str, *, on: date) -> Question:
    """Raises `NotOpen`."""
    try:
        pk, about, day = signing.loads(mailed, salt=SALT)
    except signing.BadSignature as error:
        raise NotOpen("wrong") from error
    if on > date.fromisoformat(day) + timedelta(days=settings.STILL_RIGHT_DAYS):
        raise NotOpen("expired")
    carer = Carer.objects.select_related("listing").filter(pk=pk, left_at=None).first()
    return Question(_listed(carer, on), about)


def _listed(carer: Carer | None, on: date) -> Carer:
    state = carer.listing.state(on) if carer and carer.listing else Listing.State.ENDED
    if carer is None or carer.left_at or state == Listing.State.ENDED:
        raise NotOpen("gone")
    if state != Listing.State.LIVE:
        raise NotOpen("hidden")
    return carer


@transaction.atomic
def say_so(question: Question, *, by: Actor, on: date) -> bool:
    """Confirms space as it stands, and for the whole listing that all of it is right. Whether that was new today.

    Raises `NotOpen`.
    """
    carer = _listed(held(question.carer), on)
    question = Question(carer, question.about)
    if question.was_answered(on):
        return False
    if question.listing.capacity_confirmed_on != on:
        _confirm(question.listing, by=by, on=on)
    if question.is_whole:
        carer.said_right_on = on
        carer.save(update_fields=["said_right_on"])
        record("carer.listing_said_right", by=by, target=carer)
    return True


def _confirm(listing: Listing, *, by: Actor, on: date) -> None:
    said = {name: getattr(listing, name) for name in ("capacity", "space_from", "hours_free", "waiting_weeks")}
    confirm_capacity(listing, by=by, on=on, **said)


# --- asking ----------------------------------------------------------------------------------------------


def ask_all(*, on: date, by: Actor) -> int:
    """Mails each who is public, has an address and has not said so for long. How many."""
    listed = Carer.objects.filter(left_at=None, listing__in=Listing.objects.live(on=on))
    return sum(_ask(carer, on=on, by=by) for carer in listed.select_related("listing", "owner").order_by("pk"))


def due(carer: Carer, on: date) -> Iterator[tuple[str, date]]:
    """What they are to be asked and have not been: the whole listing before its space, which is part of it."""
    listing = Question(carer, WHOLE).listing
    public = timezone.localdate(listing.published_at)
    whole, space = carer.said_right_on or public, listing.capacity_confirmed_on or public
    asked = set(carer.still_right.values_list("about", "since"))
    if whole <= whole_unsaid_since(on) and (WHOLE, whole) not in asked:
        yield WHOLE, whole
    if space + SPACE_AFTER < on and (SPACE, space) not in asked:
        yield SPACE, space


@transaction.atomic
def _ask(carer: Carer, *, on: date, by: Actor) -> bool:
    """One mail, which asks for the more where both are due."""
    if not carer.mail_to or not any(due(carer, on)):
        return False
    questions = list(due(held(carer), on))  # again, now that nobody else can ask
    for about, since in questions:
        carer.still_right.create(about=about, since=since)
    if questions:
        about, since = questions[0]
        record("carer.asked_still_right", by=by, target=carer, about=about)
        upkeep_mails.still_right(carer, about=about, since=since, token=token(carer, about, on=on), on=on)
    return bool(questions)
