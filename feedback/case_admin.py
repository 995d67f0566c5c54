"""Cases in the admin: the list, and one case whole. Nobody sees one that is about them, or that they brought."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin import ReadOnly
from feedback.models import Case


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["reference", "kind", "state", "severity", "about", "handler", "received_on"]
    list_filter = ["kind", "state", "severity", "received_how"]
    search_fields = ["reference", "listing__name", "about_words"]
    date_hierarchy = "received_on"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return Case.objects.visible(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return Case.may_see_any(request.user)
