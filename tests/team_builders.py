"""Members of the team, and how a test enters the admin as one."""

import time

from accounts import team
from accounts.models import User

BY = "job:tests"


def member(email="ann@council.example.org", *roles, name="", **facts):
    """Somebody of the team with these roles."""
    user = User.objects.create_user(email, name=name, **facts)
    team.join(user, by=BY, slugs=roles or ["reviewer"])
    return user


def give_second_factor(user):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    if not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())


def enter(client, user):
    """Signs in as the team does: with a second factor, used in this session."""
    from allauth.account.internal.flows import login

    give_second_factor(user)
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client
