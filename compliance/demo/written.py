"""What the team of the demonstration wrote to carers: a service message that was sent, and news that is a draft."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.demo import TEAM
from accounts.models import User
from audit.recording import Actor
from compliance import groups, writing
from compliance.groups import Group, readers
from compliance.models import Mailing
from onboarding.models import Carer

BY = "job:demo"
OFFICER = next(email for email, (_name, role) in TEAM.items() if role == "case-officer")
MOST = 12
CLOSED = {
    "subject_en": "Our office is closed between Christmas and New Year",
    "text_en": "From 24 December to 1 January nobody looks at papers that you send.\n\n"
    "If something of yours ends in these days, send us the next one by 18 December.",
    "subject_cy": "Mae ein swyddfa ar gau rhwng y Nadolig a’r Flwyddyn Newydd",
    "text_cy": "Rhwng 24 Rhagfyr ac 1 Ionawr ni fydd neb yn edrych ar bapurau rydych yn eu hanfon.\n\n"
    "Os yw rhywbeth yn dod i ben yn y dyddiau hyn, anfonwch yr un nesaf atom erbyn 18 Rhagfyr.",
}
MEETING = {
    "subject_en": "Meet other carers over a cup of tea",
    "text_en": "We meet on the first Tuesday of each month, from two until four.\n\n"
    "Come when you like, and bring somebody who thinks of starting.",
    "subject_cy": "Dewch i gwrdd â gofalwyr eraill dros baned",
}


def demo(scheme: Any, *, on: date) -> str:
    """Once: what somebody wrote or sent by hand since stays as it is."""
    if Mailing.objects.exists():
        return "Demonstration of writing to carers: nothing changed."
    officer: Actor = User.objects.filter(email=OFFICER, is_staff=True).first() or BY
    mailing = _send(scheme, officer, on)
    writing.go_on(mailing, by=BY)
    offers = Group(to=groups.MATCHING, states=(groups.LISTED,), services=("companionship",))
    writing.draft(by=officer, kind=Mailing.Kind.NEWS, group=offers, **_of(scheme, MEETING))
    return "Demonstration of writing to carers: one message sent, one draft."


@transaction.atomic
def _send(scheme: Any, officer: Actor, on: date) -> Mailing:
    """To some with an address: a letter to each of the others would have to be posted."""
    reached = Carer.objects.filter(~Q(email="") | Q(owner__isnull=False), left_at=None, silent_at=None)
    some = Group(to=groups.NAMED, carers=tuple(reached.order_by("pk").values_list("pk", flat=True)[:MOST]))
    mailing = writing.draft(by=officer, kind=Mailing.Kind.SERVICE, group=some, **_of(scheme, CLOSED))
    seal = readers(mailing, on=on).seal(mailing.changed_at)
    writing.send(mailing, by=officer, seal=seal, on=on)
    return mailing


def _of(scheme: Any, texts: dict[str, str]) -> dict[str, str]:
    """In the scheme's languages."""
    return {name: text for name, text in texts.items() if name[-2:] in scheme.languages}
