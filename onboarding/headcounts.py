"""The verbs of the number of people given personal care: said monthly, by a number only, and never public or logged."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.recording import Actor, record
from directory.models import Listing
from notifications.models import Message
from onboarding import guardrail, upkeep_mails
from onboarding.models import Carer, Headcount
from onboarding.papers import user_of
from onboarding.settling import held, settle


@transaction.atomic
def say(carer: Carer, *, by: Actor, number: int, on: date, at: datetime | None = None) -> Headcount:
    """The number of that day's month, which may be said again. Above the most allowed the team is told at once."""
    carer, month = held(carer), on.replace(day=1)
    before = carer.headcounts.filter(month=month).first()
    said = {"number": number, "said_at": at or timezone.now(), "said_by": user_of(by)}
    row, _made = Headcount.objects.update_or_create(carer=carer, month=month, defaults=said)
    record("headcount.said", by=by, target=row, carer=carer)
    settle(carer, by=by, on=on)
    if is_above(row, on) and not (before and is_above(before, on)):
        upkeep_mails.headcount_above(row)
    return row


def is_above(row: Headcount, on: date) -> bool:
    limit = guardrail.most(on)
    return limit is not None and row.number > limit


def above(on: date) -> list[Headcount]:
    """The latest number of each whom it concerns, where it is above the most allowed."""
    limit = guardrail.most(on)
    if limit is None:
        return []
    carers = Carer.objects.filter(headcounts__number__gt=limit).distinct()
    return [row for row in _latest(carers, on) if row.number > limit]


def old(on: date) -> list[Headcount]:
    """The latest number of each whom it concerns, where it says nothing of now: those whom every mail missed."""
    return [
        row
        for row in _latest(Carer.objects.filter(headcounts__isnull=False).distinct(), on)
        if guardrail.is_old(row, on)
    ]


def _latest(carers: QuerySet[Carer], on: date) -> list[Headcount]:
    concerned = carers.filter(left_at=None).select_related("listing")
    return [carer.headcounts.latest() for carer in concerned if guardrail.concerns(carer, on)]


# --- asking ----------------------------------------------------------------------------------------------


def ask_all(*, on: date) -> int:
    """Mails each whom it concerns and who has not said this month's number: once a month. How many."""
    month = on.replace(day=1)
    listed = Carer.objects.filter(
        left_at=None, listing__in=Listing.objects.filter(published_at__isnull=False, ended_at=None)
    ).exclude(headcounts__month=month)
    asked = set(Message.objects.filter(key__endswith=f":headcount:{month}").values_list("key", flat=True))
    return sum(
        _ask(carer, month)
        for carer in listed.select_related("listing", "owner").order_by("pk")
        if upkeep_mails.headcount_key(carer, month) not in asked and guardrail.concerns(carer, on)
    )


@transaction.atomic
def _ask(carer: Carer, month: date) -> bool:
    return upkeep_mails.headcount(carer, month)
