"""The council's own sign-in (OpenID Connect, Entra ID): whom it lets in, and how they are matched.

Never by the bare email address it reports, which is the provider's word and not ours: only by an invitation whose
mailed link was followed in this same session, and from then on by the provider's own name for the person.
"""

from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts import invitations
from accounts.models import User
from audit.recording import record

PROVIDER = "council"


def provider() -> str:
    """The address that leads there; empty where the council has none."""
    return reverse("openid_connect_login", args=[PROVIDER]) if settings.OIDC_SERVER_URL else ""


@transaction.atomic
def connect_invited(request: HttpRequest, sociallogin: SocialLogin) -> bool:
    """Makes whoever comes back with a followed invitation a member of the team. Whether there was one."""
    offer = invitations.find(request.session.pop(invitations.IN_SESSION, ""))
    if offer is None:
        return False
    user = User.objects.filter(email__iexact=offer.email).first() or newcomer(offer.email, offer.language)
    try:
        invitations.accept(offer, user=user)
    except invitations.Refused:
        transaction.set_rollback(True)
        return False
    sociallogin.connect(request, user)
    record("user.council_sign_in_connected", by=user, target=user, invitation=offer)
    return True


def newcomer(email: str, language: str) -> User:
    user = User.objects.create_user(email, language=language)
    invitations.prove_address(user)
    record("user.created", by=user, target=user)
    return user
