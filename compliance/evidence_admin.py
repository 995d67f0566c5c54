"""Papers as lists: what waits for a decision first. Each is looked at and decided on its review page."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.timesince import timesince

from audit.admin import ReadOnly
from compliance.paper_desk import READ, PaperDesk
from files.views import serve_private
from onboarding import pages
from onboarding.asking import Asking, need
from onboarding.models import Evidence
from onboarding.models.evidence import EvidenceQuerySet


class OutcomeFilter(admin.SimpleListFilter):
    """Those with the team first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    CHOICES: ClassVar[dict[str | None, Any]] = {None: "With the team", **dict(Evidence.Outcome.choices), "all": "All"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["state"]),
                "display": f"{label} ({self._of(Evidence.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Evidence]:
        return self._of(queryset, self.value())

    def _of(self, queryset: EvidenceQuerySet, value: str | None) -> EvidenceQuerySet:
        if value == "all":
            return queryset
        return queryset.filter(outcome=value) if value else queryset.undecided()


class RequirementFilter(admin.SimpleListFilter):
    title = "requirement"
    parameter_name = "requirement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.slug, one.en) for one in settings.SCHEME.requirements.every]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Evidence]) -> QuerySet[Evidence]:
        return queryset.filter(requirement=self.value()) if self.value() else queryset


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, Asking):
    list_display = ["what", "carer", "worker", "how", "sent_at", "entered_by", "age", "outcome", "valid_until"]
    list_filter = [OutcomeFilter, "how", RequirementFilter]
    list_select_related = ["carer", "worker", "sent_by"]
    search_fields = ["carer__name"]
    date_hierarchy = "sent_at"
    ordering = ["sent_at", "pk"]
    actions = None

    @admin.display(description="paper", ordering="requirement")
    def what(self, evidence: Evidence) -> str:
        return evidence.asked.en if evidence.is_asked else evidence.requirement

    @admin.display(description="waiting for")
    def age(self, evidence: Evidence) -> str:
        return timesince(evidence.sent_at) if evidence.is_undecided else ""

    def get_urls(self) -> list[URLPattern]:
        guard, start = self.admin_site.admin_view, "onboarding_evidence"
        return [
            path("files/<slug:token>/", guard(self.file), name=f"{start}_file"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is read and decided on its review page."""
        evidence = self.get_object(request, object_id)
        if evidence is None or not self.has_view_permission(request, evidence):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:compliance_review", PaperDesk.slug_of(evidence), evidence.pk)

    def file(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """One file of a paper, in place; each view is recorded."""
        need(request, READ)
        page = get_object_or_404(pages.everybodys(), file__token=token)
        return serve_private(request, page.file, role="team", framed=True)
