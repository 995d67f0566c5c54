"""The verbs of contingency buddies: two carers who agreed that each may ring the other when ill or away.

The portal sends nobody to anybody and hands nobody's clients on: whoever is helped decides who comes. A person is
found by what is public about them, so that nobody learns here who else is on their way into the directory.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import Actor, record
from directory.models import Listing
from onboarding import upkeep_mails
from onboarding.models import Buddy, Carer
from onboarding.papers import NotNow
from onboarding.settling import held

MOST_OPEN = 5  # questions that nobody has answered


class NobodyFound(NotNow):
    def __str__(self) -> str:
        return _("We find nobody with a public page like that. Copy the address of their page in here")


class SeveralFound(NotNow):
    def __str__(self) -> str:
        return _("Several people have that name. Copy the address of their page in here")


class Yourself(NotNow):
    def __str__(self) -> str:
        return _("That is your own page. Enter somebody else")


class AskedAlready(NotNow):
    def __str__(self) -> str:
        return _("You two have this going already: look at the list on this page")


class NoMail(NotNow):
    def __str__(self) -> str:
        return _("They have no email address with us. Ring them, and then ask the team to note it")


class TooManyAsked(NotNow):
    def __str__(self) -> str:
        return _("Five people have not answered you yet. Wait for them, or take a question back first")


def find(who: str, *, on: date) -> Carer:
    """Somebody public by the name, page address or email that their page shows. Raises `NotNow`."""
    live = Listing.objects.live(on=on)
    slug = who.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    for how in ({"slug": slug.lower()}, {"email__iexact": who}, {"name__iexact": who}):
        listings = list(live.filter(**how)[:2]) if all(how.values()) else []
        if len(listings) > 1:
            raise SeveralFound
        if listings and (carer := Carer.objects.filter(listing=listings[0], left_at=None).first()):
            return carer
    raise NobodyFound


@transaction.atomic
def ask(carer: Carer, other: Carer, *, by: Actor) -> Buddy:
    """The other is mailed, and agrees or does not; who was asked by them already agrees by this.

    Raises `NotNow`.
    """
    if carer.pk == other.pk:
        raise Yourself
    first, second = sorted((carer, other), key=lambda one: one.pk)  # always in that order, so that no two wait for
    held(first), held(second)  # each other
    if going := Buddy.objects.of(carer).of(other).select_for_update().first():
        return _answer(going, carer, by)
    if not other.mail_to:
        raise NoMail
    if Buddy.objects.filter(asker=carer, agreed_at=None, ended_at=None).count() >= MOST_OPEN:
        raise TooManyAsked
    buddy = Buddy.objects.create(asker=carer, asked=other)
    record("buddy.asked", by=by, target=buddy, asker=carer, asked=other)
    upkeep_mails.buddy_asked(buddy)
    return buddy


def _answer(going: Buddy, carer: Carer, by: Actor) -> Buddy:
    if not going.waits_for(carer):
        raise AskedAlready
    return agree(going, carer, by=by)


@transaction.atomic
def agree(buddy: Buddy, carer: Carer, *, by: Actor) -> Buddy:
    """Who was asked agrees: each sees the other's name and phone from now on."""
    row = Buddy.objects.select_for_update().get(pk=buddy.pk)
    if row.ended_at is None and row.waits_for(carer):
        row.agreed_at = timezone.now()
        row.save(update_fields=["agreed_at"])
        record("buddy.agreed", by=by, target=row)
        upkeep_mails.buddy_agreed(row)
    return row


@transaction.atomic
def end(buddy: Buddy, carer: Carer, *, by: Actor) -> None:
    """Either of the two, at any time: takes the question back, says no, or ends it. The other is mailed."""
    row = Buddy.objects.select_for_update().get(pk=buddy.pk)
    if row.ended_at is not None:
        return
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record("buddy.ended", by=by, target=row)
    if row.agreed_at or row.waits_for(carer):
        upkeep_mails.buddy_ended(row, row.other(carer))
