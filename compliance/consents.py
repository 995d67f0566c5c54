"""Consent to status checks: given by the holder of the certificate, or on paper they signed; ended with one press.

What the DBS has to be told of them is kept encrypted for as long as the consent stands, and not a day longer. It stands
for the one certificate that the team saw: with that one, or when a newer one is seen, it ends.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.second_factor import decrypt, encrypt
from audit.recording import Actor, record
from compliance import dbs_register
from compliance.dbs_service import Holder
from compliance.models import Consent, Entitlement, StatusCheck
from onboarding.models import Carer, Evidence, Worker
from onboarding.papers import NotNow, not_own
from onboarding.settling import held

RECORD = "compliance.record_consent"


class NotAsked(NotNow):
    """There is nothing to consent to: the council asks about nobody, or nobody of this kind."""

    words = _("We do not make status checks of this certificate, so there is nothing to agree to.")


@transaction.atomic
@sensitive_variables()
def give(
    worker: Worker, *, by: Actor, how: str, given_on: date, number: str, forename: str, surname: str, born: date
) -> Consent:
    """For the certificate that counts today; takes the place of one before.

    Raises `NotAsked` while the council may ask about nobody, or not about a certificate of theirs that was seen, or
    they work here no more; and `OwnPaper` for who records their own on paper.
    """
    carer = held(worker.carer)
    if how == Consent.How.PAPER:
        not_own(carer, by)
    may = Entitlement.objects.filter(withdrawn_at=None).exists()
    row = dbs_register.row_of(worker, timezone.localdate()) if may else None
    if row is None or row.not_for:
        raise NotAsked
    end_all(standing_of(worker), by=by, why=Consent.Ended.RENEWED)
    details = {"number": number, "forename": forename, "surname": surname, "born": born.isoformat()}
    made = Consent.objects.create(
        worker=worker, original=row.original, how=how, given_on=given_on,
        recorded_by=by if isinstance(by, User) else None, sealed=encrypt(json.dumps(details)), ends_in=number[-2:],
    )  # fmt: skip
    record("dbs.consent_given", by=by, target=worker, carer=carer, consent=made, certificate=row.original, how=how)
    return made


@transaction.atomic
def end(worker: Worker, *, by: Actor, why: str = Consent.Ended.ASKED) -> int:
    """The details go at once. How many ended: none where there was none."""
    held(worker.carer)
    return end_all(standing_of(worker), by=by, why=why)


def account_holder(carer: Carer) -> int | None:
    """The first of the business is who has its account."""
    first = carer.workers.order_by("pk").first() if carer.owner_id else None
    return first.pk if first and first.removed_at is None else None


def standing_of(worker: Worker) -> Any:
    return Consent.objects.standing().filter(worker=worker)


def ended_with_its_paper(row: dbs_register.Row) -> Consent | None:
    """The last one, where it ended without anybody asking for it: its certificate counts no more, or is not known."""
    last = None if row.consent else Consent.objects.filter(worker=row.worker).first()
    return last if last and last.ended_why in Consent.WITH_ITS_PAPER else None


def end_all(consents: Iterable[Consent], *, by: Actor, why: str) -> int:
    """In a transaction. Questions that are not answered yet are asked no more."""
    count = 0
    for row in consents:
        row.ended_at, row.ended_why, row.sealed, row.ends_in = timezone.now(), why, "", ""
        row.save(update_fields=["ended_at", "ended_why", "sealed", "ends_in"])
        unanswered = row.checks.filter(state__in=[StatusCheck.State.OPEN, StatusCheck.State.GIVEN_UP])
        unanswered.update(state=StatusCheck.State.STOPPED, due_on=None, try_again_at=None)
        record("dbs.consent_ended", by=by, target=row.worker, carer=row.worker.carer_id, consent=row, why=why)
        count += 1
    return count


def end_of_who_is_gone(carer: Carer, worker: Worker | None, by: Actor, **kwargs: Any) -> None:
    """Somebody works here no more (`onboarding.signals.gone`)."""
    mine = Consent.objects.standing().filter(worker__carer=carer)
    end_all(mine.filter(worker=worker) if worker else mine, by=by, why=Consent.Ended.LEFT)


def end_of_certificate(evidence: Evidence, by: Actor, **kwargs: Any) -> None:
    """A certificate counts no more, or a newer one does (`onboarding.signals.counted`). Which of two is newer goes by
    the day on which it was seen, as the register has it."""
    standing = Consent.objects.standing()
    if evidence.outcome != Evidence.Outcome.ACCEPTED:
        end_all(standing.filter(original=evidence), by=by, why=Consent.Ended.WITHDRAWN)
    elif evidence.how != Evidence.How.CHECKED:
        day = evidence.seen_on
        older = Q(original__seen_on__lt=day) | Q(original__seen_on=day, original__lt=evidence.pk)
        same = standing.filter(worker=evidence.worker_id, original__requirement=evidence.requirement)
        end_all(same.filter(older), by=by, why=Consent.Ended.REPLACED)


@sensitive_variables()
def holder(consent: Consent) -> Holder:
    """Raises `accounts.second_factor.Unreadable` where the key is lost."""
    said = json.loads(decrypt(consent.sealed))
    return Holder(said["number"], said["forename"], said["surname"], date.fromisoformat(said["born"]))
