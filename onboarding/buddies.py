"""The verbs of contingency buddies: two carers who agreed that each may ring the other when ill or away.

The portal sends nobody to anybody and hands nobody's clients on: whoever is helped decides who comes. A person is
found by what is public about them, so that nobody learns here who else is on their way into the directory.

Who asks or agrees has an approved listing that has not ended and is not suspended: anybody can begin the journey under
any name, and our mail would lend that name our word. Paused, or hidden because a paper lapsed, they may: whoever is
ill pauses, and then needs a buddy most.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.recording import Actor, record
from directory.models import Listing
from onboarding import upkeep_mails
from onboarding.models import Buddy, Carer
from onboarding.papers import NotNow
from onboarding.settling import held

MOST_OPEN = 5  # questions that nobody has answered
BETWEEN = timedelta(days=30)  # from the end of a question of theirs to the next one to the same business


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


class AskedLately(NotNow):
    def __init__(self, name: str, day: date):
        self.name, self.day = name, day

    def __str__(self) -> str:
        said = {"name": self.name, "day": date_format(self.day)}
        return _("You asked %(name)s before. You may ask again from %(day)s; they may ask you at any time") % said


class NotInDirectory(NotNow):
    def __str__(self) -> str:
        return _("You need an approved page in the directory for this")


class AskerAway(NotNow):
    def __init__(self, name: str):
        self.name = name

    def __str__(self) -> str:
        said = _("%(name)s is not in the directory now, so nothing has changed. You can answer once they are back")
        return said % {"name": self.name}


class Over(NotNow):
    def __str__(self) -> str:
        return _("This is over, so nothing has changed")


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


def takes_part(carer: Carer) -> bool:
    """Whether they may ask and agree: see above."""
    listing = carer.listing
    return bool(
        not carer.left_at and listing and listing.published_at and not listing.ended_at and not listing.suspended_at
    )


@transaction.atomic
def ask(carer: Carer, other: Carer, *, by: Actor, on: date) -> Buddy:
    """The other is told, and agrees or does not; who was asked by them already agrees by this.

    Raises `NotNow`.
    """
    if carer.pk == other.pk:
        raise Yourself
    carer, other = _both_held(carer, other)
    if not takes_part(carer):
        raise NotInDirectory
    if other.left_at:
        raise NobodyFound
    if going := Buddy.objects.of(carer).of(other).select_for_update().first():
        return _answer(going, carer, by)
    _check_new(carer, other, on)
    buddy = Buddy.objects.create(asker=carer, asked=other)
    record("buddy.asked", by=by, target=buddy, asker=carer, asked=other)
    upkeep_mails.buddy_asked(buddy)
    return buddy


def _both_held(carer: Carer, other: Carer) -> tuple[Carer, Carer]:
    """As they stand now, locked always in the same order, so that no two wait for each other."""
    locked = {pk: held(one) for pk, one in sorted({carer.pk: carer, other.pk: other}.items())}
    return locked[carer.pk], locked[other.pk]


def _check_new(carer: Carer, other: Carer, on: date) -> None:
    """Raises `NotNow`."""
    if not other.listing or other.listing.state(on) != Listing.State.LIVE:
        raise NobodyFound
    if (day := may_ask_from(carer, other)) > on:
        raise AskedLately(other.name, day)
    if Buddy.objects.filter(asker=carer, agreed_at=None, ended_at=None).count() >= MOST_OPEN:
        raise TooManyAsked


def may_ask_from(carer: Carer, other: Carer) -> date:
    """The first day on which they may ask the other: some time after a no, so that nobody is pressed; as long after
    they took a question back or the two parted, for each question is a message to somebody who did not ask for it."""
    over = Buddy.objects.filter(asker=carer, asked=other).aggregate(last=Max("ended_at"))["last"]
    return timezone.localdate(over) + BETWEEN if over else date.min


def _answer(going: Buddy, carer: Carer, by: Actor) -> Buddy:
    if not going.waits_for(carer):
        raise AskedAlready
    return agree(going, carer, by=by)


@transaction.atomic
def agree(buddy: Buddy, carer: Carer, *, by: Actor) -> Buddy:
    """Who was asked agrees: each sees the other's name and phone from now on. Agreeing again changes nothing.

    Raises `NotNow` where the question is over, or is not theirs to answer, or one of the two takes no part by now.
    """
    carer, other = _both_held(carer, buddy.other(carer))
    if not takes_part(carer):
        raise NotInDirectory
    row = Buddy.objects.select_for_update().get(pk=buddy.pk)
    if row.ended_at:
        raise Over
    if row.asked_id != carer.pk:
        raise AskedAlready
    if row.agreed_at is None:
        if not takes_part(other):
            raise AskerAway(other.name)
        row.agreed_at = timezone.now()
        row.save(update_fields=["agreed_at"])
        record("buddy.agreed", by=by, target=row)
        upkeep_mails.buddy_agreed(row)
    return row


@transaction.atomic
def end(buddy: Buddy, carer: Carer, *, by: Actor) -> bool:
    """Either of the two, at any time: takes the question back, says no, or ends it. The other is told.

    Whether it was not over before. The row alone is locked: whoever leaves holds their carer's meanwhile.
    """
    row = Buddy.objects.select_for_update().get(pk=buddy.pk)
    if row.ended_at is not None:
        return False
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    record("buddy.ended", by=by, target=row)
    upkeep_mails.buddy_ended(row, row.other(carer))
    return True
