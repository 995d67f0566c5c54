"""The verbs of carers who come by phone, by post or to the counter: entered by the team, and how they are reached."""

from typing import Any

from django.conf import settings
from django.db import transaction

from audit.recording import Actor, record
from onboarding import joining, journey, listings, upkeep_mails
from onboarding.models import Carer
from onboarding.papers import NotNow
from onboarding.settling import held

REACHED = ("phone", "email", "language", "letters_to", "large_print")


class HereAlready(NotNow):
    """Somebody of that name can be reached there already. The message says so."""


class OwnAddress(NotNow):
    def __str__(self) -> str:
        return "They have an account, and change their email address there themselves."


@transaction.atomic
def enter(*, by: Actor, name: str, first_name: str, town: str = "", **reached: Any) -> Carer:
    """A journey without an account; `town` is a slug of the scheme's places. Raises `HereAlready`."""
    twin(name, reached.get("email", ""), reached.get("phone", ""))
    carer = journey.start(by=by, name=name, first_name=first_name, **reached)
    if town:
        listings.keep(carer, by=by, facts={"first_name": first_name, "phone": carer.phone, **base(town)})
    return carer


def twin(name: str, email: str, phone: str) -> None:
    """The same person entered twice has two journeys. Raises `HereAlready`."""
    here = Carer.objects.filter(left_at__isnull=True)
    if email and (same := here.filter(email__iexact=email) | here.filter(owner__email__iexact=email)):
        raise HereAlready(f"{same[0]} has this email address already.")
    if phone and here.filter(name__iexact=name, phone=phone).exists():
        raise HereAlready(f"{name} with this phone number is here already.")


def base(town: str) -> dict[str, Any]:
    place = next(place for place in settings.SCHEME.places if place.slug == town)
    names = {"base_name_en": place.name.en, "base_name_cy": place.name.cy}
    return {**names, "easting": place.easting, "northing": place.northing}


@transaction.atomic
def set_reached(carer: Carer, *, by: Actor, **reached: Any) -> set[str]:
    """Which of `REACHED` are other now. Raises `OwnAddress` where an account has the address.

    Whoever has the email address can be given the carer (`inviting`), so the one before is told that it changed; who
    had none is told by letter.
    """
    row = held(carer)
    changed = {name for name in REACHED if name in reached and getattr(row, name) != reached[name]}
    if row.owner_id and "email" in changed:
        raise OwnAddress
    if changed:
        event = record("carer.reached_set", by=by, target=row, facts=changed)
        if "email" in changed:
            upkeep_mails.address_changed(row, event.pk, removed=not reached["email"])
        for name in changed:
            setattr(row, name, reached[name])
        row.save(update_fields=sorted(changed))
    if "email" in changed:  # a link mailed to a mistyped address would hand the carer to a stranger
        joining.close_all(row, by=by, but_to=row.email)
    return changed
