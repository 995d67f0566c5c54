"""The steps that the team takes with a case: one row each, with its page, when it is there, and the verb behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from feedback import case_forms, cases, states
from feedback.case_forms import CaseForm, doubles, may_handle
from feedback.case_steps import Step
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from feedback.rules import WALES
from files.private import accept_file

Do = Callable[[Case, User, dict[str, Any], date], object]


@dataclass(frozen=True)
class Page:
    """`when` says whether the step can be taken now; `effect` what happens with it, beside the button."""

    slug: str
    text: str
    form: type[CaseForm]
    when: Callable[[Case], bool]
    do: Do
    effect: str = ""
    warns: bool = False

    def is_for(self, case: Case, user: User) -> bool:
        return may_handle(user, case) and self.when(case)


def under_way(case: Case) -> bool:
    return not case.is_over and case.state != State.ASIDE


def there(case: Case) -> bool:
    return case.state not in {State.ASIDE, State.MERGED}


def not_acknowledged(case: Case) -> bool:
    said = CaseEvent.objects.of(case).filter(what=CaseEvent.What.ACKNOWLEDGED)
    return there(case) and not said.exists()


def in_table(step: str) -> Callable[[Case], bool]:
    return lambda case: states.may(step, case.kind, case.state)


def may_be_formal(case: Case) -> bool:
    """In Wales, and once."""
    asked = CaseEvent.objects.of(case).filter(what=CaseEvent.What.FORMAL)
    return settings.SCHEME.nation == WALES and in_table("ask_formal")(case) and not asked.exists()


def may_answer(case: Case) -> bool:
    alleged = CaseEvent.objects.of(case).filter(what=CaseEvent.What.ALLEGED)
    return in_table("answer")(case) and not alleged.exists()


def has_doubles(case: Case) -> bool:
    same = Case.objects.filter(kind=case.kind, listing=case.listing).exclude(pk=case.pk)
    return in_table("merge")(case) and same.exclude(state__in=[State.MERGED, State.ASIDE]).exists()


def refer(case: Case, by: User, said: dict[str, Any], on: date) -> object:
    at = timezone.make_aware(datetime.combine(said["on"], said["at"]))
    rest = {name: said[name] for name in ("made_by", "to", "their_reference", "words")}
    return cases.refer(case, by=by, made_at=at, on=on, **rest)


def attach(case: Case, by: User, said: dict[str, Any], on: date) -> object:
    return cases.attach(case, by=by, files=[accept_file(said["file"], by=by, purpose=cases.PURPOSE)])


TOLD = "Whoever told us is mailed, or a letter waits to be posted; who has neither address is rung."
PAGES = (
    Page("release", "It is no spam", case_forms.NothingToFillIn, in_table("release"),
         lambda case, by, said, on: cases.release(case, by=by), "Its clocks began on the day it came."),
    Page("take-on", "Take it on, or hand it to somebody", case_forms.HandlerForm, under_way,
         lambda case, by, said, on: cases.take_on(case, by=by, **said),
         "Whoever looks into a concern does not decide it."),
    Page("acknowledge", "Acknowledge it", case_forms.AcknowledgeForm, not_acknowledged,
         lambda case, by, said, on: cases.acknowledge(case, by=by, on=on, **said), TOLD),
    Page("refer", "Record a referral", case_forms.ReferForm,
         lambda case: case.kind == Kind.SAFEGUARDING and there(case), refer, "Nobody outside is told by this page."),
    Page("write", "Write to whoever told us", case_forms.ToReporterForm,
         lambda case: there(case) and bool(case.email or case.address),
         lambda case, by, said, on: cases.write_to_reporter(case, by=by, **said), TOLD),
    Page("talked", "Write down a talk", case_forms.TalkedForm, there,
         lambda case, by, said, on: cases.talked(case, by=by, **said),
         "In Wales this is the discussion of a complaint (SI 2014/1794 reg. 16)."),
    Page("note", "Write a note", case_forms.NoteForm, lambda case: True,
         lambda case, by, said, on: cases.note(case, by=by, **said)),
    Page("file", "Add a file", case_forms.FileForm, there, attach,
         "It is checked for viruses before it can be opened."),
    Page("about", "Say what it is about", case_forms.AboutForm, there,
         lambda case, by, said, on: cases.describe(case, by=by, **said)),
    Page("kind", "It is another kind", case_forms.KindForm,
         lambda case: not case.is_over and case.kind != Kind.SAFEGUARDING,
         lambda case, by, said, on: cases.make_another_kind(case, by=by, on=on, **said),
         "As a safeguarding matter only managers and safeguarding leads see it from then on, and it never becomes "
         "another kind again.", warns=True),
    Page("merge", "It is the same as another", case_forms.MergeForm, has_doubles,
         lambda case, by, said, on: cases.merge(case, by=by, on=on, **said),
         "Both are read on one page from then on; whoever told us of one reads nothing of the other. "
         "It cannot be undone.", warns=True),
    Page("answer", "Answer and close it", case_forms.AnswerForm, may_answer,
         lambda case, by, said, on: cases.answer(case, by=by, on=on, **said), TOLD),
    Page("formal", "Formal consideration is asked for", case_forms.FormalForm, may_be_formal,
         lambda case, by, said, on: cases.ask_formal(case, by=by, on=on, **said),
         "Somebody who did not handle it before answers it."),
    Page("answer-formally", "Answer it formally", case_forms.AnswerForm, in_table("answer_formally"),
         lambda case, by, said, on: cases.answer_formally(case, by=by, on=on, **said), TOLD),
    Page("reopen", "Open it again", case_forms.ReasonForm, in_table("reopen"),
         lambda case, by, said, on: cases.reopen(case, by=by, on=on, **said)),
)  # fmt: skip
BY_SLUG = {page.slug: page for page in PAGES}
# What comes next by itself; the rest stands under “More”.
FIRST = ("release", "take-on", "acknowledge", "refer", "answer", "answer-formally")


def own_steps(case: Case, user: User) -> Iterator[Step]:
    for page in PAGES:
        if page.is_for(case, user) and (page.slug != "merge" or doubles(case, user).exists()):
            yield Step(page.text, reverse("admin:feedback_case_step", args=[case.pk, page.slug]), page.warns)
