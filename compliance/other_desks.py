"""A signature under another name, and help that was asked for."""

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet

from accounts.models import User
from audit.models import AuditEvent
from compliance.answer_form import AnswerForm
from compliance.checklists import first_name
from compliance.reviewing import Desk, Message, Refused, message, of_row
from directory.enquiries import key_of
from onboarding import codes, helping
from onboarding.models import CodeAgreement, HelpRequest

IT_IS_THEY, ANSWER, CLOSE = "name", "answer", "close"


class NameDesk(Desk):
    """Who signed the Code under a name that is not the carer's. The signature counts either way."""

    slugs = ("name",)
    template = "admin/compliance/review/name.html"

    row: CodeAgreement

    @classmethod
    def rows(cls) -> "QuerySet[CodeAgreement]":
        return CodeAgreement.objects.filter(other_name=True).select_related("carer__owner", "code", "entered_by")

    @property
    def waits(self) -> bool:
        return self.row.name_accepted_at is None

    @property
    def title(self) -> str:
        return "The Code, signed under another name"

    @property
    def decided(self) -> str:
        if self.row.name_accepted_at is None:
            return ""
        return of_row("Looked at", self._who(), self.row.name_accepted_at)

    def _who(self) -> User | None:
        """The signature says when; the audit says who."""
        looked = AuditEvent.objects.filter(
            event="code.name_accepted", target=self.row._meta.label_lower, target_id=str(self.row.pk)
        ).first()
        return User.objects.filter(pk=looked.actor_id or 0).first() if looked else None

    def verbs(self) -> Mapping[str, Callable[[], str]]:
        return {IT_IS_THEY: self.it_is_they}

    def it_is_they(self) -> str:
        codes.accept_name(self.row, by=self.user)
        return f"Looked at: {self.row}."

    def context(self) -> dict[str, Any]:
        return {"who": first_name(self.carer.name), "account": self.carer.owner.name if self.carer.owner else ""}


class HelpDesk(Desk):
    """What a carer asked, all that was said, and the answer. It waits while the last word is theirs."""

    slugs = ("help",)
    template = "admin/compliance/review/help.html"
    typed_names: ClassVar[dict[str, str]] = {
        "words": "What you say to them", "arranged": "What is arranged", "funded": "What is paid",
    }  # fmt: skip

    row: HelpRequest

    @classmethod
    def rows(cls) -> "QuerySet[HelpRequest]":
        related = ("carer__owner", "carer__listing", "entered_by", "closed_by")
        return HelpRequest.objects.select_related(*related).prefetch_related("answers__by")

    @property
    def waits(self) -> bool:
        return self.row.is_open and not self.row.is_answered

    @property
    def title(self) -> str:
        return f"Help with {self.row.about.en}" if self.row.about else "Help with something else"

    @property
    def decided(self) -> str:
        if self.row.closed_at:
            return of_row("Settled", self.row.closed_by, self.row.closed_at)
        last = max(self.row.answers.all(), key=lambda one: (one.at, one.pk), default=None)
        return of_row("Answered", last.by, last.at) if last and not last.from_carer else ""

    def verbs(self) -> Mapping[str, Callable[[], str]]:
        return {ANSWER: self.answer_it, CLOSE: self.close}

    def later_verbs(self) -> Mapping[str, Callable[[], str]]:
        """More can be said, and it can be settled, after the team answered."""
        if not self.may_decide or self.waits or not self.row.is_open or self.claimed_by_others():
            return {}
        return self.verbs() if self.request.POST.get("seen", self.seen) == self.seen else {}

    def claimed_by_others(self) -> bool:
        return self.claim is not None and not self.is_mine

    @property
    def seen(self) -> str:
        """How much had been said when the page was shown: an answer that came meanwhile is read first."""
        return str(len(self.row.answers.all()))

    @cached_property
    def form(self) -> AnswerForm:
        pressed = self.request.POST.get("press", "").removesuffix("-next")
        made: AnswerForm = self.bound(AnswerForm, chosen=pressed == ANSWER)
        return made

    def answer_it(self) -> str:
        if not self.form.is_valid():
            raise Refused
        facts = self.form.facts
        key = key_of(self.request.POST.get("number", ""), facts)
        helping.answer(self.row, by=self.user, form_key=key, **facts)
        return f"{self.carer} is answered."

    def close(self) -> str:
        helping.close(self.row, by=self.user)
        return "It is closed."

    @property
    def mail(self) -> Message | None:
        form = AnswerForm(self.data)
        if not form.is_bound or not form.is_valid():
            return None
        return message(self.carer, helping.would_say(self.row, **form.facts))

    def context(self) -> dict[str, Any]:
        return {
            "who": first_name(self.carer.name),
            "answers": self.row.answers.all(),
            "number": self.request.POST.get("number") or secrets.token_hex(8),
            "may_answer": self.may_decide and self.row.is_open and not self.claimed_by_others(),
        }
