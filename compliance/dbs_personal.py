"""What status checks hold about a carer and the people of the business: to take away, and to erase."""

from typing import Any

from django.db import transaction

from accounts.second_factor import Unreadable
from audit.recording import Actor
from compliance import consents
from compliance.models import Consent, StatusCheck
from onboarding.models import Carer


def of_status_checks(carer: Carer) -> dict[str, Any]:
    """In full only what is about whoever asks: a colleague's certificate is theirs."""
    own = consents.account_holder(carer)
    given = Consent.objects.filter(worker__carer=carer).order_by("pk").select_related("worker")
    checks = StatusCheck.objects.filter(worker=own).order_by("pk")
    return {
        "consents to DBS status checks": [
            {"person": row.worker.first_name, "how": row.how, "given_on": row.given_on, "ended_at": row.ended_at,
             **(details(row) if row.worker_id == own else {})}
            for row in given
        ],
        "DBS status checks": list(
            checks.values("worker__first_name", "begun_at", "sent_at", "answered_at", "result", "by__name")
        ),
    }  # fmt: skip


def details(row: Consent) -> dict[str, Any]:
    """What is kept encrypted while the consent stands."""
    if not row.sealed:
        return {}
    try:
        return consents.holder(row)._asdict()
    except Unreadable:
        return {"number": row.masked}


@transaction.atomic
def erase_status_checks(carer: Carer, *, by: Actor) -> int:
    """How many questions and consents; what the answers came to stays with the papers."""
    consents.end_all(Consent.objects.standing().filter(worker__carer=carer), by=by, why=Consent.Ended.ASKED)
    checks, _kinds = StatusCheck.objects.filter(worker__carer=carer).delete()
    given, _kinds = Consent.objects.filter(worker__carer=carer).delete()
    return checks + given
