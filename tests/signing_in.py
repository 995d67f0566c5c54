"""Ways to be signed in: with a second factor (what `client.force_login` does for the team), or by a password alone."""

import time

from django.test import Client

by_password_alone = Client.force_login
SECRET = "JBSWY3DPEHPK3PXP"


def give_app(user, secret=SECRET):
    from allauth.mfa.models import Authenticator

    from accounts.second_factor import encrypt

    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})


def with_second_factor(client, user, backend=None):
    by_password_alone(client, user, backend)
    if user.is_staff:
        note_second_factor(client, user)


def note_second_factor(client, user):
    """What allauth leaves in the session of somebody who entered a code just now."""
    from allauth.mfa.models import Authenticator

    own = Authenticator.objects.filter(user=user).first() or give_app(user)
    used = {"method": "mfa", "at": time.time(), "type": str(own.type), "id": own.pk, "reauthenticated": True}
    session = client.session
    session["account_authentication_methods"] = [used]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def code_now(secret=SECRET, steps=0):
    """What the authenticator app shows now (or some half minutes later)."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_address(user):
    """A confirmed address, as whoever signed up has."""
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)[0]
