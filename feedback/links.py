"""The link by which somebody follows their case without an account.

It is signed, ends after a time where a new one can be mailed, and a new one makes those before it useless. Whoever it
is forwarded to sees what is shared with its reader, and no more.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode

from feedback.models import Case

SALT = "feedback.case"
KEEP = timedelta(days=90)


class TooOld(Exception):
    """The link is one of ours, and does not open the case any more: ask for a new one."""


def link(case: Case, *, language: str = "") -> str:
    """Where they follow it; the page in their language."""
    key = signing.dumps([case.pk, case.links_sent], salt=SALT)
    path = reverse("feedback:case", args=[case.reference])
    before = f"/{language}" if language == "cy" else ""
    return f"{settings.SITE_URL}{before}{path}?{urlencode({'key': key})}"


def renew(case: Case) -> None:
    """Those sent before do not open it any more."""
    Case.objects.filter(pk=case.pk).update(links_sent=F("links_sent") + 1)
    case.refresh_from_db(fields=["links_sent"])


def opened(reference: str, key: str) -> Case | None:
    """The case that the link opens; nothing for a link that is not ours, or of another case. Raises `TooOld`."""
    try:
        pk, number = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    case = Case.objects.select_related("listing", "merged_into").filter(pk=pk, reference=reference).first()
    if case and (case.links_sent != number or (case.email and is_over(key))):
        raise TooOld
    return case


def is_over(key: str) -> bool:
    """Only of a link that can be mailed anew: whoever stays anonymous was shown theirs once."""
    try:
        signing.loads(key, salt=SALT, max_age=KEEP)
    except signing.SignatureExpired:
        return True
    return False
