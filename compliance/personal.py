"""What the team's own work holds about a carer: to take away, and to erase.

The copy leaves out what it may (DPA 2018, Schedule 2, paragraph 16, and Schedule 3): notes that speak of somebody else
or could put somebody at risk; who decided or wrote; and the code of a decision's reason, for of a safeguarding matter
the carer is told that the listing is paused, and no more (product.md, "Feedback"). It says to everybody that something
may be left out, so that saying it tells nobody anything; whoever asks is answered by a person.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.personal import Part, Person
from audit import append_only
from audit.recording import Actor
from compliance import case_telling
from compliance.dbs_personal import erase_status_checks, of_status_checks
from compliance.models import Decision, Recipient, Reminder
from feedback.models import Case
from onboarding import forgetting
from onboarding.models import Carer
from onboarding.personal import carer_of


def personal_data(who: Person) -> dict[str, Any]:
    carer = carer_of(who)
    if carer is None:
        return {}
    decisions = Decision.objects.filter(carer_id=carer.pk).order_by("at", "pk")
    reminders = carer.reminders.filter(to=Reminder.CARER).order_by("at", "pk")
    return {
        "decisions about you": list(decisions.values("at", "kind", "words")),
        "concerns about you": concerns(carer),
        "notes about you": list(
            carer.notes.filter(held_back=False).order_by("at", "pk").values("at", "kind", "words")
        ),
        "reminders": list(reminders.values("requirement", "last_day", "threshold", "at")),
        "what the team wrote to carers": list(
            Recipient.objects.filter(carer=carer).order_by("pk").values(
                "mailing__subject_en", "mailing__subject_cy", "mailing__kind", "done_at", "left_out"
            )
        ),
        **of_status_checks(carer),
        "what may be left out": [{"of this copy": left_out()}],
    }  # fmt: skip


def concerns(carer: Carer) -> list[dict[str, Any]]:
    """What was put to them, what they answered, and what was decided: as it stands on their own page."""
    rows = Case.objects.filter(listing=carer.listing_id).exclude(listing=None).order_by("pk")
    return [
        {"reference": case.reference, "at": entry.at, "what": entry.what, "words": entry.words}
        for case in rows for entry in case_telling.entries(case, carer)
    ]  # fmt: skip


def left_out() -> str:
    return _(
        "Something may be left out of this copy: what is about somebody else, and what could put somebody at risk if "
        "it were told (Data Protection Act 2018, Schedules 2 and 3). Ask the team if you would like a person to look "
        "at it. You can complain to the Information Commissioner."
    )


def erase(who: Person, *, by: Actor, on: date) -> Iterator[Part]:
    """Before the journey goes. Of whoever was listed, it stays for its years what was decided and on what it rests."""
    carer = carer_of(who)
    if carer is None:
        return
    was_listed = forgetting.was_listed(carer)
    notes = carer.notes.filter(held_back=False) if was_listed else carer.notes.all()
    number, _kinds = notes.delete()
    reminders, _kinds = carer.reminders.all().delete()
    written, _kinds = Recipient.objects.filter(carer=carer).delete()
    if number:
        yield Part("notes", _("Notes of the team about you"), gone=number)
    if reminders:
        yield Part("reminders", _("When we reminded you"), gone=reminders)
    if written:
        yield Part("written", _("Which messages to many carers you got"), gone=written)
    if asked := erase_status_checks(carer, by=by):
        yield Part("status-checks", _("Consents to DBS status checks, and when they were made"), gone=asked)
    if not was_listed:
        append_only.purge(Decision.objects.filter(carer_id=carer.pk), before=timezone.now(), by=by)
    else:
        stays = _("We may keep some: what is about somebody else, or could put somebody at risk if it were told.")
        until = forgetting.gone_on(carer, None if carer.left_at else on)
        yield Part("notes-held", _("Notes of the team"), stays=stays, until=until)
