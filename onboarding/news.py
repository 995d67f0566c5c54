"""News from the team, which a carer can stop and start again. What they need for being listed reaches them anyhow.

Opening the mailed link changes nothing: mail scanners open it too. The button on its page does, and a mail program that
posts to it (RFC 8058). Whoever presses it has shown that they read the carer's mail, and no more: the link stands in
the audit, not the carer's account. It works for as long as the carer is here, for mails are kept for years.
"""

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from audit.recording import Actor, record
from notifications import outbox
from onboarding.models import Carer
from onboarding.settling import held

BY_LINK = "job:stop-news"  # whoever came by the link, and did not sign in
SALT = "onboarding.stop-news"
TEST = "test"  # stands for the token in a copy that the team sends to itself


class NotOpen(Exception):
    """The link does not work; the message is a word for the page: wrong, gone, test."""


def wanted(carer: Carer) -> bool:
    """What they said; who said nothing gets it by mail, and not by post."""
    return bool(carer.mail_to) if carer.wants_news is None else carer.wants_news


@transaction.atomic
def choose(carer: Carer, *, by: Actor, wants: bool) -> bool:
    """Stops news, or starts it again. Whether they had not said so before: what holds of somebody who said nothing may
    be otherwise once they have an address."""
    row = held(carer)
    if row.wants_news == wants:
        return False
    row.wants_news, row.news_said_at = wants, timezone.now()
    row.save(update_fields=["wants_news", "news_said_at"])
    record("carer.news_started" if wants else "carer.news_stopped", by=by, target=row)
    return True


def token(carer: Carer) -> str:
    return signing.dumps(carer.pk, salt=SALT)


def link(mailed: str, language: str) -> str:
    """The whole address, on the page in the reader's language, or the first of the scheme's."""
    with translation.override(outbox.languages_of(language)[0]), outbox.readers_addresses():
        return f"{settings.SITE_URL}{reverse('onboarding:stop_news', args=[mailed])}"


def find(mailed: str) -> Carer:
    """Raises `NotOpen`."""
    if mailed == TEST:
        raise NotOpen("test")
    try:
        pk = signing.loads(mailed, salt=SALT)
    except signing.BadSignature as error:
        raise NotOpen("wrong") from error
    carer = Carer.objects.select_related("owner").filter(pk=pk, left_at=None).first()
    if carer is None:
        raise NotOpen("gone")
    return carer
