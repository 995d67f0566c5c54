"""Consents to status checks in the demonstration: every third carer of whom one could be made gave one, all invented.

Nobody is asked: the address of the DBS's service is not set, unless somebody sets it to a stand-in of theirs.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from accounts.demo import TEAM
from accounts.models import User
from compliance import consents, dbs_register, entitlement
from compliance.models import Consent

BY = "job:demo"
MANAGER = next(email for email, (_name, role) in TEAM.items() if role == "manager")
BASIS = (
    "Invented for the demonstration: the council arranges care under the Act named by its lawyers, and may therefore "
    "ask for an enhanced check of the adult workforce itself."
)
EVERY = 3


@transaction.atomic
def demo(scheme: Any, *, on: date) -> str:
    if entitlement.current() or Consent.objects.exists():
        return "Demonstration of status checks: nothing changed."
    manager = User.objects.filter(email=MANAGER, is_staff=True).first() or BY
    entitlement.confirm(
        by=manager, confirmed_by="Head of Legal Services", confirmed_on=on - timedelta(days=30), basis=BASIS,
        organisation=str(scheme.council),
    )  # fmt: skip
    rows = [row for row in dbs_register.register(on) if not row.not_for and row.carer.owner != manager]
    for row in rows[::EVERY]:
        consents.give(
            row.worker,
            by=BY,
            how=Consent.How.PAPER,
            given_on=on - timedelta(days=20),
            number=f"{990_000_000_000 + row.worker.pk}",
            forename=row.worker.first_name,
            surname="Invented",
            born=date(1970, 1, 1) + timedelta(days=97 * row.worker.pk % 9000),
        )
    return f"Demonstration of status checks: {len(rows[::EVERY])} consents."
