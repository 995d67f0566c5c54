"""What the outbox knows of a person: the mails to their address. What was said in them is not kept for long."""

from typing import Any

from notifications import outbox
from notifications.models import Message


def personal_data(who: Any) -> dict[str, Any]:
    mails = Message.objects.filter(to__iexact=who.email).order_by("queued_at")
    return {"mails to you": list(mails.values("subject", "language", "queued_at", "sent_at"))}


def erase(address: str) -> int:
    """Every mail to an address that nobody here has any more. How many."""
    return outbox.forget_address(address)
