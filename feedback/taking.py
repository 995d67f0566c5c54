"""What becomes of a form of the door: a case, thanks, or a correction. The same form again is the same thing."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory import spam
from directory.models import Listing
from feedback import attachments, cases, corrections, praise
from feedback.attachments import Attachments
from feedback.door_forms import CaseForm
from feedback.models import Case, Correction, Praise
from feedback.ways import THANKS, WRONG, Way

SHORT: dict[str, type[Praise] | type[Correction]] = {THANKS: Praise, WRONG: Correction}  # what is no case


class Made(NamedTuple):
    """`follow` says that nobody is mailed the link by which it is followed, so that the page must show it."""

    reference: str
    received_on: date
    follow: bool = False


@dataclass(frozen=True)
class Told:
    """A form that is in order, with its key, its files, and whoever sends it, if they are signed in."""

    way: Way
    form: Any
    key: str
    attached: Attachments
    sender: User | None = None

    @property
    def listing(self) -> Listing | None:
        listing: Listing | None = self.form.about.listing
        return listing

    def reason_to_hold(self) -> str:
        """No mail repeats what was typed but a name, so one link in the words is no harm."""
        name, email = self.form.facts.get("name", ""), self.form.facts.get("email", "")
        looks = spam.looks_like(trap=self.form.trap, name=name, texts=self.form.texts)
        if looks or spam.links_anywhere(name):
            return looks or "links"
        about = f"listing:{self.listing.pk}" if self.listing else self.way.slug
        return spam.too_often(f"feedback:{about}", email)


def same(way: Way, key: str) -> Made | None:
    """What this very form made before."""
    if way.slug in SHORT:
        short = SHORT[way.slug].objects.filter(form_key=key).first()
        return made_short(short) if short else None
    case = Case.objects.filter(form_key=key).first()
    return made(case) if case else None


def take(told: Told, *, on: date) -> Made:
    if told.way.slug in SHORT:
        return as_short(told)
    return as_case(told, on=on)


@transaction.atomic
def as_short(told: Told) -> Made:
    verb = praise.receive if told.way.slug == THANKS else corrections.report
    facts = told.form.facts
    row = verb(form_key=told.key, listing=told.listing, hold=told.reason_to_hold(), **facts)
    return made_short(row)


@transaction.atomic
def as_case(told: Told, *, on: date) -> Made:
    form: CaseForm = told.form
    case = cases.receive(
        form_key=told.key,
        on=on,
        kind=told.way.kind,
        listing=told.listing,
        reporter_user=None if form.is_anonymous else told.sender,
        from_the_carer=not form.is_anonymous and is_the_carer(told),
        hold=told.reason_to_hold(),
        files=attachments.sent(told.attached),
        **form.facts,
    )
    return made(case)


def made_short(row: Praise | Correction) -> Made:
    return Made(row.reference, timezone.localdate(row.received_at))


def made(case: Case) -> Made:
    return Made(case.reference, case.received_on, follow=not case.email)


def is_the_carer(told: Told) -> bool:
    """Whether it came from the very carer: signed in, or by an address of theirs."""
    listing, email = told.listing, told.form.facts.get("email", "").lower()
    if listing is None:
        return False
    known = {listing.email.lower(), listing.owner.email.lower() if listing.owner else ""} - {""}
    return email in known or bool(told.sender and told.sender.pk == listing.owner_id)
