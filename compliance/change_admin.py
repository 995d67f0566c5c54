"""Listings and changes to them as lists: what waits for a decision first, then what went live by itself.

Each is read and decided on its review page.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timesince import timesince

from audit.admin import ReadOnly
from compliance.change_desk import ChangeDesk
from onboarding import listing_words
from onboarding.models import ListingChange


class StateFilter(admin.SimpleListFilter):
    """Those that wait first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    CHOICES: ClassVar[dict[str | None, str]] = {
        None: "To decide",
        "unseen": "Live, not looked at",
        **dict(ListingChange.Outcome.choices),
        "all": "All",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["state"]),
                "display": f"{label} ({self._of(ListingChange.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[ListingChange]:
        return self._of(queryset, self.value())

    def _of(self, queryset: Any, value: str | None) -> QuerySet[ListingChange]:
        found: QuerySet[ListingChange] = {
            None: queryset.waiting, "unseen": queryset.unseen, "all": queryset.all
        }.get(value, lambda: queryset.filter(outcome=value))()  # fmt: skip
        return found


@admin.register(ListingChange)
class ListingChangeAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["carer", "what", "sent_at", "sent_by", "age", "outcome"]
    list_filter = [StateFilter]
    list_select_related = ["carer", "sent_by"]
    search_fields = ["carer__name"]
    date_hierarchy = "sent_at"
    ordering = ["sent_at", "pk"]
    actions = None

    @admin.display(description="what")
    def what(self, change: ListingChange) -> str:
        return "A whole listing" if change.is_first else ", ".join(listing_words.labels(change.after))

    @admin.display(description="waiting for")
    def age(self, change: ListingChange) -> str:
        return timesince(change.sent_at) if change.is_waiting else ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """It is read and decided on its review page."""
        change = self.get_object(request, object_id)
        if change is None or not self.has_view_permission(request, change):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:compliance_review", ChangeDesk.slug_of(change), change.pk)
