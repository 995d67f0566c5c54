"""Praise on a carer's page: the verbs of its public rows. Whether it may be shown is for the room above (feedback)."""

from datetime import date

from django.db import transaction

from audit.recording import Actor, record
from directory.models import Listing, PraiseRow


@transaction.atomic
def show(
    listing: Listing,
    *,
    by: Actor,
    number: int,
    words: str,
    language: str,
    name: str,
    said_on: date,
    answer: str = "",
    answer_language: str = "",
) -> PraiseRow:
    """It is public from now on, or stands as it now reads."""
    said = {"listing": listing, "words": words, "language": language, "name": name, "said_on": said_on,
            "answer": answer, "answer_language": answer_language}  # fmt: skip
    row, new = PraiseRow.objects.update_or_create(number=number, defaults=said)
    record("listing.praise_shown" if new else "listing.praise_changed", by=by, target=listing, praise=number)
    return row


@transaction.atomic
def take_down(listing: Listing, *, by: Actor, number: int) -> bool:
    """It is not public any more. Whether it was."""
    count, _kinds = PraiseRow.objects.filter(number=number).delete()
    if count:
        record("listing.praise_taken_down", by=by, target=listing, praise=number)
    return bool(count)
