"""Differences between listings and standing that the night mended, for whoever looks for what caused them."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from audit.admin import ReadOnly
from onboarding.models import Carer, Mending


@admin.register(Mending)
class MendingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "whose", "differed"]
    date_hierarchy = "at"
    fields = ["at", "whose", "differed"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mending]:
        named = Carer.objects.filter(pk=OuterRef("carer_id")).values("name")
        return super().get_queryset(request).annotate(name=Subquery(named))

    @admin.display(description="carer")
    def whose(self, row: Any) -> str:
        """The number outlives the name."""
        return f"{row.name} ({row.carer_id})" if row.name else str(row.carer_id)

    @admin.display(description="what differed")
    def differed(self, row: Mending) -> str:
        return "; ".join(worded(part) for part in row.parts)


def worded(part: dict[str, Any]) -> str:
    if not (part["was"] or part["is"]):
        return str(part["part"])
    was, now = (" to ".join(part[side]) or "no days" for side in ("was", "is"))
    return f"{part['part']}: said {was}, now says {now}"
