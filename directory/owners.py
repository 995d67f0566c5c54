"""Whose listing it is: the account that reads its enquiries."""

from typing import Any

from django.db import transaction

from audit.recording import Actor, record
from directory.models import Listing


@transaction.atomic
def set_owner(listing: Listing, *, by: Actor, owner: Any) -> None:
    """Gives the listing to an account that has none yet, or to none."""
    row = Listing.objects.select_for_update().get(pk=listing.pk)
    if row.owner_id != (owner.pk if owner else None):
        Listing.objects.filter(pk=row.pk).update(owner=owner)
        record("listing.owner_set", by=by, target=row, owner=owner)
    listing.owner = owner
