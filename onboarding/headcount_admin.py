"""Numbers of people given personal care, for those of the team who see to who must be registered."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.admin import ReadOnly
from onboarding import headcounts
from onboarding.models import Headcount


class AboveFilter(admin.SimpleListFilter):
    title = "which"
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "All that were said")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in ((None, "Above the most allowed"), ("all", "All that were said")):
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Headcount]) -> QuerySet[Headcount]:
        if self.value() == "all":
            return queryset
        return queryset.filter(pk__in=[row.pk for row in headcounts.above(timezone.localdate())])


@admin.register(Headcount)
class HeadcountAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["carer", "month", "number", "said_at", "phone"]
    list_filter = [AboveFilter]
    list_select_related = ["carer"]
    fields = ["carer", "month", "number", "said_at", "said_by"]
    actions = None

    @admin.display(description="phone")
    def phone(self, row: Headcount) -> str:
        return row.carer.phone
