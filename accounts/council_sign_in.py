"""The council's own sign-in (OpenID Connect, Entra ID): whom it lets in, and how they are matched.

Never by the bare email address it reports, which is the provider's word and not ours: only by an invitation whose
mailed link was followed in this same session, or by a member of the team who asks for it from inside their account with
the second factor shown, and from then on by the provider's own name for the person.
"""

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from accounts import invitations, mailed_links, second_factor, team
from accounts.models import User
from audit.recording import record

PROVIDER = "council"


def provider() -> str:
    """The address that leads there; empty where the council has none."""
    return reverse("openid_connect_login", args=[PROVIDER]) if settings.OIDC_SERVER_URL else ""


@transaction.atomic
def connect_own(request: HttpRequest, sociallogin: SocialLogin) -> bool:
    """Connects the account of a member of the team who asked for it on their account's own page. Whether it did."""
    user = request.user
    if sociallogin.state.get("process") != AuthProcess.CONNECT or not isinstance(user, User) or not user.is_staff:
        return False
    if not second_factor.was_used(request):
        return False
    sociallogin.connect(request, user)
    return True


@transaction.atomic
def connect_invited(request: HttpRequest, sociallogin: SocialLogin) -> bool:
    """Makes whoever comes back with a followed invitation a member of the team. Whether there was one."""
    team.one_change_at_a_time()
    offer = invitations.find(request.session.pop(invitations.IN_SESSION, ""))
    if offer is None:
        return False
    user = User.objects.filter(email__iexact=offer.email).first()
    if user is None:
        user = newcomer(offer.email, offer.language)
    elif not mailed_links.is_proved(user):
        mailed_links.cleared(user, by="job:council-sign-in")
    try:
        invitations.accept(offer, user=user)
    except invitations.Refused:
        transaction.set_rollback(True)
        return False
    sociallogin.connect(request, user)
    return True


def newcomer(email: str, language: str) -> User:
    user = User.objects.create_user(email, language=language)
    mailed_links.prove_address(user)
    record("user.created", by=user, target=user)
    return user
