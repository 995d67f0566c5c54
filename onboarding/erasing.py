"""A carer asks to be erased (UK GDPR Art. 17). Whoever never was in the directory goes whole. Of whoever was, it stays
for its years why the council listed them, which is a task in the public interest (Art. 17(3)(b)); the rest goes now.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.personal import Part
from audit.recording import Actor, record
from directory import services
from files import private
from onboarding import forgetting, leaving, listing_photos, pages, purging, upkeep_mails
from onboarding.leaving import Reason
from onboarding.models import Booking, Buddy, Carer
from onboarding.purging import REASON_GONE
from onboarding.settling import held

# What carers are reached by and what is asked once, and what it is without them.
CLEARED = {
    "phone": "", "email": "", "language": "", "letters_to": "", "large_print": False, "heard_from": "", "returning": "",
    "keeps_records": None, "services": [], "wants_news": None, "news_said_at": None,
}  # fmt: skip
WHY = _("We must be able to show why you were listed, and what was paid (UK GDPR Article 17(3)(b)).")
THEIRS = _("They are about the people who wrote them. Each goes at its own date.")


@transaction.atomic
def erase(carer: Carer, *, by: Actor, on: date) -> list[Part]:
    """Somebody who is still here leaves with it. What goes, and what stays until when."""
    parts = []
    if carer.left_at is None:
        leaving.leave(carer, by=by, reason=Reason.ASKED, tell=False)
        parts.append(Part("membership", _("Your place in the scheme, with your public page if you have one"), gone=1))
    carer = held(carer)
    if not forgetting.was_listed(carer):
        forgetting.forget(carer, by=by)
        return [*parts, Part("journey", _("Everything about your way to becoming a carer, with your account"), gone=1)]
    parts += [part for part in _gone(carer, by) if part.gone]
    record("carer.erased", by=by, target=carer, gone=[f"{part.code}:{part.gone}" for part in parts])
    return [*parts, *_stays(carer)]


def _gone(carer: Carer, by: Actor) -> Iterator[Part]:
    yield Part("files", _("Files of papers"), gone=_files(carer, by))
    papers = sum(purging.strip(paper, by=by) for paper in carer.evidence.select_for_update())
    yield Part("details", _("Details of papers, as of DBS checks"), gone=papers)
    yield Part("help", _("What you asked for help with"), gone=_help(carer))
    upkeep_mails.forget_buddies(carer)
    for code, what, rows in _whole(carer):
        count, _kinds = rows.delete()
        yield Part(code, what, gone=count)
    yield Part("contact", _("How you are reached, and what your page said"), gone=_cleared(carer, by))


def _files(carer: Carer, by: Actor) -> int:
    listing_photos.forget_all(carer, by=by)
    return sum(private.purge(page.file, by=by) for page in pages.of(carer))


def _whole(carer: Carer) -> Iterator[tuple[str, Promise | str, QuerySet[Any]]]:
    """What goes row by row."""
    yield "changes", _("Changes to your page"), carer.listing_changes.all()
    yield "headcounts", _("How many people you gave personal care to"), carer.headcounts.all()
    yield "training", _("Training that you booked"), Booking.objects.filter(worker__carer=carer)
    yield "buddies", _("Who your buddies were"), Buddy.objects.filter(Q(asker=carer) | Q(asked=carer))
    yield "letters", _("Letters to you"), carer.letters.all()
    yield "asked", _("When we asked whether your page was still right"), carer.still_right.all()


def _help(carer: Carer) -> int:
    """Of what was paid for there stays how much, and from what."""
    requests = carer.help_requests.exclude(what=REASON_GONE)
    count = len(requests)
    for request in requests:
        if not request.funded_pence:
            request.delete()
            continue
        request.answers.filter(funded_pence=None).delete()
        request.answers.update(words="", arranged="")
        request.what = REASON_GONE
        request.save(update_fields=["what"])
    return count


def _cleared(carer: Carer, by: Actor) -> int:
    """Whoever is in the team stays its owner, and so decides nothing about themselves."""
    was = {name: getattr(carer, name) for name in (*CLEARED, "owner")}
    now = {**CLEARED, "owner": carer.owner if carer.owner and carer.owner.is_staff else None}
    for name, value in now.items():
        setattr(carer, name, value)
    carer.save(update_fields=list(now))
    stripped = services.strip(carer.listing, by=by) if carer.listing else False
    return int(stripped or was != now)


def _stays(carer: Carer) -> Iterator[Part]:
    until = forgetting.gone_on(carer)
    what = _("Your name, the people who worked with you, what was decided and when, and your signature under the Code")
    yield Part("decisions", what, stays=WHY, until=until)
    if carer.listing and carer.listing.enquiries.exists():
        yield Part("received", _("What people wrote to you"), stays=THEIRS)
