"""What whoever told us is told: by mail where they gave an address, else by a letter that the team prints and posts.

All of it is promised in the transaction of what caused it, in the language in which they wrote to us. What the carer
is told is `compliance`'s.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings

from accounts import team
from feedback import links, rules
from feedback.models import Case, CaseEvent, CaseLetter
from feedback.models.cases import SEE_SAFEGUARDING, Kind
from notifications import outbox

RECEIVED, ACKNOWLEDGED = "feedback/mail/received", "feedback/mail/acknowledged"
WROTE, ANSWERED, NEW_LINK = "feedback/mail/wrote", "feedback/mail/answered", "feedback/mail/new_link"
ADDED, WORRY = "feedback/mail/added", "feedback/mail/worry"
# What rooms above do where a case becomes a safeguarding matter: take back what the carer was to be told of it.
ON_SECRET: list[Callable[[Case], None]] = []


def keys(case: Case) -> str:
    """How every message about it begins."""
    return f"case:{case.pk}:"


def received(case: Case, *, mail: bool = True) -> None:
    """That it is here, with the reference and the link; and of a worry that somebody is harmed, whom it concerns."""
    if case.email and mail:
        _mail(case, "received", RECEIVED)
    if case.is_safeguarding:
        for user in leads(case):
            outbox.queue(
                key=f"{keys(case)}lead:{user.pk}", to=user.email, template=WORRY, language="en",
                reader=SEE_SAFEGUARDING, context={"case": case, "site": settings.SITE_URL},
            )  # fmt: skip


def leads(case: Case) -> list[Any]:
    """Those of the team who see safeguarding matters, but nobody whom this one is about, or who brought it."""
    every = team.members().filter(is_active=True)
    return [user for user in every if user.has_perm(SEE_SAFEGUARDING) and may_know(user, case)]


def leaders(case: Case) -> list[Any]:
    """To whom goes what nobody sees to: managers, and of a safeguarding matter those who lead it."""
    found = leads(case) if case.is_safeguarding else list(team.managers())
    return [user for user in found if may_know(user, case)]


def may_know(user: Any, case: Case) -> bool:
    return bool(user.is_staff and user.is_active and Case.objects.visible(user).filter(pk=case.pk).exists())


def acknowledged(case: Case, event: CaseEvent, *, words: str = "", record_of_it: str = "") -> bool:
    return write(case, event, ACKNOWLEDGED, words=words, record_of_it=record_of_it, **procedure(case))


def wrote(case: Case, event: CaseEvent) -> bool:
    return write(case, event, WROTE)


def answered(case: Case, event: CaseEvent, **more: Any) -> bool:
    return write(case, event, ANSWERED, **procedure(case), **more)


def procedure(case: Case) -> dict[str, Any]:
    """What happens with a case of this kind here, for what is written about it."""
    nation = settings.SCHEME.nation
    clocks = {clock.rule: clock.due_on for clock in case.clocks.all()}
    return {
        "is_complaint": case.kind == Kind.COMPLAINT,
        "is_data": case.kind == Kind.DATA,
        "is_concern": case.kind == Kind.CONCERN,
        "in_wales": nation == rules.WALES,
        "due": clocks,
    }


def new_link(case: Case) -> bool:
    """Asked for on the page. Call it in a transaction, for somebody who gave the case's own address."""
    links.renew(case)
    return _mail(case, f"link:{case.links_sent}", NEW_LINK)


def tell_handler(case: Case, event: CaseEvent) -> None:
    """Whoever handles it hears that something was added; whoever leads, where they may not know of it any more."""
    if case.handler is None:
        return
    for user in [case.handler] if may_know(case.handler, case) else leaders(case):
        outbox.queue(
            key=f"{keys(case)}added:{event.pk}:{user.pk}", to=user.email, template=ADDED, language="en",
            reader=case.reader, context={"case": case, "site": settings.SITE_URL},
        )  # fmt: skip


def make_secret(case: Case) -> None:
    """Nobody else sees in the outbox that anything was said of it, and what the carer was to be told stays unsaid."""
    outbox.restrict(keys(case), reader=SEE_SAFEGUARDING)
    outbox.take_back_about(f"{keys(case)}carer:")
    for forget in ON_SECRET:
        forget(case)


def write(case: Case, event: CaseEvent, template: str, **more: Any) -> bool:
    """One message about one entry; whether there was an address to send it to."""
    said = {"event": event, **more}
    if case.email:
        return _mail(case, f"event:{event.pk}", template, **said)
    return bool(case.address) and _letter(case, f"event:{event.pk}", template, **said)


def _mail(case: Case, about: str, template: str, **more: Any) -> bool:
    address = links.link(case, language=case.language)
    return outbox.queue(
        key=f"{keys(case)}{about}",
        to=case.email,
        template=template,
        language=case.language,
        reader=case.reader,
        secrets=[address],
        whose=f"case:{case.pk}",
        context={"case": case, "link": address, **more},
    )


def _letter(case: Case, about: str, template: str, **more: Any) -> bool:
    context, sheets = {"case": case, "letter": True, **more}, []
    for language in outbox.languages_of(case.language):
        subject, _text, html = outbox.render_in(language, template, context)
        sheets.append({"language": language, "subject": subject, "html": html})
    subjects = " / ".join(sheet["subject"] for sheet in sheets)[:300]
    facts = {"case": case, "language": case.language, "subject": subjects, "sheets": sheets}
    return CaseLetter.objects.get_or_create(key=f"{keys(case)}{about}", defaults=facts)[1]
