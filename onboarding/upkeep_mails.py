"""What is mailed to carers who are in the directory, so that their listing stays right: one function per message."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings

from notifications import outbox
from onboarding.models import Carer

STILL_RIGHT = "onboarding/mail/still_right"


def still_right(carer: Carer, *, about: str, since: date, token: str, on: date) -> None:
    _queue(
        carer,
        STILL_RIGHT,
        f"still-right:{carer.pk}:{about}:{since}",
        secrets=[token],
        listing=carer.listing,
        whole=about == "whole",
        token=token,
        today=on,
        until=on + timedelta(days=settings.STILL_RIGHT_DAYS),
    )


def _queue(carer: Carer, template: str, key: str, *, secrets: list[str] | None = None, **context: Any) -> None:
    """By mail, where there is an address; whoever has none is on the team's list."""
    if not carer.mail_to:
        return
    outbox.queue(
        key=key,
        to=carer.mail_to,
        template=template,
        language=carer.mail_language,
        secrets=secrets or [],
        context={"site": settings.SITE_URL, **context},
    )
