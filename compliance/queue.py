"""Everything that waits for the team, in one list: what lapses soonest first, then what has waited longest.

`KINDS` is the registry: what waits, who may see and decide it, and where. A reader gives the things of its kinds in a
few statements, never one for each.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince

from compliance import case_things, claims, dbs_seen, deciding, lapsing
from compliance.comparing import whose
from compliance.models import Claim, StatusCheck
from feedback import clocks
from feedback.models import Case
from feedback.models.cases import State
from onboarding import listing_words
from onboarding.models import Carer, CodeAgreement, Evidence, HelpRequest, Interest, ListingChange, TrainingSession
from onboarding.models.help import HelpAnswer
from onboarding.standing import facts_of_all, standing_of

SOON = timedelta(days=7)
HORIZON = timedelta(days=60)  # what lapses later makes nothing urgent: then what has waited longest comes first
LONG_DAYS = 5  # weekdays after which something has waited long


@dataclass(frozen=True)
class Kind:
    """One kind of thing. `does` is who may decide it, `sees` who may read that it waits; `page` is where it is decided,
    a review page of ours where it names none."""

    slug: str
    name: str
    one: str
    read: Callable[[date], "Iterable[Thing]"]
    does: str
    sees: str
    page: str = ""
    hides_own: bool = False  # where even that it waits is not for whom it is about

    def address(self, number: int) -> str:
        if self.page:
            return reverse(self.page, args=[number])
        return reverse("admin:compliance_review", args=[self.slug, number])


@dataclass(frozen=True)
class Thing:
    """One of them. `by` is the day that makes it urgent and `why` what happens then; `whose` is who it is about."""

    kind: str
    number: int
    what: str
    whose: str
    since: datetime
    carer: Carer | None = None
    by: date | None = None
    why: str = ""
    not_for: frozenset[int] = frozenset()  # whoever may not know of it: it is about them, or they brought it
    claim: Claim | None = field(default=None, compare=False)

    @property
    def of(self) -> Kind:
        return BY_SLUG[self.kind]

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.number

    @property
    def url(self) -> str:
        return self.of.address(self.number)

    @property
    def order(self) -> tuple[date, datetime, str, int]:
        return self.by or date.max, self.since, *self.key

    @property
    def age(self) -> str:
        return timesince(self.since, depth=1)

    @property
    def waited(self) -> int:
        """In weekdays."""
        return weekdays(timezone.localdate(self.since), timezone.localdate())

    @property
    def is_soon(self) -> bool:
        return self.by is not None and self.by <= timezone.localdate() + SOON

    @property
    def warning(self) -> str:
        """“The listing hides on 28 November unless this is accepted.”"""
        unless = " unless this is accepted" if self.by and self.by > timezone.localdate() and self.is_paper else ""
        return f"{self.why}{unless}."

    @property
    def is_paper(self) -> bool:
        return self.of.read is papers

    def is_own(self, user: Any) -> bool:
        return bool(self.carer and self.carer.owner_id and self.carer.owner_id == user.pk)

    def is_free(self, user: Any) -> bool:
        """Whether this person may take it: not their own, and nobody else has it open."""
        return not self.is_own(user) and (self.claim is None or self.claim.by_id == user.pk)


def weekdays(first: date, last: date) -> int:
    """How many of Monday to Friday come after the first day, until the last."""
    weeks, rest = divmod((last - first).days, 7)
    return weeks * 5 + sum((first + timedelta(days=day)).weekday() < 5 for day in range(1, rest + 1))


# --- what is asked of the whole --------------------------------------------------------------------------


def kinds_for(user: Any) -> list[Kind]:
    """Those that this person may decide; for somebody who only reads, those they may read of."""
    does = [kind for kind in KINDS if user.has_perm(kind.does)]
    return does or [kind for kind in KINDS if user.has_perm(kind.sees)]


def things(user: Any, *, on: date, now: datetime) -> list[Thing]:
    """What waits that concerns this person, the most urgent first, each with who has it open."""
    slugs = {kind.slug for kind in kinds_for(user)}
    readers = dict.fromkeys(kind.read for kind in KINDS if kind.slug in slugs)
    held = claims.held(now)
    every = [thing for read in readers for thing in read(on) if thing.kind in slugs and user.pk not in thing.not_for]
    found = [thing for thing in every if not (thing.of.hides_own and thing.is_own(user))]
    return sorted((replace(thing, claim=held.get(thing.key)) for thing in found), key=lambda thing: thing.order)


class Line(NamedTuple):
    """One kind in the queue: how many things wait, and since when the oldest does."""

    kind: Kind
    amount: int
    oldest: datetime | None

    @property
    def waited(self) -> int:
        """In weekdays."""
        return weekdays(timezone.localdate(self.oldest), timezone.localdate()) if self.oldest else 0

    @property
    def is_long(self) -> bool:
        return self.waited > LONG_DAYS

    @property
    def share(self) -> int:
        """Of a bar of twice the target, in hundredths."""
        return min(100, self.waited * 100 // (2 * LONG_DAYS))

    @property
    def url(self) -> str:
        return f"{reverse('admin:compliance_claim_changelist')}?kind={self.kind.slug}"


def lines(user: Any, every: Iterable[Thing]) -> list[Line]:
    """Of each kind that concerns this person."""
    of: dict[str, list[datetime]] = {kind.slug: [] for kind in kinds_for(user)}
    for thing in every:
        of[thing.kind].append(thing.since)
    return [Line(BY_SLUG[slug], len(since), min(since, default=None)) for slug, since in of.items()]


@dataclass(frozen=True)
class Filter:
    """What somebody chose to see of it, as the address says it."""

    kind: str = ""
    who: str = ""
    age: str = ""
    words: str = ""

    WHO = {"": "Everybody’s", "mine": "Open with me", "free": "Open with nobody"}
    AGE = {"": "Any", "soon": "Lapses within 7 days", "long": f"Waited more than {LONG_DAYS} weekdays"}

    @classmethod
    def of(cls, query: Any) -> "Filter":
        """What is not known is left out."""
        kind, who, age = query.get("kind", ""), query.get("who", ""), query.get("age", "")
        return cls(
            kind if kind in BY_SLUG else "",
            who if who in cls.WHO else "",
            age if age in cls.AGE else "",
            query.get("q", "").strip()[:100],
        )

    @property
    def said(self) -> dict[str, str]:
        named = {"kind": self.kind, "who": self.who, "age": self.age, "q": self.words}
        return {name: value for name, value in named.items() if value}

    def chosen(self, every: Iterable[Thing], user: Any) -> list[Thing]:
        return [thing for thing in every if self._takes(thing, user)]

    def _takes(self, thing: Thing, user: Any) -> bool:
        return (
            self.kind in {"", thing.kind}
            and self._is_theirs(thing, user)
            and self._is_as_old(thing)
            and self.words.lower() in f"{thing.whose} {thing.what}".lower()
        )

    def _is_theirs(self, thing: Thing, user: Any) -> bool:
        if not self.who:
            return True
        if self.who == "free":
            return thing.claim is None
        return bool(thing.claim and thing.claim.by_id == user.pk)

    def _is_as_old(self, thing: Thing) -> bool:
        if self.age == "soon":
            return thing.is_soon
        return self.age != "long" or thing.waited > LONG_DAYS


# --- what waits, kind by kind ----------------------------------------------------------------------------


def papers(on: date) -> Iterator[Thing]:
    """Papers that were sent, and originals to be seen, with the day on which something goes without them."""
    rows = list(Evidence.objects.undecided().select_related("carer__listing", "carer__owner", "worker"))
    due = _due({row.carer_id: row.carer for row in rows}.values(), on)
    for row in rows:
        name = row.asked.en if row.is_asked else row.requirement
        about = whose(row)
        person = f" ({about})" if about != row.carer.name else ""
        kind = "original" if row.how == Evidence.How.SEEN else "paper"
        by, why = due.get((row.carer_id, row.requirement, row.worker_id), (None, ""))
        yield Thing(kind, row.pk, f"{name}{person}", row.carer.name, row.sent_at, row.carer, by, why)


def _due(carers: Iterable[Carer], on: date) -> dict[tuple[int, str, int | None], tuple[date, str]]:
    """By carer, requirement and worker: what goes when, of those in the directory."""
    public = [one for one in carers if one.listing and one.listing.published_at and not one.listing.ended_at]
    facts = facts_of_all(public)
    found: dict[tuple[int, str, int | None], tuple[date, str]] = {}
    for carer in public:
        now = standing_of(facts[carer.pk], on)
        for reason in now.reasons:
            if reason.need:
                _put(found, carer, reason.need, on, "The listing is hidden until this is accepted")
        for ending in lapsing.endings_of(carer, now):
            if ending.effect != lapsing.TELLS and ending.goes_on <= on + HORIZON:
                _put(found, carer, ending.need, ending.goes_on, ending.then)
        for need in lapsing.dropped_for_want_of(now):
            _put(found, carer, need, on, "A service is not shown until this is accepted")
    return found


def _put(found: dict[Any, tuple[date, str]], carer: Carer, need: Any, day: date, why: str) -> None:
    for slug in (need.requirement.slug, *need.requirement.also):
        found.setdefault((carer.pk, slug, need.person.pk if need.person else None), (day, why))


def changes(on: date) -> Iterator[Thing]:
    """First listings and changes that wait, and what went live and nobody has looked at."""
    unseen = Q(outcome=ListingChange.Outcome.LIVE, seen_at__isnull=True)
    for row in ListingChange.objects.filter(Q(outcome="") | unseen).select_related("carer"):
        kind = ("listing" if row.is_first else "change") if row.is_waiting else "live"
        what = "A whole listing" if row.is_first else ", ".join(listing_words.labels(row.after))
        yield Thing(kind, row.pk, what, row.carer.name, row.sent_at, row.carer)


def signatures(on: date) -> Iterator[Thing]:
    for row in CodeAgreement.objects.to_look_at().select_related("carer", "code"):
        yield Thing("name", row.pk, f"Signed as “{row.typed_name}”", row.carer.name, row.signed_at, row.carer)


def help_requests(on: date) -> Iterator[Thing]:
    """Open ones in which the last word is the carer's."""
    for row in ours(HelpRequest.objects.still_open()).select_related("carer"):
        about = f"Help with {row.about.en if row.about else 'something else'}"
        why = f"Needed by {date_format(row.by_when, 'j F')}" if row.by_when else ""
        yield Thing("help", row.pk, about, row.carer.name, row.asked_at, row.carer, row.by_when, why)


def ours(rows: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    last = HelpAnswer.objects.filter(request=OuterRef("pk")).order_by("-at", "-pk").values("from_carer")[:1]
    return rows.annotate(carers_word=Subquery(last)).filter(Q(carers_word=True) | Q(carers_word=None))


def interests(on: date) -> Iterator[Thing]:
    """Kept aside as spam, or entered and no link mailed."""
    for row in Interest.objects.kept_aside():
        yield Thing("interest", row.pk, "Kept aside as spam", row.name, row.made_at)
    for row in Interest.objects.waiting().filter(invited_at=None):
        yield Thing("interest", row.pk, "No link mailed yet", row.name, row.made_at)


def suspensions(on: date) -> Iterator[Thing]:
    """Suspended, and the day on which somebody was to look again has come."""
    rows: Iterable[Any] = deciding.to_look_at_again(on).annotate(since=F("listing__suspended_at"))
    for row in rows:
        why = "The day of the review has come"
        yield Thing("suspension", row.pk, "Suspended", row.name, row.since, row, row.review_on, why)


def training(on: date) -> Iterator[Thing]:
    for row in TrainingSession.objects.unmarked(timezone.now()).order_by(F("ends_at")):
        yield Thing("training", row.pk, "Who came?", row.title_en, row.ends_at)


def status_checks(on: date) -> Iterator[Thing]:
    """What came of a status check that no machine decides, and those that could not be made."""
    for row in StatusCheck.objects.to_look_at().select_related("worker__carer"):
        carer, since = row.worker.carer, row.answered_at or row.tried_at or row.begun_at
        by, why = (on, "Somebody has to look at the certificate") if row.answered_at else (None, "It could not be made")
        yield Thing("dbs", row.pk, f"Certificate of {row.worker.first_name}", carer.name, since, carer, by, why)


def cases(on: date) -> Iterator[Thing]:
    """Cases that the team looks into, with the day on which the next thing is due."""
    rows = Case.objects.filter(state__in=[State.NEW, State.OPEN, State.FORMAL]).select_related("listing__owner")
    for row in rows.prefetch_related("clocks"):
        due = clocks.next_due(row)
        why = clocks.rule(due).what if due else ""
        kind = "worry" if row.is_safeguarding else "case"
        what = f"{row} {row.get_kind_display().lower()}, {row.get_state_display().lower()}"
        about = row.listing.owner_id if row.listing else None
        not_for = frozenset(pk for pk in (about, row.about_user_id, row.reporter_user_id) if pk)
        yield Thing(
            kind, row.pk, what, row.about, row.recorded_at, by=due.due_on if due else None, why=why, not_for=not_for
        )


def to_decide(on: date) -> Iterator[Thing]:
    """Cases about carers, for somebody who has had no part in them; and action plans on their day."""
    for row in case_things.rows(on):
        what = f"{row.case} {row.what.lower()}"
        yield Thing(row.kind, row.case.pk, what, row.case.about, row.since, by=row.by, why=row.why, not_for=row.not_for)


PAPERS = "onboarding.decide_evidence", "onboarding.view_evidence"
CHANGES = "onboarding.decide_changes", "onboarding.view_listingchange"
SAFEGUARDING = "feedback.see_safeguarding"
DECIDES = "compliance.decide_cases", "feedback.view_case"
KINDS = (
    Kind("worry", "Safeguarding", "Safeguarding", cases, SAFEGUARDING, SAFEGUARDING, "admin:feedback_case_change"),
    Kind("case", "Concerns and complaints", "Case", cases, "feedback.handle_cases", "feedback.view_case",
         "admin:feedback_case_change"),
    Kind("decide", "Cases to decide", "Case to decide", to_decide, *DECIDES, "admin:feedback_case_change"),
    Kind("appeal", "Appeals to hear", "Appeal", to_decide, *DECIDES, "admin:feedback_case_change"),
    Kind("plan", "Action plans due", "Action plan", to_decide, "feedback.handle_cases", "feedback.view_case",
         "admin:feedback_case_change"),
    Kind("paper", "Papers", "Paper", papers, *PAPERS),
    Kind("original", "Originals to be seen", "Original to be seen", papers, *PAPERS),
    Kind("listing", "New listings", "New listing", changes, *CHANGES),
    Kind("change", "Changes to listings", "Change to a listing", changes, *CHANGES),
    Kind("live", "Changes that went live", "Change that went live", changes, *CHANGES),
    Kind("name", "Codes under another name", "Code under another name", signatures, "onboarding.decide_evidence",
         "onboarding.view_codeagreement"),
    Kind("dbs", "DBS status checks", "DBS status check", status_checks, "compliance.check_status",
         dbs_seen.PAPERS, "admin:compliance_statuscheck_look", hides_own=True),
    Kind("help", "Help asked for", "Help asked for", help_requests, "onboarding.answer_help",
         "onboarding.view_helprequest"),
    Kind("suspension", "Suspensions to look at again", "Suspension", suspensions, "compliance.decide_carers",
         "compliance.view_decision", "admin:onboarding_carer_change"),
    Kind("interest", "People who are interested", "Interested", interests, "onboarding.invite_carers",
         "onboarding.view_interest", "admin:onboarding_interest_change"),
    Kind("training", "Training to mark", "Training", training, "onboarding.run_training",
         "onboarding.view_trainingsession", "admin:onboarding_trainingsession_attendance"),
)  # fmt: skip
BY_SLUG = {kind.slug: kind for kind in KINDS}
