"""What happens to the page in the directory when somebody joins, stands down or leaves: said before it is done."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory import vocabulary
from onboarding.models import Carer
from onboarding.standing import Facts, Person, Reason, Standing, facts_of, standing_of
from onboarding.stretches import holds


@dataclass(frozen=True)
class Consequence:
    """A sentence, and the reasons it names."""

    words: str
    reasons: tuple[Reason | str, ...] = ()


def consequence(carer: Carer, people: tuple[Person, ...], *, day: date) -> Consequence:
    """Of having these people from that day on."""
    facts = facts_of(carer)
    before, after = standing_of(facts, day), standing_of(replace(facts, people=people), day)
    listing = carer.listing
    if listing is None or not listing.published_at or listing.suspended_at or listing.ended_at:
        return Consequence(_("Your page is not in the directory now, so nothing changes there."))
    return public(before, after, day)


def public(before: Standing, after: Standing, day: date) -> Consequence:
    was, will = holds(before.days, day), holds(after.days, day)
    said = {"day": date_format(day)}
    if was and not will:
        words = _("From %(day)s your page is not public, until these are there:")
        return Consequence(words % said, tuple(after.reasons))
    if will and not was:
        return Consequence(_("Your page is public again from %(day)s.") % said)
    if not will:
        return Consequence(_("Your page is not public, because of this:"), tuple(after.reasons))
    if lost := before.services_now - after.services_now:
        names = tuple(str(vocabulary.SERVICES[slug]) for slug in sorted(lost))
        return Consequence(_("Your page stays public. From %(day)s it does not show:") % said, names)
    return Consequence(_("Your page stays public. It says how many work with you, and that each was checked."))


def with_somebody(facts: Facts, first_name: str, works_from: date) -> tuple[Person, ...]:
    return (*facts.people, Person(0, first_name, works_from))


def stood_down(facts: Facts, worker: int, on: date | None) -> tuple[Person, ...]:
    """With that person off from that day; with none, back."""
    return tuple(replace(person, stood_down_on=on) if person.pk == worker else person for person in facts.people)


def without(facts: Facts, worker: int) -> tuple[Person, ...]:
    return tuple(person for person in facts.people if person.pk != worker)
