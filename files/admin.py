from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from files.models import Photo
from files.views import RENDITION, serve


@admin.register(Photo)
class PhotoAdmin(ReadOnly, admin.ModelAdmin):
    """To look at, never to change: a photo comes and goes with its listing."""

    list_display = ("thumbnail", "uploaded_at")
    fields = ("thumbnail", "uploaded_at")
    readonly_fields = ("thumbnail", "uploaded_at")
    ordering = ("-uploaded_at", "-pk")
    date_hierarchy = "uploaded_at"

    @admin.display(description="photo")
    def thumbnail(self, photo: Photo) -> SafeString:
        address = reverse("admin:files_photo_rendition", kwargs={"token": photo.token, "size": 112, "extension": "jpg"})
        return format_html('<img src="{}" width="112" height="112" alt="{}">', address, str(photo))

    def get_urls(self) -> list[Any]:
        rendition = self.admin_site.admin_view(self.rendition)
        return [re_path(rf"^{RENDITION}", rendition, name="files_photo_rendition"), *super().get_urls()]

    def rendition(self, request: HttpRequest, token: str, size: str, extension: str) -> HttpResponseBase:
        """Every photo, of hidden listings too, for whoever may look at photos."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return serve(request, get_object_or_404(Photo, token=token), size, extension)
