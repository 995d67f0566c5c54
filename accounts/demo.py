"""Accounts to look around with: one for each role, and two carers'. Never in production (`manage.py demo` refuses).

Their password and the secret of their second factor come of this copy's own key, so they are the same whenever they are
printed, and another copy has others. They are made once: what is done to them afterwards stays.
"""

import base64
import hmac
import struct
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts import mailed_links, roles, second_factor, team
from accounts.models import User

BY = "job:demo"
TEAM = {
    "manager@example.org": ("Megan Pugh", "manager"),
    "reviewer@example.org": ("Rhys Bowen", "reviewer"),
    "case.officer@example.org": ("Cerys Vaughan", "case-officer"),
    "editor@example.org": ("Emlyn Hughes", "editor"),
    "auditor@example.org": ("Aled Morgan", "auditor"),
    "safeguarding@example.org": ("Siân Davies", "safeguarding-lead"),
}
CARER = "carer@example.org"
NEWCOMER = "newcomer@example.org"
CARERS = {CARER: "Carer, at /my/", NEWCOMER: "New carer, at /my/"}
EMAIL = "editor@example.org"  # who is there wherever the demonstration is
STEP = 30  # seconds for which a code is shown (RFC 6238)


def demo(scheme: Any, *, on: date) -> str:
    """Makes those accounts that are not there yet; `in_words` says how to sign in."""
    for email, (name, role) in TEAM.items():
        bring_in(email, name, role)
    for email in CARERS:
        give_password(User.objects.filter(email=email).first() or User.objects.create_user(email))
    return f"Demonstration accounts: {len(TEAM)} of the team, {len(CARERS)} of carers."


@transaction.atomic
def bring_in(email: str, name: str, role: str) -> None:
    team.one_change_at_a_time()
    user = User.objects.filter(email=email).first()
    if user and not user.is_superuser:  # a superuser is what this account was before there were roles
        return
    user = user or User.objects.create_user(email, name=name)
    user.is_superuser = False
    user.save(update_fields=["is_superuser"])
    give_password(user)
    team.join(user, by=BY, slugs=[role])
    if not second_factor.has_one(user):
        data = {"secret": second_factor.encrypt(secret())}
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)


@transaction.atomic
def give_password(user: User) -> None:
    """Where there is none yet."""
    if not user.has_usable_password():
        user.set_password(password())
        user.save(update_fields=["password"])
    if not EmailAddress.objects.filter(user=user).exists():
        mailed_links.prove_address(user)


def in_words() -> str:
    """Who there is, and how to sign in."""
    names = {email: str(roles.ROLES[role].name) for email, (_name, role) in TEAM.items()} | CARERS
    users = {user.email: user for user in User.objects.filter(email__in=names)}
    lines = [f"Sign in at /accounts/login/ with the password {password()} as"]
    for email in (email for email in names if email in users):
        lines.append(f"  {email:26}{names[email]}{since_then(users[email])}")
    lines.append("The team is then asked for a code: `make code` prints the one of this moment.")
    return "\n".join(lines)


def since_then(user: User) -> str:
    """What was done to the account after it was made."""
    if user.email in TEAM and not user.is_staff:
        return "  (removed from the team since)"
    return "" if user.check_password(password()) else "  (has another password since)"


def password() -> str:
    return salted_hmac("accounts.demo", "password").hexdigest()[:14]


def secret() -> str:
    """Of the second factor, as an authenticator app takes it."""
    digest = salted_hmac("accounts.demo", "second factor", algorithm="sha256").digest()
    return base64.b32encode(digest[:20]).decode()


def code(now: float) -> str:
    """What an authenticator app would show at that time (RFC 6238, with its usual six digits)."""
    digest = hmac.digest(base64.b32decode(secret()), struct.pack(">Q", int(now // STEP)), "sha1")
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
