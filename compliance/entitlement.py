"""Whether the council may ask the DBS at all, and in whose name it asks by itself each year."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import team
from accounts.models import User
from audit.recording import Actor, record
from compliance import consents
from compliance.models import Consent, Entitlement
from onboarding.papers import Decided, NotNow

KEEP = "compliance.keep_entitlement"
CHECK = "compliance.check_status"


class NoEntitlement(NotNow):
    """Nobody has recorded that the council may ask, or it was withdrawn."""

    words = "It is not recorded that the council may ask the DBS, so nobody is asked about."


class NoFullName(NotNow):
    """The DBS is told who asks, and tells the holder."""

    words = "The DBS is told the forename and surname of who asks. Enter yours under your account first."


def current() -> Entitlement | None:
    return Entitlement.objects.filter(withdrawn_at=None).select_related("scheduled_by").first()


def is_on() -> bool:
    """Whether a check can be made: the council may, and it is set where the DBS is asked."""
    return bool(settings.DBS_STATUS_URL) and current() is not None


@transaction.atomic
def confirm(*, by: Actor, confirmed_by: str, confirmed_on: date, basis: str, organisation: str) -> Entitlement:
    """Raises `Decided` where one is recorded already."""
    if current():
        raise Decided("It is recorded already. Withdraw it first, if it has changed.")
    row = Entitlement.objects.create(
        confirmed_by=confirmed_by,
        confirmed_on=confirmed_on,
        basis=basis,
        organisation=organisation,
        recorded_by=_user(by),
    )
    record("dbs.entitlement_confirmed", by=by, target=row, on=confirmed_on)
    return row


@transaction.atomic
def withdraw(*, by: Actor) -> int:
    """From now on nobody is asked about, and what was kept for it goes. How many consents ended."""
    row = _held()
    row.withdrawn_at, row.withdrawn_by, row.scheduled_by = timezone.now(), _user(by), None
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "scheduled_by"])
    ended = consents.end_all(Consent.objects.standing(), by=by, why=Consent.Ended.ENTITLEMENT)
    record("dbs.entitlement_withdrawn", by=by, target=row, consents=ended)
    return ended


@transaction.atomic
def schedule(officer: User) -> Entitlement:
    """The yearly checks are made in this officer's name from now on. Raises `NoEntitlement` and `NoFullName`."""
    row = _held()
    full_name(officer)
    row.scheduled_by = officer
    row.save(update_fields=["scheduled_by"])
    record("dbs.checks_scheduled", by=officer, target=row)
    return row


@transaction.atomic
def stop(*, by: Actor) -> None:
    """No yearly checks; whoever may can still ask about one."""
    row = _held()
    row.scheduled_by = None
    row.save(update_fields=["scheduled_by"])
    record("dbs.checks_stopped", by=by, target=row)


def officer() -> User | None:
    """In whose name the yearly checks are made; nobody where they left, or may not any more."""
    row = current()
    user = row.scheduled_by if row else None
    return user if user and team.may(user, CHECK) else None


def full_name(user: User) -> tuple[str, str]:
    """Forename and surname. Raises `NoFullName`."""
    forename, _space, surname = user.name.strip().rpartition(" ")
    if not forename:
        raise NoFullName
    return forename, surname


def _held() -> Entitlement:
    row = Entitlement.objects.select_for_update().filter(withdrawn_at=None).first()
    if row is None:
        raise NoEntitlement
    return row


def _user(by: Actor) -> User | None:
    return by if isinstance(by, User) else None
