"""The carer's own pages. Every record is reached through whoever is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from onboarding import additions, leaving
from onboarding.desk import carer_of, sees_papers
from onboarding.guidance import business_basics
from onboarding.task_list import TaskList, team_allowed


@require_safe
@never_cache
def my_tasks(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return without_journey(request)
    page = TaskList(carer, request.today, says_why=sees_papers(request))  # type: ignore[attr-defined]
    urgent = [line for line in additions.lines(request, carer) if line.urgent]
    context = {"carer": carer, "list": page, "team": team_allowed(), "urgent": urgent}
    return render(request, "onboarding/tasks.html", context)


def without_journey(request: HttpRequest) -> HttpResponse:
    """Whoever left is told until when their account is there; anybody else how to begin."""
    if (left := carer_of(request, also_left=True)) and left.left_at:
        context = {"until": leaving.account_until(left), "lines": additions.lines(request, left)}
        return render(request, "onboarding/left.html", context)
    return render(request, "onboarding/no_journey.html")


@require_safe
@never_cache
def guide(request: HttpRequest) -> HttpResponse:
    """The business basics; nothing in them is anybody's own."""
    return render(request, "onboarding/guide.html", {"text": business_basics()})
