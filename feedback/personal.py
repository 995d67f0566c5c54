"""What people told the council, as their own data: to take away, and to erase.

Of a case there is what they wrote and what was written to them: which kind it became, and how far it is, can be about
somebody else.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.personal import Part, Person
from audit.recording import Actor, record
from directory.enquiries import months_before
from feedback import case_purging, praise
from feedback.models import Case, CaseEvent, Correction, Praise
from feedback.models.cases import State

CASE = ("reference", "words", "wanted", "about_words", "name", "email", "phone", "address", "language", "received_on")
WROTE = ("reference", "words", "name", "email", "may_be_shown", "received_at", "shown_at", "answer")


def personal_data(who: Person) -> dict[str, Any]:
    told = cases_of(who)
    events = CaseEvent.objects.filter(case_id__in=told.values("pk")).for_reporter().exclude(words="")
    return {
        "concerns and complaints you told us of": list(told.values(*CASE)),
        "what was written about them, to you and by you": list(events.values("at", "what", "words")),
        "thanks you wrote": list(praise_of(who).values(*WROTE)),
        "what you said is wrong in listings": list(
            corrections_of(who).values("reference", "listing__name", "words", "email", "received_at", "settled_at")
        ),
        "thanks for you": list(thanks_for(who).values("words", "name", "received_at", "shown_at", "answer")),
    }


def cases_of(who: Person) -> QuerySet[Case]:
    mine = Q(pk__in=[])
    if who.email:
        mine |= Q(email__iexact=who.email)
    if who.user:
        mine |= Q(reporter_user=who.user)
    return Case.objects.filter(mine).order_by("received_on", "pk")


def praise_of(who: Person) -> QuerySet[Praise]:
    return Praise.objects.filter(email__iexact=who.email) if who.email else Praise.objects.none()


def corrections_of(who: Person) -> QuerySet[Correction]:
    return Correction.objects.filter(email__iexact=who.email) if who.email else Correction.objects.none()


def thanks_for(who: Person) -> QuerySet[Praise]:
    """What was passed on to them."""
    return Praise.objects.going_on().filter(listing__owner=who.user) if who.user else Praise.objects.none()


def erase(who: Person, *, by: Actor, on: date) -> Iterator[Part]:
    """Thanks go, also from the page on which they stand. Of what is wrong in a listing their address goes. Cases stay
    for their years, since it must be seen how they were looked into (UK GDPR Art. 17(3)(b) and (e)). Call it in a
    transaction."""
    if written := praise.forget(list(praise_of(who).select_related("listing")), by=by):
        yield Part("praise", _("Thanks and comments that you wrote"), gone=written)
    if named := corrections_of(who).update(email=""):
        record("correction.writers_forgotten", by=by, target="feedback.correction", count=named)
        yield Part("corrections", _("Your address beside what you said is wrong in a listing"), gone=named)
    aside = list(cases_of(who).filter(state=State.ASIDE))
    for case in aside:
        case_purging.forget(case, by=by)
    if aside:
        yield Part("cases-aside", _("What you told us that we took for spam"), gone=len(aside))
    yield from staying(who)


def staying(who: Person) -> Iterator[Part]:
    kept = cases_of(who)
    what = _("Concerns and complaints that you told us of")
    years = {"years": settings.CASE_YEARS}
    if closed := kept.filter(closed_at__isnull=False).order_by("-closed_at").first():
        stays = _("It must be seen how we looked into them. They go %(years)s years after they were closed.") % years
        yield Part("cases", what, stays=stays, until=gone_on(closed))
    if kept.filter(closed_at=None).exists():
        stays = _("We are looking into it. It goes %(years)s years after it is closed.") % years
        yield Part("cases-open", what, stays=stays)


def gone_on(case: Case) -> date:
    assert case.closed_at is not None  # noqa: S101 (asked for above)
    return months_before(case.closed_at.date(), -settings.CASE_YEARS * 12)
