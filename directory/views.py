"""The public search. Nothing here sets a cookie, needs a session or writes down what was asked."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import EmptyPage, Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory import maps, vocabulary
from directory.places import Spot, Unknown, find_place, place_among
from directory.query import WITHIN, Query, parse
from directory.results import find as find_carers

SORTS = {
    "best": gettext_lazy("Space first"),
    "nearest": gettext_lazy("Nearest"),
    "confirmed": gettext_lazy("Recently confirmed"),
}


class Sort(NamedTuple):
    name: str
    address: str
    current: bool


@require_safe
@login_not_required
@cache_control(public=True, max_age=60)
def find(request: HttpRequest) -> HttpResponse:
    query, spot = located(parse(request.GET))
    if isinstance(spot, Unknown):
        return render(request, "directory/find_place_unknown.html", {**asked(query), **mend(query, spot)})
    results = find_carers(query, spot, on=request.today)  # type: ignore[attr-defined]
    try:
        page = results.page
    except EmptyPage as error:
        raise Http404(_("There is no such page of results.")) from error
    context = {
        "results": results,
        "spot": spot,
        "sorts": sorts(query, spot),
        "map": maps.results_map(spot, results.cards) if spot else None,
    }
    return render(request, "directory/find.html", {**asked(query), **context, **pages(query, page)})


def located(query: Query) -> tuple[Query, Spot | Unknown | None]:
    """The question and its place: the one asked for, else one that stands among the free words."""
    if query.place:
        return query, find_place(query.place)
    spot, rest = place_among(query.understood.rest)
    return (query.moved_to(spot.label, rest), spot) if spot else (query, None)


def asked(query: Query) -> dict[str, Any]:
    """What the form shows: the question, and what else it could be."""
    return {
        "query": query,
        "kinds": vocabulary.HEADINGS,
        "levels": vocabulary.LEVELS,
        "within": WITHIN,
    }


def sorts(query: Query, spot: Spot | None) -> list[Sort]:
    """The orders there are; the nearest needs a place to be near to."""
    keys = [key for key in SORTS if spot or key != "nearest"]
    return [Sort(str(SORTS[key]), query.sorted_by(key), query.sort == key) for key in keys]


def mend(query: Query, unknown: Unknown) -> dict[str, Any]:
    """The names that the place could have meant, each with the same search there."""
    nearest = [(place, query.at(str(place.name)).address()) for place in unknown.nearest]
    return {"unknown": unknown, "nearest": nearest}


def pages(query: Query, page: Page) -> dict[str, Any]:
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    addresses = [(number, query.on_page(number) if isinstance(number, int) else "") for number in elided]
    return {
        "page": page,
        "page_addresses": addresses,
        "previous_address": query.on_page(page.number - 1),
        "next_address": query.on_page(page.number + 1),
    }
