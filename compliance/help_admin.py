"""Help that carers asked for, the oldest first. Each is read and answered on its review page."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince

from audit.admin import ReadOnly
from onboarding import helping
from onboarding.asking import Asking, Counted, actor, need
from onboarding.models import HelpRequest
from onboarding.models.help import HelpRequestQuerySet

ANSWER = "onboarding.answer_help"
LIST = "admin:onboarding_helprequest_changelist"
MOST_POUNDS = 100_000


class StateFilter(Counted):
    """Open ones first."""

    title = "state"
    parameter_name = "state"
    CHOICES = {None: "Open", "closed": "Settled", "all": "All"}

    def of(self, rows: HelpRequestQuerySet, value: str | None) -> HelpRequestQuerySet:
        match value:
            case "all":
                return rows
            case "closed":
                return rows.filter(closed_at__isnull=False)
        return rows.still_open()


@admin.register(HelpRequest)
class HelpRequestAdmin(ReadOnly, Asking):
    list_display = ["carer", "asks_about", "age", "by_when", "turn", "paid"]
    list_filter = [StateFilter]
    list_select_related = ["carer"]
    search_fields = ["carer__name", "requirement"]
    ordering = ["asked_at", "pk"]
    date_hierarchy = "asked_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpRequest]:
        return super().get_queryset(request).prefetch_related("answers")

    @admin.display(description="about", ordering="requirement")
    def asks_about(self, asked: HelpRequest) -> str:
        return asked.about.en if asked.about else "Something else"

    @admin.display(description="asked", ordering="asked_at")
    def age(self, asked: HelpRequest) -> str:
        return f"{timesince(asked.asked_at, timezone.now(), depth=1)} ago"

    @admin.display(description="whose turn")
    def turn(self, asked: HelpRequest) -> str:
        if not asked.is_open:
            return "settled"
        return "the carer's" if asked.is_answered else "ours"

    @admin.display(description="paid")
    def paid(self, asked: HelpRequest) -> str:
        return asked.amount

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:pk>/close/", guard(self.close), name="onboarding_helprequest_close"),
            path("<int:pk>/reopen/", guard(self.reopen), name="onboarding_helprequest_reopen"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is read and answered on its review page."""
        need(request, "onboarding.view_helprequest")
        if (asked := self.get_object(request, object_id)) is None:
            raise Http404
        return redirect(one(asked.pk))

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, ANSWER)
        asked = get_object_or_404(HelpRequest.objects.select_related("carer"), pk=pk)
        if request.method == "POST":
            done = "It is closed."
            return self.do(request, lambda: helping.close(asked, by=actor(request)), done=done, to=one(pk))
        effect = "The carer sees that it is settled, and can open it again. Nobody is mailed."
        title = f"Close: help for {asked.carer}"
        return self.ask(request, title=title, effect=effect, button="Close it", back=one(pk))

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, ANSWER)
        asked = get_object_or_404(HelpRequest.objects.select_related("carer"), pk=pk)
        if request.method == "POST":
            done = "It is open again."
            return self.do(request, lambda: helping.reopen(asked, by=actor(request)), done=done, to=one(pk))
        effect = "It stands in the list of open ones again, and the carer sees that. Nobody is mailed."
        title = f"Open again: help for {asked.carer}"
        return self.ask(request, title=title, effect=effect, button="Open it again", back=one(pk))


def one(pk: int) -> str:
    return reverse("admin:compliance_review", args=["help", pk])
