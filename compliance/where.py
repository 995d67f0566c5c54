"""Where a carer is, in a headline for the team: what counts before what else is true."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from compliance import seeing
from compliance.models import Decision
from compliance.timeline import names
from directory.models import Listing
from onboarding.models import Carer
from onboarding.standing import Standing
from onboarding.stretches import DAY

PAUSED = "People read “This listing is paused”."
GONE = "People read “This listing has gone”."
LIVE, WARN, STOP = "live", "warn", "stop"


class Where(NamedTuple):
    """`tone` is how it looks; `more` what the public reads."""

    headline: str
    tone: str
    more: str = ""


def where(carer: Carer, now: Standing, *, decision: Decision | None, why: str = "") -> Where:
    """On the day of `now`. `decision` is the one by which they are suspended or ended, if it may be read, and `why` its
    reason as far as whoever reads may see it."""
    listing, on = carer.listing, now.on
    if carer.left_at:
        read = GONE if listing and listing.published_at else ""
        return Where(f"Ended on {day_of(carer.left_at)}{by(decision, carer, why)}", STOP, read)
    if listing is None or not listing.published_at:
        return Where("Not in the directory yet", WARN)
    if listing.suspended_at:
        said = by(decision, carer, why)
        return Where(f"Suspended since {day_of(listing.suspended_at)}{said}", STOP, PAUSED)
    if listing.paused_until and listing.paused_until > on:
        return Where(f"Paused by the carer until {date_format(listing.paused_until)}", WARN, PAUSED)
    return of_listing(listing, now)


def of_listing(listing: Listing, now: Standing) -> Where:
    state = listing.state(now.on)
    if state == Listing.State.LIVE:
        return Where("In the directory today", LIVE)
    if state == Listing.State.ENDED:
        since = f" on {day_of(listing.ended_at)}" if listing.ended_at else ""
        return Where(f"Removed{since}, and still here until the time to appeal is over", STOP, GONE)
    last = max((last for _first, last in now.days if last < now.on), default=None)
    return Where(f"Hidden since {date_format(last + DAY)}" if last else "Hidden today", STOP, PAUSED)


def day_of(moment: datetime) -> str:
    return date_format(timezone.localdate(moment))


def by(decision: Decision | None, carer: Carer, why: str) -> str:
    """“ by Ann Price: papers”."""
    if decision is None:
        return ""
    if why in seeing.UNSAID:
        return f": {why.lower()}"
    who = f" by {names({decision.actor_id}, carer)[decision.actor_id]}" if decision.actor_id else ""
    why = why if why[1:2].isupper() else why[:1].lower() + why[1:]
    return f"{who}: {why}"
