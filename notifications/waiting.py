"""What of the outbox waits for the team, for the admin's home page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.urls import reverse

from notifications import outbox
from notifications.models import Message


@dataclass(frozen=True)
class Waiting:
    """One queue: what it is, how many stand in it, since when the oldest, where to see to it.

    What is `passing` empties by itself, and nobody is mailed of it.
    """

    what: str
    count: int
    oldest: datetime | None
    url: str
    urgent: bool = False
    passing: bool = False


def waiting(user: Any) -> list[Waiting]:
    """Messages given up, and those that are tried again, for somebody who may see messages."""
    if not user.has_perm("notifications.view_message"):
        return []
    unsent = outbox.shown(Message.objects.filter(sent_at__isnull=True), user)
    queues = (
        ("Messages given up", "given-up", unsent.filter(given_up_at__isnull=False), True),
        ("Messages not sent yet", "waiting", unsent.filter(given_up_at__isnull=True), False),
    )
    found = []
    for what, state, rows, urgent in queues:
        oldest = rows.aggregate(oldest=Min("queued_at"))["oldest"]
        url = reverse("admin:notifications_message_changelist") + f"?state={state}"
        found.append(Waiting(what, rows.count(), oldest, url, urgent, passing=not urgent))
    return found
