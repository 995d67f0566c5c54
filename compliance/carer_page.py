"""Everything about one carer on one screen, as far as whoever looks may see it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from compliance import dbs_register, dbs_seen, deciding, noting, seeing
from compliance.decision_pages import KINDS, OTHERS_DECIDE, why_not_now
from compliance.due import every_ending
from compliance.lapsing import Ending
from compliance.models import Decision, Note
from compliance.next_change import next_change
from compliance.timeline import BY_ITSELF, Happened, names, timeline
from compliance.where import Where, where
from directory.models import Enquiry
from directory.money import money
from notifications.admin import ORDINARY
from notifications.models import Message
from onboarding import guardrail, letters
from onboarding.models import Booking, Carer, HelpAnswer
from onboarding.standing import Standing
from onboarding.task_list import TaskList
from onboarding.tasks import Task

LATELY = 20
BUTTONS = {
    "suspend": "Suspend …", "look_again": "Look at the suspension again …", "reinstate": "Reinstate …",
    "end": "End for good …",
}  # fmt: skip


class Told(NamedTuple):
    """A mail or letter: its subject, when, what became of it, and where it is read by those who may."""

    at: Any
    subject: str
    how: str
    state: str
    url: str


class Button(NamedTuple):
    """A decision to go to; one that `stops` takes something away."""

    words: str
    url: str
    stops: bool


class CarerPage:
    def __init__(self, carer: Carer, user: Any, page: TaskList, recorded: Iterable[tuple[Task, str]]):
        """`recorded` is each task with where it is recorded as seen."""
        self.carer, self.user, self.on, self.page, self.recorded = carer, user, page.on, page, recorded
        self.own = carer.owner_id is not None and carer.owner_id == user.pk
        self.sees = seeing.sees(user, carer)

    def may(self, permission: str) -> bool:
        return bool(self.user.has_perm(permission))

    @property
    def standing(self) -> Standing:
        return self.page.now

    @cached_property
    def where(self) -> Where:
        """In which state they are: what the public sees today, and who decided it."""
        decision = self.end if self.carer.left_at else self.suspension
        may = self.may("compliance.view_decision") and not self.own
        why = seeing.why(decision, seen=self.sees) if decision else ""
        return where(self.carer, self.standing, decision=decision if may else None, why=why)

    @property
    def next_change(self) -> str:
        return "" if self.carer.left_at else next_change(self.carer, self.standing)

    @cached_property
    def end(self) -> Decision | None:
        """The decision by which they have ended, if somebody of the team took it."""
        if not self.carer.left_at:
            return None
        return deciding.decisions_about(self.carer).filter(kind=Decision.Kind.ENDED).first()

    @cached_property
    def _decisions(self) -> list[Decision]:
        return list(deciding.decisions_about(self.carer))

    @cached_property
    def _why(self) -> dict[int, str]:
        """Of each decision, as far as this reader sees it."""
        return {row.pk: seeing.why(row, seen=self.sees) for row in self._decisions}

    @cached_property
    def suspension(self) -> Decision | None:
        return deciding.suspension_of(self.carer)

    @cached_property
    def kept(self) -> bool:
        return seeing.is_kept_from(self.user, self.carer, self.suspension)

    @property
    def buttons(self) -> list[Button]:
        """Decisions that this reader may take now, and that take nothing away."""
        return [one for one in self._every_button if not one.stops]

    @property
    def stops(self) -> list[Button]:
        """Those that do."""
        return [one for one in self._every_button if one.stops]

    @cached_property
    def _every_button(self) -> list[Button]:
        if self.own or not self.may(deciding.DECIDE):
            return []
        return [
            Button(BUTTONS[name], reverse(f"admin:compliance_decision_{name}", args=[self.carer.pk]), kind.stops)
            for name, kind in KINDS.items()
            if not why_not_now(self.carer, name, kept=self.kept)
        ]

    @property
    def others_decide(self) -> str:
        """To who may decide, and not about this suspension."""
        decides = self.may(deciding.DECIDE) and not self.own
        return OTHERS_DECIDE if decides and self.kept else ""

    @cached_property
    def endings(self) -> list[Ending]:
        return [] if self.carer.left_at else every_ending(self.carer, self.standing, ())

    @property
    def in_grace(self) -> list[Ending]:
        """What has ended and hides nothing yet."""
        return [one for one in self.endings if one.last_day < self.on < one.goes_on and not one.requirement.optional]

    @property
    def tasks(self) -> list[tuple[Task, str, str]]:
        """Each with when it ends and what that hides, and where it is recorded as seen by those who may."""
        here = not self.carer.left_at
        said = {(one.requirement.slug, one.worker_id): one.words for one in self.endings}
        return [
            (task, said.get((task.requirement.slug, task.person.pk if task.person else 0), ""), record if here else "")
            for task, record in self.recorded
        ]

    @cached_property
    def waiting_change(self) -> Any:
        return self.carer.listing_changes.waiting().first() if self.may("onboarding.view_listingchange") else None

    @cached_property
    def decisions(self) -> list[tuple[Decision, str, str]]:
        """With who took them, and why as far as this reader sees it; none to somebody about themselves."""
        if self.own or not self.may("compliance.view_decision"):
            return []
        rows = self._decisions
        people = names({row.actor_id for row in rows if row.actor_id}, self.carer)
        return [(row, people.get(row.actor_id, BY_ITSELF), self._why[row.pk]) for row in rows]

    @property
    def reads_messages(self) -> bool:
        return self.may(ORDINARY)

    @property
    def reads_notes(self) -> bool:
        return self.may(noting.READ) and not self.own

    @property
    def writes_notes(self) -> bool:
        return self.may(noting.WRITE) and not self.own

    @cached_property
    def notes(self) -> QuerySet[Note]:
        return self.carer.notes.select_related("by") if self.reads_notes else Note.objects.none()

    @cached_property
    def happened(self) -> list[Happened]:
        return timeline(self.carer, decided=None if self.own else self._why)

    @property
    def lately(self) -> list[Happened]:
        return self.happened[:LATELY]

    @property
    def before(self) -> list[Happened]:
        return self.happened[LATELY:]

    @property
    def begun(self) -> list[str]:
        """What is begun and not sent, theirs or the desk's: it can be gone on with at the desk."""
        drafts = [task for task in self.page.tasks if task.state == "in-progress"]
        found = [task.requirement.en for task in drafts]
        return [*found, "Their listing"] if hasattr(self.carer, "listing_draft") else found

    @cached_property
    def papers(self) -> list[Any]:
        return list(self.carer.evidence.select_related("worker")) if self.may("onboarding.view_evidence") else []

    @cached_property
    def dbs(self) -> list[dbs_seen.Line]:
        """Of each person of whom a DBS check is asked: what was seen and whether they consented to status checks, as
        the register has it; nothing about oneself."""
        if not self.may(dbs_seen.SEES) or self.carer.left_at:
            return []
        return dbs_seen.lines(self.user, dbs_register.rows_of([(self.carer, self.standing)]))

    @cached_property
    def help(self) -> list[Any]:
        if not self.may("onboarding.view_helprequest"):
            return []
        return list(self.carer.help_requests.prefetch_related("answers"))

    @property
    def funded(self) -> str:
        pence = HelpAnswer.objects.filter(request__carer=self.carer).aggregate(all=Sum("funded_pence"))["all"]
        return money(pence) if pence else ""

    @property
    def training(self) -> list[Booking]:
        found = Booking.objects.of(self.carer).order_by("-session__starts_at")
        return list(found) if self.may("onboarding.view_trainingsession") else []

    @property
    def enquiries(self) -> dict[str, int]:
        rows = Enquiry.objects.sent().filter(listing=self.carer.listing_id) if self.carer.listing_id else None
        if rows is None:
            return {"all": 0, "answered": 0}
        return {"all": rows.count(), "answered": rows.filter(answered_at__isnull=False).count()}

    @property
    def headcounts(self) -> list[Any]:
        if not self.may("onboarding.view_headcount") or guardrail.most(self.on) is None:
            return []
        return list(self.carer.headcounts.order_by("-month")[:12])

    @cached_property
    def told(self) -> list[Told]:
        found = [*self._mails(), *self._letters()]
        return sorted(found, key=lambda one: one.at, reverse=True)[:LATELY]

    def _mails(self) -> list[Told]:
        if not self.carer.mail_to or not self.may("notifications.view_message"):
            return []
        rows = Message.objects.filter(to__iexact=self.carer.mail_to)
        readable = [code for code in rows.order_by().values_list("reader", flat=True).distinct() if self.may(code)]
        shown = rows.filter(Q(reader__in=readable) | Q(reader=ORDINARY))[:LATELY]
        return [
            Told(
                row.queued_at, row.subject, "mail", row.state,
                reverse("admin:notifications_message_change", args=[row.pk]) if row.reader in readable else "",
            )
            for row in shown
        ]  # fmt: skip

    def _letters(self) -> list[Told]:
        if not self.may("onboarding.view_letter"):
            return []
        rows = letters.visible(self.user).filter(carer=self.carer).order_by("-made_at", "-pk")[:LATELY]
        return [Told(row.made_at, row.subject, "letter", letter_state(row), "") for row in rows]


def letter_state(row: Any) -> str:
    return f"posted on {timezone.localdate(row.posted_at):%-d %B %Y}" if row.posted_at else "to be posted"
