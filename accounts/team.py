"""The team: who is in it, with which roles. Every change is a verb here: keyword-only, atomic, with who does it (`by`).

Nobody changes their own roles, and a manager always stays: both are looked at with the managers' group locked, so two
managers who remove each other at once take turns, and the second is refused. Whoever changes the team locks that group
first, then an invitation, then a user, and only then asks whether the one who does it still may.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import roles
from accounts.models import Invitation, User
from audit.recording import Actor, record


class Refused(Exception):
    """It was not done; the message says why, in words for whoever asked."""


def members() -> QuerySet[User]:
    return User.objects.filter(is_staff=True).prefetch_related("groups")


def managers() -> QuerySet[User]:
    return User.objects.filter(is_staff=True, is_active=True, groups__name=roles.MANAGER)


@transaction.atomic
def join(user: User, *, by: Actor, slugs: Iterable[str], **why: Any) -> None:
    """Makes somebody a member of the team. Whether they may is settled before: by an invitation, or at set-up."""
    given = roles.checked(slugs)
    one_change_at_a_time()
    give(user, given)
    record("user.joined_team", by=by, target=user, roles=given, **why)


@transaction.atomic
def set_roles(user: User, *, by: Actor, slugs: Iterable[str]) -> None:
    """Raises `Refused`, and `NoSuchRoles` for roles that one person cannot hold."""
    wanted = roles.checked(slugs)
    user = changeable(user, by=by, permission="accounts.change_roles", stays_manager=roles.MANAGER in wanted)
    before = [role.slug for role in roles.of(user)]
    if wanted == before:
        return
    give(user, wanted)
    if roles.MANAGER not in wanted:
        withdraw_invitations_of(user, by=by)
    record("user.roles_changed", by=by, target=user, before=before, after=wanted)


@transaction.atomic
def remove(user: User, *, by: Actor) -> None:
    """Out of the team at once: their roles, their sessions, and the invitations they sent. The account stays.

    Raises `Refused`.
    """
    user = changeable(user, by=by, permission="accounts.remove_staff", stays_manager=False)
    before = [role.slug for role in roles.of(user)]
    user.is_staff = user.is_superuser = False
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.clear()
    user.user_permissions.clear()
    ended = end_sessions(user)
    withdraw_invitations_of(user, by=by)
    record("user.removed", by=by, target=user, roles=before, sessions=ended)


def changeable(user: User, *, by: Actor, permission: str, stays_manager: bool) -> User:
    """The member as the database has them now, locked against other changes of the team. Raises `Refused`."""
    if isinstance(by, User) and by.pk == user.pk:
        raise Refused("Nobody changes their own place in the team. Ask another manager.")
    one_change_at_a_time()
    refuse_who_may_no_longer(by, permission)
    left = set(managers().values_list("pk", flat=True))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_staff:
        raise Refused(f"{user} is no longer in the team.")
    if not stays_manager and left == {user.pk}:
        raise Refused(f"{user} is the last manager. Make somebody else a manager first.")
    return user


def one_change_at_a_time() -> None:
    """Whoever changes the team next waits until this transaction ends, and then sees what it did."""
    Group.objects.select_for_update(no_key=True).get(name=roles.MANAGER)


def refuse_who_may_no_longer(by: Actor, permission: str) -> None:
    """Between pressing a button and its turn, somebody may have lost their own place. Jobs keep theirs."""
    if isinstance(by, User) and not may(by, permission):
        raise Refused("You may no longer do that: your own place in the team has changed.")


def may(user: User, permission: str) -> bool:
    """As the database has it now, not as it was when they came to the page."""
    now = members().filter(pk=user.pk, is_active=True).first()
    return now is not None and now.has_perm(permission)


def others_may(user: User, permission: str) -> bool:
    """Whether somebody else who is in the team and active holds the permission."""
    app, _dot, codename = permission.partition(".")
    by_role = Q(groups__permissions__codename=codename, groups__permissions__content_type__app_label=app)
    return members().filter(by_role | Q(is_superuser=True), is_active=True).exclude(pk=user.pk).exists()


def give(user: User, slugs: Iterable[str]) -> None:
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    user.groups.set(Group.objects.filter(name__in=slugs))


def withdraw_invitations_of(user: User, *, by: Actor) -> None:
    """Nobody comes in by the word of somebody who no longer says who does."""
    for invitation in Invitation.objects.filter(invited_by=user, accepted_at=None, withdrawn_at=None):
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record("invitation.withdrawn", by=by, target=invitation)


@transaction.atomic
def close_account(user: User, *, by: Actor) -> bool:
    """Nobody signs in with it any more, and nothing is mailed for it; never of somebody in the team. Whether it was
    open."""
    closed = User.objects.filter(pk=user.pk, is_active=True, is_staff=False).update(is_active=False)
    if closed:
        end_sessions(user)
        record("user.closed", by=by, target=user)
    return bool(closed)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Signs them out everywhere, now, or everywhere but in one session. How many sessions that ended."""
    theirs = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.session_key != but and session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    ended, _rows = Session.objects.filter(session_key__in=theirs).delete()
    return ended
