"""Somebody from outside the team, where it is too small: they decide one case, or hear the appeal in it.

They come by an invitation of the team's own kind, with a second factor, see that case alone, and are out again when it
is decided or their day has passed. Whether they may is asked of the row each time, not of a role.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import invitations, roles, team
from accounts.models import Invitation, User
from audit.recording import Actor, record
from compliance.case_replies import carer_of
from compliance.models import Guest
from feedback import cases
from feedback.events import add
from feedback.models import Case, CaseEvent
from feedback.models.cases import Kind, State
from feedback.states import NotAllowed

INVITE = "compliance.invite_guests"
LONGEST = timedelta(days=90)
# While the case is so far, there is something for them to do.
STATES = {
    Guest.Task.DECIDE: (State.OPEN, State.REPLY, State.TO_DECIDE),
    Guest.Task.HEAR: (State.APPEAL,),
}
AT_WORK = (
    Q(task=Guest.Task.DECIDE, case__state__in=STATES[Guest.Task.DECIDE])
    | Q(task=Guest.Task.HEAR, case__state__in=STATES[Guest.Task.HEAR])
) & Q(case__kind=Kind.CONCERN)


def at_work(user: Any, on: date | None = None) -> Any:
    """Where this person is a guest today."""
    if not (getattr(user, "is_staff", False) and user.is_active):
        return Guest.objects.none()
    return Guest.objects.current(on or timezone.localdate()).filter(AT_WORK, user=user.pk)


def is_guest(case: Case, user: Any, task: Guest.Task) -> bool:
    return bool(at_work(user).filter(case=case.pk, task=task).exists())


def sees(user: Any) -> Q:
    """For `Case.objects.visible`."""
    return Q(pk__in=at_work(user).values("case"))


def sees_any(user: Any) -> bool:
    """For `Case.may_see_any`."""
    return bool(at_work(user).exists())


@transaction.atomic
def invite(case: Case, *, task: str, email: str, until: date, language: str, by: User, on: date) -> Guest:
    """A link goes to their address; a guest of another case who is here already sees this one at once.

    Raises `NotAllowed`, and `team.Refused` for somebody of the team or a closed account.
    """
    task, email = Guest.Task(task), email.strip().lower()
    case = cases.held(case)
    cases.not_own(case, by)
    if case.kind != Kind.CONCERN or case.state not in STATES[task]:
        raise NotAllowed("There is nothing for a guest to decide in this case now.")
    if not on < until <= on + LONGEST:
        raise NotAllowed(f"Choose a day that is to come, within {LONGEST.days} days.")
    _refuse_who_is_part_of_it(case, email)
    if Guest.objects.filter(case=case, task=task, email__iexact=email, ended_at__isnull=True).exists():
        raise NotAllowed(f"{email} is a guest of this case already.")
    team.one_change_at_a_time()
    user = User.objects.filter(email__iexact=email, is_staff=True, is_active=True).first()
    here = user if user and user.groups.filter(name=roles.GUEST).exists() else None
    if not here:
        invitations.invite(by=by, email=email, slugs=[roles.GUEST], language=language)
    invitation = None if here else invitations.open_for(email)
    guest = Guest.objects.create(case=case, task=task, email=email, user=here, invitation=invitation, until=until)
    add(case, CaseEvent.What.GUEST, by=by, data={"guest": guest.pk, "how": "invited", "task": task.value})
    record("case.guest_invited", by=by, target=case, guest=guest.pk, task=task.value, until=until)
    return guest


def _refuse_who_is_part_of_it(case: Case, email: str) -> None:
    """Neither the carer, nor whoever told us, nor somebody who looked into it or decided it before."""
    carer = carer_of(case)
    part = {case.email, carer.mail_to if carer else ""}
    part |= {user.email for user in (case.reporter_user, case.about_user, case.handler) if user}
    if email in {address.lower() for address in part if address}:
        raise NotAllowed("They are part of this case themselves.")


def came(invitation: Invitation, user: User) -> None:
    """Whoever followed the link sees the case from now on. For `invitations.ON_ACCEPTED`."""
    for guest in Guest.objects.filter(invitation=invitation, user__isnull=True, ended_at__isnull=True):
        guest.user = user
        guest.save(update_fields=["user"])
        add(guest.case, CaseEvent.What.GUEST, by=user, data={"guest": guest.pk, "how": "came", "task": guest.task})
        record("case.guest_came", by=user, target=guest.case, guest=guest.pk)


@transaction.atomic
def end(guest: Guest, *, by: Actor) -> bool:
    """They see it no more; with their last case they are out of the team. Whether they were still in it."""
    row = Guest.objects.select_for_update().filter(pk=guest.pk, ended_at__isnull=True).first()
    if row is None:
        return False
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    add(row.case, CaseEvent.What.GUEST, by=by, data={"guest": row.pk, "how": "ended", "task": row.task})
    record("case.guest_ended", by=by, target=row.case, guest=row.pk)
    if row.user and not Guest.objects.filter(user=row.user, ended_at__isnull=True).exists():
        _out_of_the_team(row.user, by=by)
    if row.user is None and row.invitation and row.invitation.state(timezone.now()) == Invitation.State.OPEN:
        row.invitation.withdrawn_at = timezone.now()
        row.invitation.save(update_fields=["withdrawn_at"])
        record("invitation.withdrawn", by=by, target=row.invitation)
    return True


def _out_of_the_team(user: User, *, by: Actor) -> None:
    """Who has become a member with another role meanwhile stays one."""
    user = User.objects.get(pk=user.pk)
    if user.is_staff and {role.slug for role in roles.of(user)} == {roles.GUEST}:
        team.remove(user, by=by if isinstance(by, str) else "job:end-guests")


def end_all(*, on: date, by: Actor) -> int:
    """Whose day has passed, or whose case is decided, closed or of another kind. How many."""
    rows = Guest.objects.filter(ended_at__isnull=True).select_related("case", "user", "invitation")
    over = rows.exclude(pk__in=Guest.objects.filter(AT_WORK, until__gte=on).values("pk"))
    return sum(end(guest, by=by) for guest in over.order_by("pk"))
