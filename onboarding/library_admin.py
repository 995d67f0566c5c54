"""Guides and templates for carers, written by the team, each language beside the other."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from onboarding import library
from onboarding.models import Guide

KEEP = "onboarding.keep_library"


class GuideForm(forms.ModelForm):
    """What is published stands in each of the scheme's languages."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in Guide.needed() if cleaned.get("published") else []:
            if name in self.fields and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, "Write this before you publish it, or publish it later.")
        return cleaned


@admin.register(Guide)
class GuideAdmin(admin.ModelAdmin):
    form = GuideForm
    list_display = ["title_en", "order", "published", "updated_at"]
    search_fields = ["title_en", "title_cy", "body_en", "body_cy"]
    lookup_allowed = ReadOnly.lookup_allowed
    actions = None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        facts = [tuple(f"{fact}_{code}" for code in settings.SCHEME.languages) for fact in Guide.FACTS]
        return [(None, {"fields": ["slug", *(["look"] if obj else []), *facts, "order", "published"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug", "look"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title_en"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(KEEP)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(KEEP)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Guide, form: Any, change: bool) -> None:
        library.keep(obj, by=request.user, fields=form.changed_data)  # type: ignore[arg-type]

    @admin.display(description="See the page")
    def look(self, guide: Guide) -> SafeString:
        address = reverse("onboarding:library_guide", args=[guide.slug])
        links = ((translate_url(address, code), code, name) for code, name in settings.LANGUAGES)
        return format_html_join(" · ", '<a href="{}" lang="{}">{}</a>', links)
