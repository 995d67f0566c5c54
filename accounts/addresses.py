"""A changed email address, and the week in which the old one can take the change back."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import team
from accounts.mailed_links import hashed, new_token
from accounts.models import AddressChange, User
from audit.recording import record

KEEP = timedelta(days=7)


class TooLate(Exception):
    """The link was used, is older than a week, or the address has gone to somebody else."""


@transaction.atomic
def undo_link(user: User, old: str) -> str:
    """For the mail to the address that was left: the page that takes the change back. Only its hash is kept."""
    token = new_token()
    AddressChange.objects.create(user=user, old_email=old, token_hash=hashed(token))
    return reverse("accounts:undo", args=[token])


def find(token: str, now: datetime) -> AddressChange | None:
    """The change that this link can still undo."""
    open_ones = AddressChange.objects.filter(undone_at=None, made_at__gt=now - KEEP)
    return open_ones.filter(token_hash=hashed(token)).select_related("user").first()


@transaction.atomic
def undo(change: AddressChange) -> User:
    """Gives the account back to its old address.

    Whoever changed it may know the password, and may have added a second factor of their own, before as well as since,
    or connected another sign-in: the password stops working, all of these go, every session ends, and the links of
    later changes stop working with this one. Raises `TooLate`.
    """
    now = timezone.now()
    user = User.objects.select_for_update().get(pk=change.user_id)
    later = AddressChange.objects.filter(user=user, undone_at=None, made_at__gte=change.made_at)
    if not later.filter(pk=change.pk).update(undone_at=now):
        raise TooLate
    if User.objects.filter(email__iexact=change.old_email).exclude(pk=user.pk).exists():
        raise TooLate
    later.update(undone_at=now)
    give_back(user, change.old_email)
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    record("user.email_change_undone", by=user, target=user, change=change, sessions=team.end_sessions(user))
    return user


def give_back(user: User, email: str) -> None:
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.filter(email=email).delete()  # somebody else's wish for it, never confirmed
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    user.email = email
    user.set_unusable_password()
    user.save(update_fields=["email", "password"])


def purge(now: datetime) -> int:
    """Addresses that were left and can no longer be taken back."""
    gone, _rows = AddressChange.objects.filter(made_at__lte=now - KEEP).delete()
    return gone
