"""Spam kept out of public forms without puzzles: a signed form that knows its age, a field that only machines fill
in, what spam looks like, and how often.

Nothing here says no to a person for good. A form sent too fast or too late comes back with everything in it; what looks
like spam is kept aside for the team to see, with the same answer; only too many from one address are turned away.
Addresses are counted in the cache under a day's salt that is nowhere else, so they cannot be found out afterwards.
"""

import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts import caller

log = logging.getLogger(__name__)

T = TypeVar("T")
SALT = "directory.enquiry"
TOO_FAST, TOO_OLD = 3, 24 * 60 * 60
HOUR, DAY = 60 * 60, 24 * 60 * 60
# How many messages: from one caller; about one thing, and with one address to mail, before the rest wait.
PER_CALLER = ((10, HOUR), (30, DAY))
PER_SUBJECT = (20, HOUR)
PER_MAILBOX = (10, DAY)
MOST_LINKS = 1
LOOKS = frozenset({"trap", "links"})  # of the reasons to keep something aside, those for which it looks like spam
LINK = re.compile(r"https?:|\bwww\.|<\s*a\s|\[(?:url|link)\b", re.IGNORECASE)
MARKUP = re.compile(r"<\s*a\s|\[(?:url|link)\b", re.IGNORECASE)
# A dot with no space behind it, as in example.org: mail programs make a link of it, and browsers of the wide dots.
JOINED = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?P<after>[^\W\d_]{2,})")


class TooMany(Exception):
    """One caller sent more than a person would; `retry_after` is when to try again, in seconds."""

    def __init__(self, retry_after: int):
        super().__init__(f"try again after {retry_after} seconds")
        self.retry_after = retry_after


# --- the form's own token --------------------------------------------------------------------------------


class Ticket(NamedTuple):
    """Proof that a form came from us, about this subject (a listing, or a form by its name), and when; `trouble` is why
    it cannot be taken as it is."""

    token: str
    number: str
    trouble: str = ""


def issue(subject: int | str) -> Ticket:
    number = secrets.token_hex(8)
    return Ticket(signing.TimestampSigner(salt=SALT).sign(f"{subject}.{number}"), number)


def check(token: str, subject: int | str) -> Ticket:
    """The ticket that came back: the same one where it came too fast, a new one where it is too old or not ours."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signed, _, number = signer.unsign(token, max_age=TOO_OLD).partition(".")
    except signing.BadSignature:
        return issue(subject)._replace(trouble="old")
    if signed != str(subject):
        return issue(subject)._replace(trouble="old")
    return Ticket(token, number, "fast" if _younger(token, TOO_FAST) else "")


def _younger(token: str, seconds: int) -> bool:
    try:
        signing.TimestampSigner(salt=SALT).unsign(token, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


# --- what it looks like, and how often -------------------------------------------------------------------


def looks_like(*, trap: bool, name: str, texts: list[str], email: str = "") -> str:
    """Why a message looks like spam, in a word; empty when it does not.

    With an `email` a copy is asked for, which goes to whatever address a stranger typed: then no link at all is taken,
    or the form would send anybody's links to anybody in the council's name. That address itself is no link.
    """
    if trap:
        return "trap"
    everything = "\n".join(texts)
    if LINK.search(name) or MARKUP.search(everything) or len(LINK.findall(everything)) > MOST_LINKS:
        return "links"
    if email and links_anywhere(re.sub(re.escape(email), "", f"{name}\n{everything}", flags=re.IGNORECASE)):
        return "links"
    return ""


def links_anywhere(text: str) -> bool:
    """Also a bare example.org. “Help.Mum is 80” is somebody who left out a space, which `unlinked` puts in."""
    joined = (found["after"] for found in JOINED.finditer(text))
    return bool(LINK.search(text)) or not all(after[0].isupper() for after in joined)


def unlinked(text: str) -> str:
    """With a space behind every such dot, so that no mail program makes a link of what a stranger typed."""
    return JOINED.sub(r". \g<after>", text)


def turn_away(request: HttpRequest) -> None:
    """Counts one message from this caller; from nobody where they cannot be told, better than from everybody as one.

    Raises `TooMany`.
    """
    address, today = caller.address(request), timezone.localdate()
    for most, seconds in PER_CALLER if address else ():
        if _counted(f"caller:{seconds}:{_hidden(address, today)}", seconds) > most:
            raise TooMany(seconds)


def too_often(subject: int | str, email: str) -> str:
    """Counts one message about this, and one mail to this address: why it should wait, or nothing."""
    today = timezone.localdate()
    most, seconds = PER_SUBJECT
    if _counted(f"subject:{subject}", seconds) > most:
        return "often"
    most, seconds = PER_MAILBOX
    if email and _counted(f"mailbox:{_hidden(email.lower(), today)}", seconds) > most:
        return "mailbox"
    return ""


def _hidden(value: str, today: date) -> str:
    """The value under the day's salt. When the salt is gone nobody can find it out by trying."""
    salt = _if_the_cache_answers(lambda: cache.get_or_set(f"spam:salt:{today}", secrets.token_hex(16), 2 * DAY)) or ""
    return hashlib.blake2b(value.encode(), key=salt.encode(), digest_size=16).hexdigest()


def _counted(key: str, seconds: int) -> int:
    """How many there were, this one included, since the first of the last so many seconds."""

    def count() -> int:
        cache.add(f"spam:{key}", 0, seconds)
        return int(cache.incr(f"spam:{key}"))

    return int(_if_the_cache_answers(count) or 0)


def _if_the_cache_answers(ask: Callable[[], T]) -> T | None:
    """Counting is not worth losing a message for: a cache that is down counts nothing."""
    try:
        return ask()
    except Exception:
        log.warning("The cache did not count a message.", exc_info=True)
        return None
