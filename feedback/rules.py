"""The clocks of a case, by nation and kind: one table, each row with where it comes from.

Rows marked `ours` are common practice and no law, kept as the scheme's own promise (product.md, "Facts", †).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from directory.enquiries import months_before
from feedback.models.cases import Kind
from feedback.working_days import Calendar

Unit = Literal["working days", "days", "months"]
WALES, ENGLAND = "wales", "england"
BOTH = (WALES, ENGLAND)
WELSH = "SI 2014/1794"
ENGLISH = "SI 2009/309"


@dataclass(frozen=True)
class Rule:
    """How long something may take. `begins` is what starts it; the day on which that happens is not counted, unless
    the law counts it (`first_day_counts`)."""

    slug: str
    what: str
    kinds: tuple[Kind, ...]
    nations: tuple[str, ...]
    amount: int
    unit: Unit
    begins: str
    law: str
    ours: bool = False
    may_extend: bool = False
    may_pause: bool = False
    first_day_counts: bool = False

    def due(self, first: date, days: Calendar) -> date:
        """The last day on which it is still in time."""
        match self.unit:
            case "working days":
                return days.after(first, self.amount)
            case "days":
                return first + timedelta(days=self.amount - self.first_day_counts)
        return months_before(first, -self.amount) - timedelta(days=self.first_day_counts)

    @property
    def length(self) -> str:
        return f"{self.amount} {self.unit}"


RECEIVED, ACKNOWLEDGED, RESOLVED, FORMAL = "received", "acknowledged", "resolved", "formal"
ALLEGED, DECIDED, APPEALED = "alleged", "decided", "appealed"

CONCERN, COMPLAINT, DATA, SAFEGUARDING = Kind.CONCERN, Kind.COMPLAINT, Kind.DATA, Kind.SAFEGUARDING
RULES = (
    Rule("acknowledge", "Acknowledge it", (COMPLAINT,), (WALES,), 2, "working days", RECEIVED,
         f"{WELSH} reg. 15(2): not later than 2 working days after the day it was received"),
    Rule("acknowledge", "Acknowledge it", (COMPLAINT,), (ENGLAND,), 3, "working days", RECEIVED,
         f"{ENGLISH} reg. 13(3): not later than 3 working days after the day it was received"),
    Rule("acknowledge", "Acknowledge it", (CONCERN,), (WALES,), 2, "working days", RECEIVED,
         f"The scheme's own procedure, as {WELSH} reg. 15(2) for complaints", ours=True),
    Rule("acknowledge", "Acknowledge it", (CONCERN,), (ENGLAND,), 3, "working days", RECEIVED,
         f"The scheme's own procedure, as {ENGLISH} reg. 13(3) for complaints", ours=True),
    Rule("acknowledge", "Acknowledge it", (DATA,), BOTH, 30, "days", RECEIVED,
         "Data Protection Act 2018 s. 164A(3): within 30 days beginning when it was received", first_day_counts=True),
    Rule("discuss", "Hold the discussion", (COMPLAINT,), (WALES,), 10, "working days", ACKNOWLEDGED,
         f"{WELSH} reg. 16: within 10 working days of the acknowledgement; longer only by agreement, exceptionally",
         may_extend=True),
    Rule("terms", "Send the terms of the resolution", (COMPLAINT,), (WALES,), 5, "working days", RESOLVED,
         f"{WELSH} reg. 16: in writing within 5 working days of the resolution"),
    Rule("formal", "Answer the formal complaint", (COMPLAINT,), (WALES,), 25, "working days", FORMAL,
         f"{WELSH}, formal consideration: within 25 working days of the request", may_extend=True),
    Rule("respond", "Answer the complaint", (COMPLAINT,), (ENGLAND,), 6, "months", RECEIVED,
         f"{ENGLISH} reg. 14: within 6 months commencing on the day it was received, longer only as agreed before they "
         "end; else explain why not", may_extend=True, first_day_counts=True),
    Rule("refer", "Refer it", (SAFEGUARDING,), BOTH, 1, "working days", RECEIVED,
         "The scheme's own: the same day, or the next working day", ours=True),
    Rule("enquire", "Hear what the enquiries found", (SAFEGUARDING,), (WALES,), 7, "working days", RECEIVED,
         "Social Services and Well-being (Wales) Act 2014 s. 126: normally within 7 working days", may_extend=True),
    Rule("reply", "The carer's reply", (CONCERN,), BOTH, 10, "working days", ALLEGED,
         "The scheme's own procedure: right of reply before a decision", ours=True, may_extend=True, may_pause=True),
    Rule("decide", "Decide it", (CONCERN,), BOTH, 25, "working days", ACKNOWLEDGED,
         "The scheme's own procedure", ours=True, may_extend=True, may_pause=True),
    Rule("appeal", "Time to appeal", (CONCERN,), BOTH, 28, "days", DECIDED,
         "The scheme's own procedure: 28 days, to somebody else", ours=True),
    Rule("hear", "Answer the appeal", (CONCERN,), BOTH, 25, "working days", APPEALED,
         "The scheme's own procedure", ours=True, may_extend=True, may_pause=True),
)  # fmt: skip
# Time that somebody else has: nobody of the team is late when it is over.
OTHERS = frozenset({"reply", "appeal"})


def rules(kind: str, nation: str) -> Iterator[Rule]:
    return (rule for rule in RULES if kind in rule.kinds and nation in rule.nations)


def begun_by(event: str, kind: str, nation: str) -> list[Rule]:
    return [rule for rule in rules(kind, nation) if rule.begins == event]


def rule_of(slug: str, kind: str, nation: str) -> Rule:
    """Raises `LookupError`."""
    for rule in rules(kind, nation):
        if rule.slug == slug:
            return rule
    raise LookupError(f"There is no clock {slug!r} of a {kind} in {nation}.")
