from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.models import AuditEvent


class ReadOnly:
    """Permissions of an admin page that shows and does not change."""

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
