from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import re_path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from audit.hiding import shown
from files.models import FileView, Photo, StoredFile, StoredFileQuerySet
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


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("quarantined", "Not readable yet"), ("clean", "Clean"), ("refused", "Refused"), ("purged", "Purged")]

    def queryset(self, request: HttpRequest, queryset: StoredFileQuerySet) -> QuerySet[StoredFile]:  # type: ignore[override]
        match self.value():
            case "quarantined":
                return queryset.quarantined()
            case "clean":
                return queryset.clean()
            case "refused":
                return queryset.filter(infected_at__isnull=False, purged_at__isnull=True)
            case "purged":
                return queryset.filter(purged_at__isnull=False)
        return queryset


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnly, admin.ModelAdmin):
    """That a private file is there and what became of it. Neither the file nor the name its sender gave it."""

    list_display = ["__str__", "purpose", "kind", "pages", "state", "uploaded_at", "purge_on", "tries", "error"]
    list_filter = [StateFilter, "purpose", "kind"]
    date_hierarchy = "uploaded_at"
    fields = [
        "purpose", "kind", "content_type", "bytes", "pages", "state", "uploaded_by", "uploaded_at", "stored_at",
        "scanned_at", "found", "clean_at", "infected_at", "purge_on", "purged_at", "removed_at", "tries",
        "next_try_at", "error",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        return shown(super().get_queryset(request), request.user)


@admin.register(FileView)
class FileViewAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["at", "file", "viewer", "role"]
    list_filter = ["role"]
    fields = ["at", "file", "viewer", "role"]
    list_select_related = ["file"]
    search_fields = ["=file__pk", "=viewer_id"]
    date_hierarchy = "at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileView]:
        return shown(super().get_queryset(request), request.user)

    @admin.display(description="number of who looked")
    def viewer(self, view: FileView) -> int:
        return view.viewer_id
