"""What the carer's journey holds about a person: everything, but for what is about somebody else."""

import mimetypes
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.personal import Part, Person
from audit.recording import Actor, record
from directory.personal import of_listing
from files.personal import content, of_files
from onboarding import erasing, joining, pages
from onboarding.models import Booking, Buddy, Carer, HelpAnswer, Interest


def carer_of(who: Person) -> Carer | None:
    """Their account's, and that one alone: two of a household may have given the team the same address.

    Without one, whom the team entered with that address; where those are several, nobody knows which, and it is none.
    Or the one of that number.
    """
    carers = Carer.objects.select_related("listing").order_by("pk")
    if who.number:
        return carers.filter(pk=who.number).first()
    own = carers.filter(owner=who.user).first() if who.user else None
    entered = [] if own or not who.email else list(carers.filter(owner=None, email__iexact=who.email)[:2])
    return own or (entered[0] if len(entered) == 1 else None)


def carers_at(address: str) -> list[Carer]:
    """Every carer whom that address reaches, here or by their account."""
    reached = Q(owner__email__iexact=address) | Q(owner=None, email__iexact=address)
    return list(Carer.objects.filter(reached).order_by("pk")) if address else []


def personal_data(who: Person) -> dict[str, Any]:
    carer = carer_of(who)
    interests = interests_of(who, carer)
    facts = ("name", "email", "phone", "place", "words", "language", "heard_from", "returning", "made_at", "started_at")
    found: dict[str, Any] = {"interest": list(interests.values(*facts))}
    if carer:
        listing = {} if who.user and carer.owner_id else of_listing(carer.listing)  # an owner's is the directory's
        found |= of_journey(carer) | of_papers(carer) | of_upkeep(carer) | listing
    return found


def interests_of(who: Person, carer: Carer | None) -> QuerySet[Interest]:
    """Of another carer with the same address: theirs. Nobody knows yet whose one is that has not begun."""
    mine = Q(carer=carer) if carer else Q(pk=None)
    if who.email:
        mine |= Q(email__iexact=who.email, carer=None) if carer else Q(email__iexact=who.email)
    return Interest.objects.filter(mine).order_by("pk")


def erase(who: Person, *, by: Actor, on: date) -> Iterator[Part]:
    """What they told us before they began, and what of their journey nobody needs any more."""
    carer = carer_of(who)
    if count := _interests_erased(interests_of(who, carer), by):
        yield Part("interests", _("What you told us before you started"), gone=count)
    if carer:
        yield from erasing.erase(carer, by=by, on=on)


@transaction.atomic
def _interests_erased(interests: QuerySet[Interest], by: Actor) -> int:
    if count := joining.forget(interests):
        record("interest.erased", by=by, target="onboarding.interest", count=count)
    return count


def of_journey(carer: Carer) -> dict[str, Any]:
    reached = ("phone", "email", "language", "letters_to", "large_print")
    names = ("name", *reached, "services", "keeps_records", "heard_from", "returning")
    days = ("joined_at", "left_at", "said_right_on", "wants_news", "news_said_at")
    bookings = Booking.objects.of(carer).order_by("pk")
    answers = HelpAnswer.objects.filter(request__carer=carer).order_by("at", "pk")
    return {
        "journey": [{name: getattr(carer, name) for name in (*names, *days)}],
        "people in the business": list(carer.workers.values("first_name", "works_from", "stood_down_on", "removed_at")),
        "training": list(
            bookings.values("worker__first_name", "session__title_en", "session__starts_at", "booked_at", "has_seat",
                            "cancelled_at", "attended")
        ),
        "signatures under the Code": list(
            carer.agreements.order_by("pk").values("code__number", "typed_name", "language", "signed_on", "signed_at")
        ),
        "help you asked for": list(
            carer.help_requests.order_by("pk").values("id", "requirement", "what", "by_when", "asked_at")
        ),
        "help: answers": list(answers.values("request_id", "at", "from_carer", "words", "arranged")),
        "letters to you": [
            {"subject": letter.subject, "made_at": letter.made_at, "posted_at": letter.posted_at, "text": letter.text}
            for letter in carer.letters.all()
        ],
    }  # fmt: skip


def of_papers(carer: Carer) -> dict[str, Any]:
    decided = ("outcome", "reason", "decided_at", "seen_on", "valid_from", "valid_until", "because")
    sent = ("requirement", "worker__first_name", "how", "facts", "dated", "ends_on", "sent_at")
    return {
        "papers": list(carer.evidence.order_by("pk").values(*sent, *decided)),
        "papers: begun": list(carer.drafts.order_by("pk").values("requirement", "facts", "updated_at")),
        **of_files(page.file for page in pages.of(carer)),
    }


def of_upkeep(carer: Carer) -> dict[str, Any]:
    changes = carer.listing_changes.order_by("pk")
    buddies = Buddy.objects.filter(Q(asker=carer) | Q(asked=carer)).select_related("asker", "asked").order_by("pk")
    draft = getattr(carer, "listing_draft", None)
    return {
        "your page: changes": list(changes.values("before", "after", "sent_at", "outcome", "decided_at", "reason")),
        "your page: draft": [{"facts": draft.facts, "updated_at": draft.updated_at}] if draft else [],
        "personal care: numbers": list(carer.headcounts.order_by("month").values("month", "number", "said_at")),
        "asked whether it is still right": list(carer.still_right.order_by("pk").values("about", "since", "asked_at")),
        "buddies": [
            {
                "with": buddy.other(carer).name, "asked_at": buddy.asked_at,
                "agreed_at": buddy.agreed_at, "ended_at": buddy.ended_at,
            }
            for buddy in buddies
        ],
    }  # fmt: skip


def personal_files(who: Person) -> Iterator[tuple[str, bytes]]:
    """The files that are still kept, each with a name that is safe in an archive."""
    carer = carer_of(who)
    for page in pages.of(carer) if carer else ():
        data = content(page.file)
        if data is not None:
            ending = mimetypes.guess_extension(page.file.content_type) or ""
            yield f"{page.paper.requirement}-{page.file.pk}{ending}", data
