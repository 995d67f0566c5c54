"""Carers and sessions for tests of training, made through the verbs."""

from datetime import UTC, datetime, timedelta

from accounts.models import User
from onboarding import journey, training
from onboarding.models import Evidence
from tests.builders import BY

HOUR = timedelta(hours=1)
# Ten days after the `today` fixture: 9:30 in the morning, in winter time.
STARTS = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def carer(first_name="Carys", *, language="en", mail=True, services=("personal-care",)):
    """A journey of one person, who signs in with that name at example.org."""
    owner = User.objects.create_user(f"{first_name.lower()}@example.org", language=language) if mail else None
    return journey.start(by=BY, name=f"{first_name} Pugh", first_name=first_name, owner=owner, services=services)


def person(first_name="Carys", **facts):
    return carer(first_name, **facts).workers.get()


def session(title="Safeguarding", *, requirements=("safeguarding",), starts_at=STARTS, seats=2, **facts):
    usual = {
        "title_cy": "Diogelu",
        "place_en": "Usk Library",
        "place_cy": "Llyfrgell Brynbuga",
        "provider": "Gofal Ltd",
    }
    said = usual | facts
    return training.create_session(
        by=BY, title_en=title, requirements=list(requirements), starts_at=starts_at,
        ends_at=said.pop("ends_at", starts_at + 3 * HOUR), seats=seats, **said,
    )  # fmt: skip


def attended(worker):
    return worker.carer.evidence.filter(how=Evidence.How.ATTENDED)
