"""Invented people who would like to become a carer: by the form, by phone, at an event. One like spam, one started."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.demo import password
from directory.enquiries import key_of
from onboarding import joining
from onboarding.demo import BY
from onboarding.models import Interest

# Days ago, name, language, what they wrote, where they heard of it, whether they return; why it looks like spam.
WROTE = (
    (2, "Lowri Bevan", "cy", "Rwyf wedi gofalu am fy mam-gu am bum mlynedd.", "friend", "yes", ""),
    (9, "Gareth Flynn", "en", "I have two free days a week. Do I need a car?", "social-media", "no", ""),
    (1, "Cash Now", "en", "https://example.org/a https://example.org/b", "", "", "links"),
)
STARTED = (12, "Rhian Parry", "en", "I work in a care home and would like to choose my hours.", "carer", "now", "")
# Whom the team entered: days ago, name, source, email, phone, what was noted, whether the link was mailed.
ENTERED = (
    (3, "Sam Doyle", "event", "sam.doyle@example.org", "07700 900811", "Met at the job fair.", True),
    (1, "Edna Royle", "phone", "", "07700 900812", "Has no email yet. Ring after four.", False),
)


def demo(scheme: Any, *, on: date) -> str:
    """Adds whoever is not there yet."""
    before = Interest.objects.count()
    for number, row in enumerate(WROTE):
        write(scheme, on, number, row)
    start(write(scheme, on, len(WROTE), STARTED))
    for entered in ENTERED:
        enter(on, entered)
    return f"Demonstration: {Interest.objects.count() - before} people who are interested made."


def write(scheme: Any, on: date, number: int, row: tuple[Any, ...]) -> Interest:
    days, name, language, words, heard_from, returning, hold = row
    return joining.express(
        by=BY,
        form_key=key_of("demo", {"number": number}),
        hold=hold,
        at=moment(on, days),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@example.org",
        language=language if language in scheme.languages else "en",
        words=words,
        heard_from=heard_from,
        returning=returning,
    )


def start(interest: Interest) -> None:
    link = interest.links.first()
    if interest.state == Interest.State.WAITING and link:
        joining.start_as_new(link, password=password())


@transaction.atomic
def enter(on: date, row: tuple[Any, ...]) -> None:
    days, name, source, email, phone, words, send = row
    if not Interest.objects.filter(name=name, phone=phone).exists():
        joining.enter(
            by=BY, source=source, send=send, at=moment(on, days), name=name, email=email, phone=phone, words=words,
            language="en",
        )  # fmt: skip


def moment(on: date, days: int) -> datetime:
    return datetime.combine(on - timedelta(days=days), time(11, 40), timezone.get_current_timezone())
