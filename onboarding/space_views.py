"""A carer's space, and a pause: what is said here is public at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import services
from directory.models import Listing
from directory.profile import Profile
from onboarding.desk import mine
from onboarding.listings import is_approved
from onboarding.space_forms import PauseForm, SpaceForm

SAID = ("capacity", "hours_free", "waiting_weeks", "space_from")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def space(request: HttpRequest) -> HttpResponse:
    """Two forms and a button on one page; the button pressed says which it was."""
    carer = mine(request)
    listing = carer.listing
    if listing is None or not is_approved(carer):
        return render(request, "onboarding/space_none.html")
    on, said = request.today, {name: getattr(listing, name) for name in SAID}  # type: ignore[attr-defined]
    posted = request.POST if request.method == "POST" else None
    say = SpaceForm(posted if posted and "say" in posted else None, initial=said, on=on)
    pause = PauseForm(posted if posted and "pause" in posted else None, on=on)
    if posted and (done := take(request, listing, say, pause)):
        messages.success(request, done)
        return redirect("onboarding:space")
    return show(request, listing, say=say, pause=pause)


def take(request: HttpRequest, listing: Listing, say: SpaceForm, pause: PauseForm) -> str:
    """Does what was asked, and says so; nothing where a form is to be mended."""
    by: Any = request.user
    if "resume" in request.POST:
        services.resume(listing, by=by)
        return _("The pause is over.")
    if say.is_bound and say.is_valid():
        services.confirm_capacity(listing, by=by, on=say.on, **say.said)
        return _("Your space is changed.")
    if pause.is_bound and pause.is_valid():
        services.pause(listing, by=by, until=pause.cleaned_data["until"], on=pause.on)
        return _("Your page is paused.")
    return ""


def show(request: HttpRequest, listing: Listing, **its_forms: Any) -> HttpResponse:
    on = request.today  # type: ignore[attr-defined]
    paused = listing.paused_until if listing.paused_until and listing.paused_until > on else None
    state = listing.state(on)
    context = {"listing": listing, "paused": paused, "is_live": state == Listing.State.LIVE}
    with_error = next((form for form in its_forms.values() if form.errors), None)
    facts = {**context, **its_forms, "wrong": with_error, "profile": Profile(listing, on)}
    return render(request, "onboarding/space.html", facts)
