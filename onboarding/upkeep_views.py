"""Saying that what is public is still right, by the mailed link or on one's listing; and the way to all of upkeep."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.profile import Profile
from onboarding import additions, guardrail
from onboarding import still_right as asking
from onboarding.desk import mine
from onboarding.requirements import LEVELS
from onboarding.standing import facts_of

STATUS = {"wrong": 404, "hidden": 404}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is public; only posting, which no mail scanner does, says that it is right."""
    today = request.today  # type: ignore[attr-defined]
    try:
        question = asking.find(token, on=today)
        if request.method == "POST":
            asking.say_so(question, by=asking.BY_LINK, on=today)
            return redirect("onboarding:still_right", token)
    except asking.NotOpen as error:
        state = str(error)
        return render(request, "onboarding/still_right_over.html", {"state": state}, status=STATUS.get(state, 410))
    profile, done = Profile(question.listing, today), question.was_answered(today)
    context = {"question": question, "profile": profile, "done": done, "after": question.space_after(today)}
    return render(request, "onboarding/still_right.html", context)


@require_POST
def listing_still_right(request: HttpRequest) -> HttpResponse:
    """The button on their listing, which says so for all of it: pressed by the carer, or at the desk for them."""
    question = asking.Question(mine(request), asking.WHOLE)
    try:
        new = asking.say_so(question, by=request.user, on=request.today)  # type: ignore[arg-type, attr-defined]
    except asking.NotOpen:
        messages.info(request, _("Your page is not public now, so there is nothing to confirm."))
    else:
        messages.success(
            request, _("Thank you. Your page is confirmed.") if new else _("It is confirmed today already.")
        )
    return redirect("onboarding:listing")


@require_safe
@never_cache
def more(request: HttpRequest) -> HttpResponse:
    """Where everything is that is not needed every week."""
    carer = mine(request)
    counts = guardrail.concerns(carer, request.today)  # type: ignore[attr-defined]
    enhanced = facts_of(carer).business.level >= LEVELS.index("enhanced")
    context = {"counts": counts, "enhanced": enhanced, "lines": additions.lines(request, carer)}
    return render(request, "onboarding/more.html", context)
