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
from notifications import outbox
from onboarding import forgetting, leaving, letters, listing_photos, pages, purging, upkeep_mails
from onboarding.models import Booking, Buddy, Carer
from onboarding.purging import REASON_GONE
from onboarding.reasons import Reason
from onboarding.settling import held

# What carers are reached by and what is asked once, and what it is without them.
CLEARED = {
    "phone": "", "email": "", "language": "", "letters_to": "", "large_print": False, "heard_from": "", "returning": "",
    "keeps_records": None, "services": [], "wants_news": None, "news_said_at": None, "said_right_on": None,
}  # fmt: skip
WHY = _("We must be able to show why you were listed (UK GDPR Article 17(3)(b)).")
PAID = _("We must be able to show what public money was spent on (UK GDPR Article 17(3)(b)).")
COUNTED_ON_YOU = _("They counted on you, and must hear it. It goes 90 days after it was sent.")
NOBODY_ELSES = _("So that nobody else ever gets it.")
PAGE = _("Of your page: its name, the kinds of help it offered, what it said was checked, and when it was public")
THEIRS = _("They are about the people who wrote them. Each goes at its own date.")


@transaction.atomic
def erase(carer: Carer, *, by: Actor, on: date) -> list[Part]:
    """Somebody who is still here leaves with it. What goes, and what stays until when."""
    parts = []
    upkeep_mails.forget_buddies(carer, ends=False)  # before they leave: their buddies are told of that, and hear it
    if carer.left_at is None:
        leaving.leave(carer, by=by, reason=Reason.ASKED, tell=False)
        parts.append(Part("membership", _("Your place in the scheme, with your public page if you have one"), gone=1))
    carer = held(carer)
    if not forgetting.was_listed(carer):
        address = [_address(carer)] if carer.listing else []
        forgetting.forget(carer, by=by)
        what = _("Everything about your way to becoming a carer, with your account")
        return [*parts, Part("journey", what, gone=1), *address]
    told = upkeep_mails.told_ends(carer)  # asked while it is known who their buddies were
    parts += [part for part in _gone(carer, by) if part.gone]
    record("carer.erased", by=by, target=carer, gone=[f"{part.code}:{part.gone}" for part in parts])
    return [*parts, *_stays(carer, told=told)]


def _gone(carer: Carer, by: Actor) -> Iterator[Part]:
    yield Part("files", _("Files of papers"), gone=_files(carer, by))
    papers = sum(purging.strip(paper, by=by, erased=True) for paper in carer.evidence.select_for_update())
    what = _("Details of papers: what certificates and references said, what you wrote, and all of papers not accepted")
    yield Part("details", what, gone=papers)
    yield Part("help", _("What you asked for help with"), gone=_help(carer))
    yield Part("mails", _("Mails to you as a carer"), gone=outbox.forget_whose(letters.whose(carer)))
    for code, which, rows in _whole(carer):
        count, _kinds = rows.delete()
        yield Part(code, which, gone=count)
    what = _("How you are reached, and what your page said of you: words, place, times, languages, prices and space")
    yield Part("contact", what, gone=_cleared(carer, by))


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


def _stays(carer: Carer, *, told: bool) -> Iterator[Part]:
    until = forgetting.gone_on(carer)
    what = _("Your name, the people who worked with you, what was decided and when, and your signature under the Code")
    yield Part("decisions", what, stays=WHY, until=until)
    if carer.evidence.filter(outcome__in=purging.COUNTED).exists():
        what = _("What accepted papers said, like the insurer or the course, why one holds longer or counts no more")
        yield Part("papers", what, stays=WHY, until=until)
    if carer.listing:
        yield Part("page", PAGE, stays=WHY, until=until)
        yield _address(carer)
    if carer.help_requests.exists():
        yield Part("paid", _("What was paid for you, when, and from what"), stays=PAID, until=until)
    if told:
        what = _("The message to your buddies, with your name, that this is over")
        yield Part("buddies-told", what, stays=COUNTED_ON_YOU)
    if carer.listing and carer.listing.enquiries.exists():
        yield Part("received", _("What people wrote to you"), stays=THEIRS)


def _address(carer: Carer) -> Part:
    return Part("address", _("The address of your page, which has your name in it"), stays=NOBODY_ELSES)
