"""What of the DBS register one reader may see: the one rule that every page, filter and file of it goes by.

Nobody sees or does anything here about themselves: their own page (`consent_views`) is where they do. What a
certificate says, or lets be guessed, is for who may read papers; so is acting on it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from compliance import dbs_register
from compliance.dbs_register import FILTERS, Filter, Row
from compliance.models import StatusCheck
from onboarding.models import Carer, Worker
from onboarding.requirements import LEVELS

SEES = "compliance.view_statuscheck"
PAPERS = "onboarding.read_papers"
OWN = "It is about yourself, so somebody else of the team does it. Your own page says who looked."
HIDDEN = "What a certificate says is for those who may read papers"
LEVEL_NAMES = dict(zip(LEVELS, ("none", "Basic", "Enhanced", "Enhanced, adults’ barred list"), strict=True))
WORKFORCES = {"adult": "adult workforce", "child-and-adult": "child and adult workforce", "other": "another workforce"}


class Line:
    """A row as this reader may see it. It is never about themselves: `lines`, `line_of` and `checks` make them."""

    def __init__(self, row: Row, user: Any):
        self.row = row
        self.reads = user.has_perm(PAPERS)

    @property
    def certificate(self) -> str:
        row = self.row.original
        if row is None or not self.reads:
            return ""
        workforce = WORKFORCES.get(str(row.fact("workforce")), "")
        return ", ".join(part for part in (LEVEL_NAMES.get(str(row.fact("level")), ""), workforce) if part)

    @property
    def dated(self) -> date | None:
        return self.row.original.dated if self.row.original and self.reads else None

    @property
    def update_service(self) -> str:
        return self.row.update_service if self.reads else ""

    @property
    def seen_by(self) -> str:
        row = self.row.original
        if row is None:
            return ""
        return "a register says so" if not self.row.in_person else str(row.decided_by or "the team")

    @property
    def consent(self) -> str:
        row = self.row.consent
        if row:
            return f"Since {row.given_on:%-d %B %Y}"
        return "" if self.reads and self.row.not_for else "No"

    @property
    def consent_in_words(self) -> str:
        """For the carer's page: “given on 20 November 2026, on paper, signed”."""
        if row := self.row.consent:
            return f"given on {row.given_on:%-d %B %Y}, {row.get_how_display().lower()}"
        return (
            "none can be given yet"
            if self.row.original is None
            else "none can be given"
            if self.not_for
            else "not given"
        )

    @property
    def masked(self) -> str:
        return self.row.consent.masked if self.row.consent and self.reads else ""

    @property
    def not_for(self) -> str:
        """What is in the way besides consent. What a certificate says is no reason to whoever may not read it."""
        return self.row.not_for if self.reads or not self.row.in_person else ""

    @property
    def why_not(self) -> str:
        if self.reads or self.not_for:
            return self.row.why_not
        if self.row.consent is None:
            return dbs_register.NO_CONSENT
        return HIDDEN if self.row.why_not else ""

    @property
    def to_look_at(self) -> StatusCheck | None:
        return self.row.to_look_at if self.reads else None

    @property
    def last_check(self) -> str:
        check = self.row.check
        if check is None:
            return ""
        day = timezone.localdate(check.answered_at or check.tried_at or check.begun_at)
        return f"{day:%-d %B %Y}: {self.said(check)}"

    def said(self, check: StatusCheck) -> str:
        if check.state != StatusCheck.State.ANSWERED or not self.reads:
            return str(check.get_state_display()).lower()
        return str(check.get_result_display()).lower()

    @property
    def cells(self) -> list[Any]:
        """For the file; in the order of `HEADERS`."""
        row, original = self.row, self.row.original
        return [
            row.carer.pk, row.carer.name, row.worker.first_name, self.certificate, self.dated or "",
            self.update_service, original.seen_on if original else "", self.seen_by, self.consent,
            row.consent.get_how_display() if row.consent else "", self.last_check, row.check_due or "",
            row.until or "", row.what_is_due,
        ]  # fmt: skip


HEADERS = (
    "Carer’s number", "Carer", "Person", "Certificate", "Date of issue", "Update Service", "Seen on", "Seen by",
    "Consent to status checks", "How it was given", "Last status check", "Next status check", "Covered until", "Due",
)  # fmt: skip


def is_own(carer: Carer, user: Any) -> bool:
    return carer.owner_id is not None and carer.owner_id == user.pk


def lines(user: Any, rows: Iterable[Row]) -> list[Line]:
    """Those of the register, without whoever looks."""
    return [Line(row, user) for row in rows if not is_own(row.carer, user)]


def line_of(user: Any, worker: Worker, on: date, *, acts: bool = False) -> Line:
    """Of one person, to look at or to act on. Raises `Http404` where no check is asked of them, and
    `PermissionDenied` for oneself, and to act on what one may not read."""
    allow(user, worker.carer, acts=acts)
    row = dbs_register.row_of(worker, on)
    if row is None:
        raise Http404("No DBS check is asked of them.")
    return Line(row, user)


def allow(user: Any, carer: Carer, *, acts: bool) -> None:
    """Raises `PermissionDenied` as `line_of` does."""
    if is_own(carer, user):
        raise PermissionDenied(OWN)
    if acts and not user.has_perm(PAPERS):
        raise PermissionDenied(HIDDEN)


def checks(rows: QuerySet[StatusCheck], user: Any) -> QuerySet[StatusCheck]:
    """Without those about whoever looks."""
    own = Carer.objects.filter(owner=user.pk).values_list("pk", flat=True)
    return rows.exclude(worker__carer__in=list(own))


def filters(user: Any) -> dict[str, Filter]:
    """Those that tell this reader no more than the lines do."""
    return {slug: one for slug, one in FILTERS.items() if user.has_perm(PAPERS) or not one.tells}


def chosen(every: Iterable[Line], one: Filter, words: str) -> Iterator[Line]:
    """Those that the filter takes, and whose names have every word."""
    wanted = words.casefold().split()
    for line in every:
        name = f"{line.row.carer.name} {line.row.worker.first_name}".casefold()
        if one.takes(line.row) and all(word in name for word in wanted):
            yield line
