"""A carer's space, and a pause: what is said here is public at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from directory import services
from directory.models import Listing
from directory.profile import Profile
from onboarding import guardrail
from onboarding.desk import mine
from onboarding.listings import is_approved
from onboarding.models import Carer
from onboarding.space_forms import PauseForm, SpaceForm

SAID = ("capacity", "hours_free", "waiting_weeks", "space_from")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def space(request: HttpRequest) -> HttpResponse:
    """Two things to say in one form, and a button for each: what is typed for the other one is kept."""
    carer = mine(request)
    listing = carer.listing
    if listing is None or not is_approved(carer):
        return render(request, "onboarding/space_none.html")
    posted = request.POST if request.method == "POST" else None
    say, pause = forms_of(request, listing, posted)
    if posted is None or not (done := take(request, listing, say, pause)):
        return show(request, carer, say=say, pause=pause)
    messages.success(request, done)
    if not (say.is_unsent or pause.is_unsent):
        return redirect("onboarding:space")
    messages.info(request, _("What else you typed is still there, and is not sent."))
    say, pause = forms_of(request, listing, posted, sent=True)
    return show(request, carer, say=say, pause=pause)


def forms_of(
    request: HttpRequest, listing: Listing, posted: QueryDict | None, *, sent: bool = False
) -> tuple[SpaceForm, PauseForm]:
    """The one whose button was pressed is to be checked, or once it is `sent` begins anew; the other is as typed."""
    said = {name: getattr(listing, name) for name in SAID}

    def data(button: str) -> dict[str, Any]:
        if posted and button in posted:
            return {} if sent else {"data": posted}
        return {"typed": posted}

    on = request.today  # type: ignore[attr-defined]
    return SpaceForm(initial=said, on=on, **data("say")), PauseForm(on=on, **data("pause"))


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


def show(request: HttpRequest, carer: Carer, **its_forms: Any) -> HttpResponse:
    on, listing = request.today, carer.listing  # type: ignore[attr-defined]
    assert listing is not None  # noqa: S101 (there is one, or there is no such page)
    paused = listing.paused_until if listing.paused_until and listing.paused_until > on else None
    context = {
        "listing": listing,
        "paused": paused,
        "is_live": listing.state(on) == Listing.State.LIVE,
        "rests_on": guardrail.last_said(carer) if listing.no_space_for else None,
        "wrong": next((form for form in its_forms.values() if form.errors), None),
        "profile": Profile(listing, on),
    }
    return render(request, "onboarding/space.html", {**context, **its_forms})
