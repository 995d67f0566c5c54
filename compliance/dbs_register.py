"""The DBS register: of all of whom a DBS check is asked, what was seen, what may be asked of the DBS, what is due.

Read in as many statements for all as for one. What a certificate said goes some months after its decision
(`onboarding.purging`); its date, level and workforce stay, and with them this register.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from compliance.models import Consent, StatusCheck
from onboarding.dates import add_months
from onboarding.models import Carer, Evidence, Worker
from onboarding.requirements import LEVELS
from onboarding.settling import due
from onboarding.standing import Need, Standing, facts_of_all, standing_of
from onboarding.stretches import holds

YEARLY = 12  # months between two status checks
AHEAD = timedelta(days=28)  # so long before its day a check is made, so that there is time to mend what goes wrong
SOON = timedelta(days=60)
ENHANCED = LEVELS.index("enhanced")
NO_CONSENT = "No consent to status checks"
JOINED = {"yes": "Joined", "will": "Not yet", "no": "Not joined"}


@dataclass(frozen=True)
class Row:
    """One worker of whom a DBS check is asked. `asked` is the level that their business's services ask for."""

    carer: Carer
    worker: Worker
    need: Need
    asked: int
    on: date
    original: Evidence | None = None
    checked: Evidence | None = None
    consent: Consent | None = None
    checks: tuple[StatusCheck, ...] = ()

    @property
    def whose(self) -> str:
        """The carer; of a business of another name, or of several people, who of it."""
        name, first = self.carer.name, self.worker.first_name
        return name if first in name.split() else f"{first}, {name}"

    @property
    def until(self) -> date | None:
        """The last day that is covered: by then the original is to be seen again, unless a check moves it on."""
        return due(self.need, self.on)

    @property
    def in_person(self) -> bool:
        return self.original is not None and self.original.how == Evidence.How.SEEN

    @property
    def last_known(self) -> date | None:
        """The day on which the certificate was last seen, or the DBS said that nothing is new."""
        days = [row.seen_on for row in (self.original, self.checked) if row and row.seen_on]
        return max(days, default=None)

    @property
    def check_due(self) -> date | None:
        """The day of the next status check; none where none can be made."""
        return add_months(self.last_known, YEARLY) if self.last_known and not self.why_not else None

    @property
    def check(self) -> StatusCheck | None:
        """The last question."""
        return self.checks[0] if self.checks else None

    @property
    def to_look_at(self) -> StatusCheck | None:
        return next((check for check in self.checks if check.needs_somebody), None)

    @property
    def why_not(self) -> str:
        """Why the DBS may not be asked about it; empty where it may. Whether at all is for `entitlement` to say."""
        if self.not_for:
            return self.not_for
        if self.consent is None or self.original is None:
            return NO_CONSENT
        return "" if self.consent.original_id == self.original.pk else "The consent was given for another certificate"

    @property
    def not_for(self) -> str:
        """What is in the way besides consent: only the same check as the council may ask for itself, seen before."""
        row = self.original
        if row is None:
            return "No certificate was seen"
        if not self.in_person:
            return "A register says that it was seen: the team has to see it too"
        if row.fact("level") not in LEVELS[ENHANCED:]:
            return "A basic check cannot be on the Update Service"
        if row.fact("level") != LEVELS[self.asked]:
            return "It is another level than may be asked for the services now"
        if row.fact("workforce") != "adult":
            return "It does not name the adult workforce alone"
        return ""

    @property
    def update_service(self) -> str:
        """What was said of it with the certificate, while that is kept; a consent that is used says it too."""
        if self.checked:
            return "Joined"
        said = self.original.fact("update_service") if self.original else ""
        return JOINED.get(str(said), "")

    @property
    def is_due(self) -> bool:
        """Whether somebody has something to do, or a machine soon will."""
        if self.original is None or (self.until and self.until <= self.on + SOON):
            return True
        return self.check_due is not None and self.check_due - AHEAD <= self.on

    @property
    def what_is_due(self) -> str:
        if self.original is None:
            return "Certificate to be seen"
        if not holds(self.need.shown, self.on):
            return "Lapsed: the original is to be seen again"
        if self.check_due and (self.until is None or self.check_due <= self.until + AHEAD):
            when = "by" if self.check_due >= self.on else "was due on"
            return f"Status check {when} {self.check_due:%-d %B %Y}"
        return f"Original to be seen again by {self.until:%-d %B %Y}" if self.until else "Nothing"


def register(on: date, carers: QuerySet[Carer] | None = None) -> list[Row]:
    """Those of everybody who has not left, what runs out first at the top."""
    chosen = Carer.objects.filter(left_at=None) if carers is None else carers
    every = list(chosen.select_related("listing", "owner"))
    facts = facts_of_all(every)
    return rows_of([(carer, standing_of(facts[carer.pk], on)) for carer in every])


def rows_of(carers: Iterable[tuple[Carer, Standing]]) -> list[Row]:
    """Of carers whose standing is worked out already."""
    needs = [
        (carer, need, now)
        for carer, now in carers
        for need in now.needs
        if need.requirement.facts == "dbs" and need.person
    ]
    people = Worker.objects.in_bulk([need.person.pk for _carer, need, _now in needs if need.person])
    papers = _by_worker(_papers(people))
    consents = {
        row.worker_id: row for row in Consent.objects.standing().filter(worker__in=people).select_related("original")
    }
    checks = _by_worker(StatusCheck.objects.filter(worker__in=people).select_related("by", "original"))
    rows = []
    for carer, need, now in needs:
        assert need.person  # noqa: S101 (those of a business were left out)
        pk, level = need.person.pk, now.facts.business.level
        original = next((row for row in papers.get(pk, ()) if _answers(row, need, level)), None)
        checked = next((row for row in papers.get(pk, ()) if original and row.rests_on_id == original.pk), None)
        rows.append(
            Row(carer, people[pk], need, level, now.on, original, checked, consents.get(pk), tuple(checks.get(pk, ())))
        )
    return sorted(
        rows, key=lambda row: (row.until or date.min if row.original else date.min, row.carer.name, row.worker.pk)
    )


def row_of(worker: Worker, on: date) -> Row | None:
    """None where no DBS check is asked of them."""
    rows = register(on, Carer.objects.filter(pk=worker.carer_id, left_at=None))
    return next((row for row in rows if row.worker.pk == worker.pk), None)


def _papers(people: Iterable[int]) -> QuerySet[Evidence]:
    """The newest first."""
    rows = Evidence.objects.accepted().filter(worker__in=people).select_related("decided_by")
    return rows.order_by("-seen_on", "-pk")


def _answers(row: Evidence, need: Need, level: int) -> bool:
    """Whether it is the certificate itself, of a kind that is enough."""
    asked = {need.requirement.slug, *need.requirement.also}
    if row.requirement not in asked or row.how == Evidence.How.CHECKED:
        return False
    return row.fact("level") in LEVELS[level:]


def _by_worker(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.worker_id, []).append(row)
    return found


# --- what of it is shown ---------------------------------------------------------------------------------


class Filter(NamedTuple):
    """`tells` where being among those it takes tells what a certificate says, or what the DBS answered."""

    name: str
    takes: Callable[[Row], bool]
    tells: bool = False


FILTERS = {
    "": Filter("Everybody", lambda row: True),
    "look": Filter("To look at", lambda row: row.to_look_at is not None, tells=True),
    "due": Filter("Something is due", lambda row: row.is_due),
    "unseen": Filter("No certificate seen", lambda row: row.original is None),
    "no-consent": Filter(
        "Could be checked, no consent", lambda row: not row.not_for and row.consent is None, tells=True
    ),
    "consent": Filter("Consent to status checks", lambda row: row.consent is not None),
    "not-joined": Filter(
        "Not on the Update Service",
        lambda row: row.original is not None and row.update_service in {"Not yet", "Not joined"},
        tells=True,
    ),
}
