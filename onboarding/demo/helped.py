"""Help that the demonstration's carer asked for: one request waits, one was answered and paid for, one is settled."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.demo import CARER
from onboarding import helping
from onboarding.demo import BY
from onboarding.models import Carer, HelpRequest


def demo(scheme: Any, *, on: date) -> str:
    """Adds the requests that are not there yet, if the demonstration's carer has a journey."""
    carer = Carer.objects.filter(owner__email=CARER).first()
    if carer is None:
        return f"Demonstration of help: {CARER} has no journey, so nothing was asked."
    before = HelpRequest.objects.count()
    ask(carer, on)
    return f"Demonstration of help: {HelpRequest.objects.count() - before} requests made, for {CARER}."


@transaction.atomic
def ask(carer: Carer, on: date) -> None:
    helping.ask(
        carer, by=BY, form_key="demo-1", at=moment(on, 1), by_when=on + timedelta(12), requirement="public-liability",
        what="My insurance ends soon, and the new price is much higher. Is there one that other carers use?",
    )  # fmt: skip
    paid = helping.ask(
        carer, by=BY, form_key="demo-2", at=moment(on, 20), requirement="safeguarding",
        what="The next safeguarding course is full. Is there another one that I can get to by bus?",
    )  # fmt: skip
    helping.answer(
        paid, by=BY, form_key="demo-2", at=moment(on, 18), words="There is one online. You can do it in an evening.",
        arranged="A place on the online course", funded_pence=45_00, pot="training",
    )  # fmt: skip
    settled = helping.ask(
        carer, by=BY, form_key="demo-3", at=moment(on, 60), requirement="hmrc",
        what="I do not understand which form to send to HMRC.",
    )  # fmt: skip
    helping.answer(
        settled, by=BY, form_key="demo-3", at=moment(on, 58), close_it=not settled.answers.exists(),
        words="You register as self-employed online. We can sit with you while you do it: ring us.",
    )  # fmt: skip


def moment(on: date, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(15, 10), timezone.get_current_timezone())
