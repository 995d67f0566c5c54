"""The page behind the mailed link that asks whether what is public is still right, and the way to all of upkeep."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.profile import Profile
from onboarding import guardrail
from onboarding import still_right as asking
from onboarding.desk import mine

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
            asking.say_so(question, on=today)
            return redirect("onboarding:still_right", token)
    except asking.NotOpen as error:
        state = str(error)
        return render(request, "onboarding/still_right_over.html", {"state": state}, status=STATUS.get(state, 410))
    context = {"question": question, "profile": Profile(question.listing, today), "done": question.was_answered(today)}
    return render(request, "onboarding/still_right.html", context)


@require_safe
@never_cache
def more(request: HttpRequest) -> HttpResponse:
    """Where everything is that is not needed every week."""
    counts = guardrail.concerns(mine(request), request.today)  # type: ignore[attr-defined]
    return render(request, "onboarding/more.html", {"counts": counts})
