"""An account of which nothing is kept any more."""

from django.db import transaction

from accounts import team
from accounts.models import User
from audit.recording import Actor, record


@transaction.atomic
def forget(user: User, *, by: Actor) -> bool:
    """The account goes, with its addresses and second factors; of what it did there is its number in the audit.

    Who is in the team keeps theirs. Whether it went.
    """
    row = User.objects.select_for_update().filter(pk=user.pk, is_staff=False).first()
    if row is None:
        return False
    team.end_sessions(row)
    record("user.forgotten", by=by, target=row)
    row.delete()
    return True
