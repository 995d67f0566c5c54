"""What time alone changes next about a carer, in a sentence for the team. Pure over `onboarding.standing`."""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.formats import date_format

from compliance.lapsing import ended, is_listed, last_day_of, of_whom
from compliance.outcomes import named, names_of
from onboarding.models import Carer
from onboarding.standing import Need, Standing, drops, hides, standing_of
from onboarding.stretches import DAY, holds


def next_change(carer: Carer, now: Standing) -> str:
    """“Hides on 3 March 2027: public liability insurance ends 2 March 2027”; empty where nothing changes by itself."""
    listing, day = carer.listing, now.next_change
    back = listing.paused_until if listing and listing.paused_until and listing.paused_until > now.on else None
    if back and not (listing and listing.suspended_at) and (day is None or back <= day):
        return pause_ends(back, standing_of(now.facts, back))
    if day is None:
        return ""
    then = standing_of(now.facts, day)
    shown = is_listed(carer) and not (listing and listing.suspended_at) and not (back and back > day)
    return " ".join(sentences(now, then, shown=shown))


def pause_ends(day: date, then: Standing) -> str:
    if then.may_be_listed:
        return f"Shown again on {date_format(day)}: the pause ends."
    return f"The pause ends on {date_format(day)}, and it stays hidden: {named(map(str, then.reasons))}."


def sentences(now: Standing, then: Standing, *, shown: bool) -> Iterator[str]:
    """What is different on that day: the whole listing, or services of it."""
    day = date_format(then.on)
    if now.may_be_listed and not then.may_be_listed:
        verb = "Hides on" if shown else "Papers are no longer in order on"
        yield f"{verb} {day}: {cause(now, then, lambda need: hides(need.requirement))}."
    elif then.may_be_listed and not now.may_be_listed:
        yield f"{'Shown again on' if shown else 'Papers are in order on'} {day}: everything is there from then."
    else:
        yield from of_services(now, then)


def of_services(now: Standing, then: Standing) -> Iterator[str]:
    day = date_format(then.on)
    if lost := now.services_now - then.services_now:
        why = cause(now, then, lambda need: any(drops(need.requirement, slug) for slug in lost))
        yield f"Stops showing on {day}: {names_of(lost)} ({why})."
    if gained := then.services_now - now.services_now:
        yield f"Shows from {day}: {names_of(gained)}."


def cause(now: Standing, then: Standing, of: Callable[[Need], bool]) -> str:
    """What holds today and not on that day; else what is lacking then."""
    gone = [need for need in then.needs if of(need) and holds(need.met, now.on) and not holds(need.met, then.on)]
    return named(ending(need, now.on, then.on - DAY) for need in gone) or named(map(str, then.reasons))


def ending(need: Need, on: date, last: date) -> str:
    return f"{in_a_sentence(of_whom(need))} {ended(need, last_day_of(need, last), on)}"


def in_a_sentence(what: str) -> str:
    """“public liability insurance”, but “HMRC registration”."""
    return what if what[1:2].isupper() else what[:1].lower() + what[1:]
