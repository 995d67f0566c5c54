from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from content import seeds
from content.models import Page
from directory.counts import counts
from directory.maps import home_map


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def home(request: HttpRequest) -> HttpResponse:
    """Works on an empty database too: the hero then says what it said first."""
    today = request.today  # type: ignore[attr-defined]
    page = Page.objects.filter(slug=Page.Slug.HOME).first() or seeds.page(Page.Slug.HOME, on=today)
    listed = counts(today)
    map_ = home_map({town.place.slug: town.count for town in listed.towns}) if listed.total else None
    return render(request, "content/home.html", {"page": page, "listed": listed, "map": map_})


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "content/page.html", {"page": get_object_or_404(Page, slug=slug)})
