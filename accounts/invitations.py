"""Invitations into the team: offered by a manager, open for some days, good for one person once."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts import roles, team
from accounts.mailed_links import hashed, new_token, open_account
from accounts.models import Invitation, User
from accounts.team import Refused
from audit.recording import Actor, record
from notifications import outbox

# In the session, between our page and the way back from the council's own sign-in: the token that was followed.
IN_SESSION = "staff_invitation"
KEEP = timedelta(days=90)
INVITE = "accounts.invite_staff"
# What rooms above do in the transaction in which somebody comes.
ON_ACCEPTED: list[Callable[[Invitation, User], None]] = []


def find(token: str) -> Invitation | None:
    return Invitation.objects.filter(token_hash=hashed(token)).select_related("invited_by").first()


@transaction.atomic
def invite(*, by: Actor, email: str, slugs: Iterable[str], language: str) -> str:
    """Mails somebody a link into the team, and returns it. A link sent to them before stops working.

    Raises `Refused`, and `roles.NoSuchRoles`. Whoever invites a guest needs the invitation itself: `open_for`.
    """
    email, wanted = email.strip().lower(), roles.checked(slugs)
    team.one_change_at_a_time()
    team.refuse_who_may_no_longer(by, INVITE)
    refuse_those_who_cannot_come(email)
    for earlier in Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None):
        withdraw(earlier, by=by)
    token, now = new_token(), timezone.now()
    invitation = Invitation.objects.create(
        email=email,
        roles=wanted,
        language=language,
        token_hash=hashed(token),
        invited_by=by if isinstance(by, User) else None,
        invited_at=now,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    record("user.invited", by=by, target=invitation, roles=wanted)
    return tell(invitation, token)


def open_for(email: str) -> Invitation | None:
    """The one that this address can follow now."""
    return Invitation.objects.filter(email=email.strip().lower(), accepted_at=None, withdrawn_at=None).first()


def refuse_those_who_cannot_come(email: str) -> None:
    user = User.objects.filter(email__iexact=email).first()
    if user and user.is_staff:
        raise Refused(f"{user} is in the team already. Change their roles there.")
    if user and not user.is_active:
        raise Refused(f"The account {email} is closed. Invite another address.")


def tell(invitation: Invitation, token: str) -> str:
    with translation.override(invitation.language or settings.LANGUAGE_CODE):
        link = settings.SITE_URL + reverse("invitation", args=[token])
    outbox.queue(
        key=f"invitation:{invitation.pk}",
        to=invitation.email,
        template="accounts/mail/invitation",
        language=invitation.language,
        secrets=[link],
        context={
            "link": link,
            "roles": offered(invitation),
            "until": last_day(invitation),
            "by": invitation.invited_by,
        },
    )
    return link


def offered(invitation: Invitation) -> list[roles.Role]:
    return [roles.ROLES[slug] for slug in invitation.roles if slug in roles.ROLES]


def last_day(invitation: Invitation) -> object:
    """The last whole day on which the link works for certain."""
    return timezone.localdate(invitation.expires_at)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Actor) -> None:
    """Its link stops working. Raises `Refused` once it was accepted."""
    team.one_change_at_a_time()
    team.refuse_who_may_no_longer(by, INVITE)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise Refused(f"{invitation} was accepted already. Remove them from the team instead.")
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        record("invitation.withdrawn", by=by, target=invitation)


@transaction.atomic
def accept(invitation: Invitation, *, user: User) -> None:
    """Makes `user` a member of the team with the roles they were offered. Raises `Refused` if it is not open any more.

    The caller has made certain that `user` is who followed the link: signed in here under the invited address, made
    just now from the link's page, or back from the council's own sign-in with the link's token in their session.
    """
    team.one_change_at_a_time()
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state(timezone.now()) != Invitation.State.OPEN:
        raise Refused(f"{invitation} is not open any more.")
    if invitation.invited_by and not team.may(invitation.invited_by, INVITE):
        raise Refused(f"Who sent {invitation} says no longer who comes into the team.")
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if not user.is_active:
        raise Refused(f"The account {user.email} is closed.")
    if user.is_staff:  # joining would put the offered roles in place of theirs: a manager changes roles, not a link
        raise Refused(f"{user} is in the team already.")
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    team.join(user, by=user, slugs=[role.slug for role in offered(invitation)], invitation=invitation)
    for react in ON_ACCEPTED:
        react(invitation, user)


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str) -> User:
    """An account for whoever followed the link, which proved their address, and a place in the team.

    Raises `Refused`.
    """
    team.one_change_at_a_time()
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise Refused(f"{invitation.email} has an account already.")
    user = open_account(
        invitation.email, name=name, password=password, language=invitation.language, invitation=invitation
    )
    accept(invitation, user=user)
    return user


@transaction.atomic
def purge() -> int:
    """Invitations that ended long ago, however they ended."""
    gone, _rows = Invitation.objects.filter(expires_at__lt=timezone.now() - KEEP).delete()
    if gone:
        record("invitation.purged", by="job:purge-invitations", target="accounts.invitation", count=gone)
    return gone
