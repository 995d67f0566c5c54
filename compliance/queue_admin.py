"""The queue as a page: what waits, the most urgent first, with who has it open; and where the review pages are."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import urlencode

from accounts.asking import need
from audit.admin import ReadOnly
from compliance import home, lapsing, queue, reviewing
from compliance.change_desk import ChangeDesk
from compliance.models import Claim
from compliance.other_desks import HelpDesk, NameDesk
from compliance.paper_desk import PaperDesk
from compliance.queue import Filter, Thing

DESKS = {slug: desk for desk in (PaperDesk, ChangeDesk, NameDesk, HelpDesk) for slug in desk.slugs}
ON_A_PAGE = 50


@admin.register(Claim)
class QueueAdmin(ReadOnly, admin.ModelAdmin):
    """A claim is who has something open; its list is the whole queue."""

    list_display = ["kind", "number", "by", "opened_at"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        need(request, "compliance.view_claim")
        on, now = timezone.localdate(), timezone.now()
        every, wanted = queue.things(request.user, on=on, now=now), Filter.of(request.GET)
        chosen = wanted.chosen(every, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": "Waiting for the team",
            "page": Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("p")),
            "counts": [(kind, amount) for kind in queue.kinds_for(request.user) if (amount := count(every, kind.slug))],
            "every": every,
            "filter": wanted,
            "query": f"?{urlencode(wanted.said)}" if wanted.said else "",
            "first": next((thing for thing in chosen if thing.is_free(request.user)), None),
            "on": on,
        }
        return TemplateResponse(request, "admin/compliance/queue.html", context)


def count(every: list[Thing], slug: str) -> int:
    return sum(thing.kind == slug for thing in every)


def addresses(site: admin.AdminSite) -> list[URLPattern]:
    """Those that belong to no one model; the site takes them in among its own."""

    # A PDF is shown in a frame of our own site.
    @csp_update({"frame-src": [SELF]})
    def review(request: HttpRequest, **which: Any) -> HttpResponse:
        response = reviewing.review(DESKS, request, **which)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data = {**site.each_context(request), **response.context_data}
        return response

    def lapses(request: HttpRequest) -> HttpResponse:
        """What runs out, of everybody, with what each was sent already."""
        need(request, home.SEES_LAPSES)
        within = home.within_of(request.GET.get("within"))
        context = {
            **site.each_context(request),
            "title": f"What runs out in {within} days",
            "within": within,
            "every": home.WITHIN,
            "endings": lapsing.ends(timezone.localdate(), within),
        }
        return TemplateResponse(request, "admin/compliance/lapses.html", context)

    return [
        path("compliance/review/<slug:kind>/<int:number>/", site.admin_view(review), name="compliance_review"),
        path("compliance/lapses/", site.admin_view(lapses), name="compliance_lapses"),
    ]
