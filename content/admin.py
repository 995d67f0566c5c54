from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from simple_history.admin import SimpleHistoryAdmin

from content.models import Page


@admin.register(Page)
class PageAdmin(SimpleHistoryAdmin):
    """The team edits words; which pages there are is fixed. History lists every version with what changed."""

    list_display = ["title_en", "slug", "updated_at"]
    search_fields = ["title_en", "title_cy", "body_en", "body_cy"]
    readonly_fields = ["slug", "look", "updated_at"]
    object_history_list_template = "admin/content/page/versions.html"

    def get_fieldsets(self, request: HttpRequest, obj: Page | None = None) -> Any:
        needed = obj.fields_needed() if obj else ()
        rows = [tuple(f"{field}_{code}" for code in settings.SCHEME.languages) for field in needed]
        return [(None, {"fields": ["slug", "look", *rows, "updated_at"]})]

    @admin.display(description="See the page")
    def look(self, page: Page) -> SafeString:
        return format_html_join(
            " · ",
            '<a href="{}" lang="{}">{}</a>',
            ((translate_url(page.get_absolute_url(), code), code, name) for code, name in settings.LANGUAGES),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False
