from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.hiding import shown
from audit.models import AuditEvent

# How Django's own list filters and date hierarchies ask of a column.
FILTERS = {"", "exact", "isnull", "gte", "lt", "year", "month", "day"}


class ReadOnly:
    """An admin page that shows and does not change, and tells nothing by its filters that it does not show.

    Django takes any column of the row in the address (`?password__startswith=…`), whatever the page hides: here only
    the page's own filters and its dates are taken.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        filters = getattr(self, "list_filter", ())
        if lookup in {getattr(own, "parameter_name", None) for own in filters}:
            return True
        fields = {own for own in filters if isinstance(own, str)} | {getattr(self, "date_hierarchy", None)}
        field, _, kind = lookup.partition("__")
        return field in fields and kind in FILTERS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    """Names are not kept here: ids and codes lead to them while they exist."""

    list_display = ["at", "event", "actor", "actor_id", "target", "target_id", "data"]
    list_filter = ["event", "target", "actor"]
    search_fields = ["event", "actor", "=actor_id", "target", "=target_id"]
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return shown(super().get_queryset(request), request.user)
