"""The verbs of a carer's own listing: written in steps, sent, and decided where the team must look first.

After a first approval small changes are live at once and can be put back. What waits: another name, services that
ask for something more, and a base outside the area; the approved version stays public meanwhile, and standing reads
the approved services. Giving up a service is immediate.
"""

from collections.abc import Collection, Mapping
from copy import copy
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.recording import Actor, record
from directory import services
from directory.models import Listing
from directory.owners import set_owner
from files.models import Photo
from onboarding import journey, letters, listing_facts
from onboarding.listing_facts import BASE, CAPACITY, SERVICES, Facts
from onboarding.models import Carer, ListingChange, ListingDraft
from onboarding.papers import Decided, NotNow, OwnPaper, decides_alone, user_of
from onboarding.requirements import LEVELS, Requirements
from onboarding.settling import held, settle

NAMES = ("name", "first_name")
SENT = "onboarding/mail/listing_sent"
APPROVED = "onboarding/mail/listing_approved"
SENT_BACK = "onboarding/mail/listing_sent_back"
PUT_BACK = "onboarding/mail/listing_put_back"
DECIDE = "onboarding.decide_changes"


class ChangedMeanwhile(NotNow):
    """Another tab, or the team, changed the same facts since they were shown. `facts` says which."""

    def __init__(self, facts: Collection[str]):
        super().__init__(", ".join(sorted(facts)))
        self.facts = frozenset(facts)


class NothingToSend(NotNow):
    """The draft says nothing that is not public already."""


class Removed(NotNow):
    """The team removed their listing: nothing takes its place while they can appeal."""

    words = _("Your page was removed from the directory, so no listing can be sent. You can appeal against that.")


class Sent(NamedTuple):
    """What is live already, and what waits for the team."""

    live: ListingChange | None
    waiting: ListingChange | None


def is_approved(carer: Carer) -> bool:
    return bool(carer.listing and carer.listing.published_at and not carer.listing.ended_at)


def is_removed(carer: Carer) -> bool:
    """Whether the team ended their listing while they are still here."""
    return bool(carer.listing and carer.listing.published_at and carer.listing.ended_at and not carer.left_at)


def not_removed(carer: Carer) -> None:
    """Raises `Removed`."""
    if is_removed(carer):
        raise Removed


def public_facts(carer: Carer) -> Facts:
    """Those of the approved version; none before a first approval."""
    return listing_facts.of(carer.listing) if is_approved(carer) else {}


def facts_of(carer: Carer) -> Facts:
    """What the carer's own pages show: the public facts with what waits and what is drafted over them."""
    waiting = carer.listing_changes.waiting().first()
    draft = ListingDraft.objects.filter(carer=carer).first()
    said = (waiting.after if waiting else {}) | (draft.facts if draft else {})
    if is_approved(carer):
        return public_facts(carer) | said
    return {"name": carer.name} | said | {SERVICES: carer.services}


# --- the carer's -----------------------------------------------------------------------------------------


@transaction.atomic
def keep(carer: Carer, *, by: Actor, facts: Mapping[str, Any], seen: str = "") -> ListingDraft:
    """Saves one step of the listing. `seen` is the `fingerprint` of what the form showed.

    Raises `ChangedMeanwhile` where those facts say something else by now.
    """
    user_of(by)
    carer, new = held(carer), listing_facts.as_json(facts)
    now = facts_of(carer)
    changed = {name for name, value in new.items() if now.get(name) != value}
    if seen and changed and seen != listing_facts.fingerprint(now, tuple(new)):
        raise ChangedMeanwhile(changed)
    draft, _made = ListingDraft.objects.get_or_create(carer=carer, defaults={"base": public_facts(carer)})
    draft.facts |= new
    draft.save()
    if SERVICES in new and not is_approved(carer):  # until then what is asked of them follows what they would offer
        journey.set_services(carer, by=by, services=new[SERVICES])
    return draft


@transaction.atomic
def throw_away(carer: Carer, *, by: Actor) -> None:
    """The draft goes; what is public and what waits stays."""
    user_of(by)
    ListingDraft.objects.filter(carer=held(carer)).delete()


@transaction.atomic
def send(carer: Carer, *, by: Actor, anyway: Collection[str] = (), tell: bool = True) -> Sent:
    """What is small is live now, what is big waits for the team; the first listing waits whole.

    They are told what waits, unless not to `tell`. Raises `NothingToSend`; `ChangedMeanwhile` where the public version
    moved on under the draft, but for the facts in `anyway`, which somebody saw both of; `ValidationError` where a fact
    cannot be.
    """
    carer = held(carer)
    not_removed(carer)
    draft = ListingDraft.objects.filter(carer=carer).first()
    now = public_facts(carer)
    drafted = _drafted(carer)
    wanted = {name: value for name, value in drafted.items() if now.get(name) != value}
    given_up = _no_longer_wanted(carer, drafted, now)
    if not draft or not (wanted or given_up or not now):
        raise NothingToSend
    if moved := {name for name in wanted if now and draft.base.get(name) != now.get(name)} - set(anyway):
        raise ChangedMeanwhile(moved)
    wanted = _with_its_whole(wanted, drafted)
    big = big_of(wanted, now) if now else set(wanted)
    live = _go_live(carer, by, _small(wanted, big, now), now)
    waiting = _wait(carer, by, {name: wanted[name] for name in big}, now, given_up)
    draft.delete()
    if waiting and tell:
        _tell(waiting, SENT, first=not now)
    return Sent(live, waiting)


@transaction.atomic
def take_back(change: ListingChange, *, by: Actor) -> ListingChange:
    """The carer takes back what waits; it is a draft again. Raises `Decided`."""
    carer, row = _waiting(change)
    _draft_again(carer, row, by)
    _decide(row, ListingChange.Outcome.TAKEN_BACK, by)
    record("listing_change.taken_back", by=by, target=row, carer=carer)
    return row


# --- the team's ------------------------------------------------------------------------------------------


@transaction.atomic
def approve(change: ListingChange, *, by: Actor, at_once: bool = True) -> Listing:
    """The change is public; a first one makes the listing, which is public on the days that standing allows.

    `at_once` is that of `outbox.queue`. Raises `Decided`, `Removed`, `OwnPaper` for one's own, `OwnEntry`, and
    `ValidationError` where a fact cannot be (any more).
    """
    carer, row = _waiting(change)
    not_removed(carer)
    alone = _decides_alone(row, carer, by)
    first = not is_approved(carer)
    listing = _make(carer, by, row.after) if first else _apply(carer, by, _onto(row, public_facts(carer)))
    _decide(row, ListingChange.Outcome.APPROVED, by)
    record("listing_change.approved", by=by, target=row, carer=carer, facts=sorted(row.after), alone=alone)
    settle(carer, by=by)
    _tell(row, APPROVED, at_once=at_once, first=first)
    return listing


@transaction.atomic
def send_back(change: ListingChange, *, by: Actor, reason: str) -> ListingChange:
    """The carer is told what to mend, and what they wrote is their draft again.

    Raises `Decided`, `OwnPaper` and `OwnEntry`.
    """
    carer, row = _waiting(change)
    alone = _decides_alone(row, carer, by)
    if not reason.strip():
        raise ValueError("What the carer is told is empty; say what to mend.")
    _draft_again(carer, row, by)
    _decide(row, ListingChange.Outcome.SENT_BACK, by, reason.strip())
    record("listing_change.sent_back", by=by, target=row, carer=carer, alone=alone)
    _tell(row, SENT_BACK)
    return row


@transaction.atomic
def look_at(change: ListingChange, *, by: Actor) -> None:
    """Somebody of the team has seen what went live by itself. Raises `Decided`, `OwnPaper` and `OwnEntry`."""
    carer = held(change.carer)
    row = ListingChange.objects.unseen().select_for_update().filter(pk=change.pk).first()
    if row is None:
        raise Decided
    alone = _decides_alone(row, carer, by)
    row.seen_at, row.seen_by = timezone.now(), user_of(by)
    row.save(update_fields=["seen_at", "seen_by"])
    record("listing_change.seen", by=by, target=row, carer=carer, alone=alone)


@transaction.atomic
def put_back(change: ListingChange, *, by: Actor, reason: str) -> set[str]:
    """The facts of a small change are as they were before, but for those that changed again since, which it returns.

    The photo stays where the one before is gone by now, and a service that was given up stays so. Raises `Decided` for
    what is not live, `OwnPaper` and `OwnEntry`.
    """
    carer = held(change.carer)
    row = ListingChange.objects.select_for_update().get(pk=change.pk)
    if row.outcome != ListingChange.Outcome.LIVE or not is_approved(carer):
        raise Decided
    alone = _decides_alone(row, carer, by)
    now = public_facts(carer)
    since = {name for name, value in row.after.items() if now.get(name) != value} | _no_more(row)
    _apply(carer, by, _before(row, now, since))
    _decide(row, ListingChange.Outcome.PUT_BACK, by, reason.strip())
    record("listing_change.put_back", by=by, target=row, carer=carer, changed_since=since, alone=alone)
    settle(carer, by=by)
    _tell(row, PUT_BACK)
    return since


# --- what is big -----------------------------------------------------------------------------------------


def big_of(wanted: Facts, now: Facts) -> set[str]:
    """Those of the changed facts that the team must look at first."""
    big = {name for name in NAMES if name in wanted}
    if not _inside(wanted, now):
        big.update(name for name in BASE if name in wanted)
    if SERVICES in wanted and asks_more(now[SERVICES], wanted[SERVICES]):
        big.add(SERVICES)
    return big


def asks_more(held_now: Collection[str], wanted: Collection[str]) -> bool:
    """Whether the new services ask for a paper, or a higher DBS check, that the old ones did not."""
    return bool(more_asked(held_now, wanted))


def more_asked(held_now: Collection[str], wanted: Collection[str]) -> list[str]:
    """What they ask for that the old ones did not, in words."""
    asked: Requirements = settings.SCHEME.requirements
    before, after = asked.business(held_now), asked.business({*held_now, *wanted})
    had = {it.slug for it in asked.applying(before)}
    more = [str(it) for it in asked.applying(after) if it.slug not in had]
    if after.level > before.level >= LEVELS.index("enhanced"):  # the same paper, of a higher level
        more.append(gettext("an enhanced DBS check with the adults’ barred list"))
    return more


def _inside(wanted: Facts, now: Facts) -> bool:
    """Whether the base is one of the scheme's places inside its area."""
    if not any(name in wanted for name in BASE):
        return True
    return is_inside(*({**now, **wanted}.get(name) for name in ("easting", "northing")))


def is_inside(easting: int | None, northing: int | None) -> bool:
    places = settings.SCHEME.places
    return any((easting, northing) == (place.easting, place.northing) and place.inside for place in places)


def _with_its_whole(wanted: Facts, drafted: Facts) -> Facts:
    """A base goes whole, and so does what is said about space: half of either is nonsense."""
    for group in (BASE, CAPACITY):
        if any(name in wanted for name in group):
            wanted = wanted | {name: drafted[name] for name in group if name in drafted}
    return wanted


def _small(wanted: Facts, big: Collection[str], now: Facts) -> Facts:
    """What goes live at once: all that is not big, and of services those that are given up."""
    small = {name: value for name, value in wanted.items() if name not in big}
    if now and SERVICES in big and (kept := sorted(set(now[SERVICES]) & set(wanted[SERVICES]))) != now[SERVICES]:
        small[SERVICES] = kept
    return small


def _no_more(row: ListingChange) -> set[str]:
    """Facts that cannot be what they were: the photo of before is not kept for ever (`purging.purge_photos`)."""
    before = row.before.get("photo")
    return {"photo"} if before and not Photo.objects.filter(pk=before).exists() else set()


def _before(row: ListingChange, now: Facts, since: Collection[str]) -> Facts:
    before = {name: value for name, value in row.before.items() if name not in since}
    if SERVICES in before:
        before[SERVICES] = sorted(set(before[SERVICES]) & set(now[SERVICES]))
    return before


def _onto(row: ListingChange, now: Facts) -> Facts:
    """The change laid over what is public by now: a service given up meanwhile does not come back with it."""
    if SERVICES not in row.after:
        return row.after
    before, after = set(row.before[SERVICES]), set(row.after[SERVICES])
    return row.after | {SERVICES: sorted((set(now[SERVICES]) | (after - before)) - (before - after))}


def services_after(change: ListingChange) -> list[str]:
    """What the listing would offer once the change is approved."""
    return _onto(change, public_facts(change.carer))[SERVICES]


# --- doing it --------------------------------------------------------------------------------------------


def _go_live(carer: Carer, by: Actor, small: Facts, now: Facts) -> ListingChange | None:
    if not small or not now:
        return None
    _apply(carer, by, small)
    change = carer.listing_changes.create(
        before={name: now.get(name) for name in small}, after=small, sent_by=user_of(by),
        outcome=ListingChange.Outcome.LIVE, decided_at=timezone.now(),
    )  # fmt: skip
    record("listing_change.live", by=by, target=change, carer=carer, facts=sorted(small))
    settle(carer, by=by)
    return change


def _no_longer_wanted(carer: Carer, drafted: Facts, now: Facts) -> set[str]:
    """Facts that wait, and that the draft says are to stay as they are public."""
    waiting = carer.listing_changes.waiting().first()
    return {name for name in (waiting.after if waiting else ()) if name in drafted and drafted[name] == now.get(name)}


def _wait(carer: Carer, by: Actor, big: Facts, now: Facts, given_up: Collection[str]) -> ListingChange | None:
    """One waits at most: what waited before goes into it, but for what is no longer wanted."""
    earlier = carer.listing_changes.waiting().select_for_update().first()
    if earlier and (big or given_up):
        big = {name: value for name, value in earlier.after.items() if name not in given_up} | big
        _decide(earlier, ListingChange.Outcome.REPLACED if big else ListingChange.Outcome.TAKEN_BACK, by)
    if not big:
        return None
    if not now:
        check_first(big)
    before = {name: now.get(name) for name in big} if now else {}
    change = carer.listing_changes.create(before=before, after=big, sent_by=user_of(by))
    record("listing_change.sent", by=by, target=change, carer=carer, facts=sorted(big))
    return change


def check_first(facts: Facts, *, with_the_database: bool = True) -> None:
    """Raises `ValidationError` for what no listing can be, before it waits for weeks.

    Without the database its own rules are not asked, each of which takes a statement.
    """
    listing = Listing(slug="not-yet", **listing_facts.for_listing(facts), **listing_facts.for_capacity(facts))
    listing.full_clean(exclude=["photo", "owner", "slug"], validate_constraints=with_the_database)
    if not facts.get(SERVICES):
        raise ValidationError({SERVICES: gettext("Choose what you would like to offer")})


def _make(carer: Carer, by: Actor, facts: Facts) -> Listing:
    owner = carer.owner
    carer.listing = services.create_listing(by=by, **listing_facts.for_listing(facts))
    carer.save(update_fields=["listing"])
    if owner:
        set_owner(carer.listing, by=by, owner=owner)
    _apply(carer, by, {name: facts[name] for name in (SERVICES, *CAPACITY) if name in facts})
    services.publish(carer.listing, by=by)
    return carer.listing


def _apply(carer: Carer, by: Actor, facts: Facts) -> Listing:
    listing = carer.listing
    assert listing is not None  # noqa: S101 (every caller made or found one)
    if plain := listing_facts.for_listing(facts):
        services.change_listing(listing, by=by, **plain)
    if SERVICES in facts:
        services.set_services(listing, by=by, services=facts[SERVICES])
    if space := listing_facts.for_capacity(facts):
        services.confirm_capacity(listing, by=by, on=timezone.localdate(), **space)
    return listing


def _drafted(carer: Carer) -> Facts:
    """Before a first approval the services are those of the journey, wherever they were chosen last."""
    draft = ListingDraft.objects.filter(carer=carer).first()
    if draft is None:
        return {}
    return (
        draft.facts if is_approved(carer) or SERVICES not in draft.facts else draft.facts | {SERVICES: carer.services}
    )


def _draft_again(carer: Carer, row: ListingChange, by: Actor) -> None:
    """What was sent, under what was written since."""
    since = _drafted(carer) if is_approved(carer) else {**_drafted(carer), SERVICES: carer.services}
    keep(carer, by=by, facts={**row.after, **since})


def _waiting(change: ListingChange) -> tuple[Carer, ListingChange]:
    carer = held(change.carer)
    row = ListingChange.objects.select_for_update().get(pk=change.pk)
    if not row.is_waiting:
        raise Decided
    return carer, row


def _decides_alone(row: ListingChange, carer: Carer, by: Actor) -> bool:
    """What came with a register was the council's before, so whoever moved it in may approve it."""
    if carer.owner_id and getattr(user_of(by), "pk", None) == carer.owner_id:
        raise OwnPaper
    return not row.is_team_record and decides_alone(row.sent_by, by, DECIDE)


def _decide(row: ListingChange, outcome: str, by: Actor, reason: str = "") -> None:
    row.outcome, row.reason, row.decided_at, row.decided_by = outcome, reason, timezone.now(), user_of(by)
    row.save()


def would_say(change: ListingChange, template: str, *, reason: str = "", first: bool = False) -> list[letters.Said]:
    """What the carer would read of a decision that is not made yet."""
    row = copy(change)
    row.reason = reason
    return letters.preview(row.carer, template, {**_mailed(row), "first": first})


def _tell(row: ListingChange, template: str, *, at_once: bool = True, **context: Any) -> None:
    key = f"listing-change:{row.pk}:{row.outcome or 'sent'}"
    letters.tell(row.carer, key=key, template=template, context={**_mailed(row), **context}, at_once=at_once)


def _mailed(row: ListingChange) -> dict[str, Any]:
    return {"change": row, "carer": row.carer, "site": settings.SITE_URL}
