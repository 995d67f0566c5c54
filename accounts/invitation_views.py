"""The page behind the link of an invitation into the team."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import council_sign_in, invitations
from accounts.invitation_forms import NewColleague
from accounts.models import Invitation, User


@login_not_required
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    offer = invitations.find(token)
    state = offer.state(timezone.now()) if offer else "wrong"
    if offer is None or state != Invitation.State.OPEN:
        return over(request, state)
    if "council" in request.POST and council_sign_in.provider():
        request.session[invitations.IN_SESSION] = token
        return redirect(council_sign_in.provider())
    if User.objects.filter(email__iexact=offer.email).exists():
        return with_account(request, offer)
    return as_new(request, offer)


def over(request: HttpRequest, state: str) -> HttpResponse:
    """One page for every link that does not work, which says why and what to do."""
    return render(request, "accounts/invitation_over.html", {"state": state}, status=404 if state == "wrong" else 410)


def refused(request: HttpRequest, offer: Invitation) -> HttpResponse:
    """What became of it meanwhile; one that still looks open has lost whoever stood behind it."""
    offer.refresh_from_db()
    state = offer.state(timezone.now())
    return over(request, Invitation.State.WITHDRAWN if state == Invitation.State.OPEN else state)


def as_new(request: HttpRequest, offer: Invitation) -> HttpResponse:
    form = NewColleague(request.POST or None, email=offer.email)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            invitations.accept_as_new(offer, name=facts["name"], password=facts["password"])
        except invitations.Refused:  # sent twice at once, and the first one made the account; or withdrawn meanwhile
            return refused(request, offer)
        return joined(request)
    return show(request, offer, form=form)


def with_account(request: HttpRequest, offer: Invitation) -> HttpResponse:
    """Who has an account accepts from inside it."""
    user = request.user
    if not user.is_authenticated:
        return show(request, offer, sign_in=redirect_to_login(request.path).url)
    if user.email.lower() != offer.email:
        return show(request, offer, somebody_else=user.email)
    if request.method == "POST":
        try:
            invitations.accept(offer, user=user)
        except invitations.Refused:
            return refused(request, offer)
        return joined(request)
    return show(request, offer, accept=True)


def joined(request: HttpRequest) -> HttpResponse:
    """Into the admin, whose door asks who has not yet to sign in and to set up a second factor."""
    messages.success(request, _("You are in the team now."))
    return redirect(reverse("admin:index"))


def show(request: HttpRequest, offer: Invitation, **more: object) -> HttpResponse:
    roles = invitations.offered(offer)
    context = {"invitation": offer, "roles": roles, "council": bool(council_sign_in.provider()), **more}
    return render(request, "accounts/invitation.html", context)
