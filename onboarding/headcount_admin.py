"""Numbers of people given personal care, for those of the team who see to who must be registered."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.admin import ReadOnly
from onboarding import guardrail, headcounts
from onboarding.models import Headcount


class AboveFilter(admin.SimpleListFilter):
    title = "which"
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("old", "Too old to say how many there are now"), ("all", "All that were said")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in ((None, "Above the most allowed"), *self.lookup_choices):
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Headcount]) -> QuerySet[Headcount]:
        if self.value() == "all":
            return queryset
        which = headcounts.old if self.value() == "old" else headcounts.above
        return queryset.filter(pk__in=[row.pk for row in which(timezone.localdate())])


@admin.register(Headcount)
class HeadcountAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["carer", "month", "number", "page_says", "said_at", "phone"]
    list_filter = [AboveFilter]
    list_select_related = ["carer"]
    fields = ["carer", "month", "number", "said_at", "said_by"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Headcount]:
        return super().get_queryset(request).annotate(last_month=Max("carer__headcounts__month"))

    @admin.display(description="what their page says by it")
    def page_says(self, row: Any) -> str:
        """Only the last number of each says anything."""
        on = timezone.localdate()
        if row.month != row.last_month:
            return "–"
        if not guardrail.is_full(row, on):
            return "their own word about space"
        return "no space for personal care" + (", until they say a new number" if guardrail.is_old(row, on) else "")

    @admin.display(description="phone")
    def phone(self, row: Headcount) -> str:
        return row.carer.phone
