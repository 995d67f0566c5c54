"""What the carer is told of a case: under keys that begin alike, so that all of it can be taken back together.

What goes to whoever told us is `feedback.telling`'s.
"""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from audit.recording import Actor
from compliance import case_texts
from compliance.case_words import Words, languages
from compliance.models import Decision, ReasonsLetter
from feedback import telling
from feedback.events import add
from feedback.models import Case, CaseEvent
from feedback.models.cases import SEE_SAFEGUARDING, Outcome
from feedback.rules import WALES
from notifications import outbox
from onboarding import letters
from onboarding.models import Carer

ALLEGED, REPLIED = "compliance/mail/case_alleged", "compliance/mail/case_replied"
MORE_TIME, DECIDED = "compliance/mail/case_more_time", "compliance/mail/case_decided"
APPEALED, PLAN = "compliance/mail/case_appealed", "compliance/mail/case_plan"
REPORTER = "compliance/mail/case_reporter"

# What whoever told us reads: the outcome, and nothing else of the carer's.
TO_REPORTER = {
    Outcome.NO_ACTION: _("We looked into what you told us. We decided that nothing more needs to be done."),
    Outcome.ADVICE: _("We looked into what you told us, and gave advice about our Code of Practice."),
    Outcome.ACTION_PLAN: _("We looked into what you told us, and agreed what has to change and by when."),
    Outcome.SUSPEND: _("We looked into what you told us. They are not listed in our directory for now."),
    Outcome.REMOVE: _("We looked into what you told us. They are not listed in our directory any more."),
}
AFTER_APPEAL = _("There was an appeal, and somebody else looked at it. What we told you before has changed.")


class NobodyToTell(ValueError):
    """Of a safeguarding matter nothing is told to the carer."""


def about(case: Case) -> str:
    """How every message to the carer about it begins."""
    return f"{telling.keys(case)}carer:"


def tell(case: Case, carer: Carer, what: str, template: str, **context: Any) -> bool:
    """By mail or letter. Raises `NobodyToTell` for a safeguarding matter."""
    if case.is_safeguarding:
        raise NobodyToTell("Nothing about a safeguarding matter goes to the carer.")
    said = {**frame(case), **context}
    return letters.tell(carer, key=f"{about(case)}{what}", template=template, context=said, reader=case.reader)


def entry(case: Case, carer: Carer, what: CaseEvent.What, *, by: Actor, words: str, **data: Any) -> CaseEvent:
    """On the timeline, for this carer to read: another of whom the case is later is not shown it."""
    return add(case, what, by=by, words=words, to=CaseEvent.To.CARER, data={"carer": carer.pk, **data})


def entries(case: Case, carer: Carer) -> QuerySet[CaseEvent]:
    """What this carer reads of it; nothing of a safeguarding matter, whatever it was before."""
    if case.is_safeguarding:
        return CaseEvent.objects.none()
    return CaseEvent.objects.of(case).for_carer().filter(data__carer=carer.pk)


def preview(case: Case, carer: Carer, template: str, **context: Any) -> list[letters.Said]:
    return letters.preview(carer, template, {**frame(case), **context})


def frame(case: Case) -> dict[str, Any]:
    """What every message about a case may name."""
    return {"case": case, "site": settings.SITE_URL, "in_wales": settings.SCHEME.nation == WALES}


def take_back(case: Case) -> None:
    """It is a safeguarding matter now: letters about it that are not posted go, like the mails."""
    letters.take_back_about(about(case), reader=SEE_SAFEGUARDING)


# --- a decision in writing -------------------------------------------------------------------------------------


def reasons_context(case: Case, carer: Carer, letter: str, reasons: Words, **facts: Any) -> dict[str, Any]:
    """`letter` names the text; `facts` are the days in it, and what stands under it (`appeal_by`, `came_back`, …)."""
    filled = Words()
    for language in dict.fromkeys([*languages(carer), "en"]):
        with override(language):
            filled[language] = case_texts.filled(letter, language, name=carer.name, reference=case.reference,
                                                 reasons=str(reasons), **facts)  # fmt: skip
    return {"filled": filled, "is_appeal": letter.startswith("appeal"), **facts}


def reasons_preview(case: Case, carer: Carer, letter: str, reasons: Words, **facts: Any) -> list[letters.Said]:
    return preview(case, carer, DECIDED, **reasons_context(case, carer, letter, reasons, **facts))


def tell_reasons(case: Case, carer: Carer, decision: Decision, letter: str, reasons: Words, **facts: Any) -> None:
    """The letter with the reasons, and the same kept for their page."""
    context = reasons_context(case, carer, letter, reasons, **facts)
    tell(case, carer, f"decision:{decision.pk}", DECIDED, **context)
    said = {**frame(case), **context, "letter": True, "no_account": carer.owner_id is None}
    sheets = []
    for language in languages(carer):
        subject, _text, html = outbox.render_in(language, DECIDED, said)
        sheets.append({"language": language, "subject": subject, "html": html})
    ReasonsLetter.objects.create(case=case, decision_id=decision.pk, sheets=sheets)


def tell_reporter(case: Case, event: CaseEvent, outcome: str, *, words: str = "", after_appeal: bool = False) -> None:
    """The same, by mail or letter, where they can be written to."""
    telling.write(case, event, REPORTER, outcome=TO_REPORTER[Outcome(outcome)], words=words,
                  after_appeal=AFTER_APPEAL if after_appeal else "")  # fmt: skip


def reporter_words(case: Case, outcome: str, words: str, *, after_appeal: bool = False) -> str:
    """What stands on the page of whoever told us: in their language, or in each where that is unknown."""
    found = []
    for language in outbox.languages_of(case.language):
        with override(language):
            said = [str(AFTER_APPEAL)] if after_appeal else []
            found.append("\n\n".join([*said, str(TO_REPORTER[Outcome(outcome)]), *([words] if words else [])]))
    return outbox.SEPARATOR.join(found)


def due(case: Case, rule: str) -> Any:
    """The last day of a running clock."""
    clock = case.clocks.running().filter(rule=rule).first()
    return clock.due_on if clock else None
