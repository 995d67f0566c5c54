from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from files.models import Photo


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    """To look at, never to change: a photo comes and goes with its listing."""

    list_display = ("thumbnail", "uploaded_at")
    fields = ("thumbnail", "uploaded_at")
    readonly_fields = ("thumbnail", "uploaded_at")
    ordering = ("-uploaded_at", "-pk")
    date_hierarchy = "uploaded_at"

    @admin.display(description="photo")
    def thumbnail(self, photo: Photo) -> SafeString:
        return format_html('<img src="{}" width="112" height="112" alt="{}">', photo.url(112, "jpg"), str(photo))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Photo | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Photo | None = None) -> bool:
        return False
