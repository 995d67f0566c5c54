"""Listings to look at. Nothing is edited here: every change is one of `directory.services`' verbs, asked first."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from directory import availability, money, vocabulary
from directory.enquiry_admin import EnquiryAdmin  # noqa: F401 (Django finds it here)
from directory.models import CheckRow, Listing, ListingQuerySet, ListingService, PostcodeLoad
from directory.payments import payments_in_words


class Rows(ReadOnly, admin.TabularInline):
    """Rows to look at: Django's own table keeps columns for buttons that nobody has here, with empty headings."""

    template = "admin/directory/listing/rows.html"


class Services(Rows):
    model = ListingService
    verbose_name_plural = "services"
    fields = ["service", "checked_from", "checked_until"]


class Checks(Rows):
    model = CheckRow
    verbose_name_plural = "checks the public sees"
    fields = ["what_en", "worker", "seen_on", "next_due"]


class PublicStateFilter(admin.SimpleListFilter):
    """What the public is told today."""

    title = "what the public sees"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("live", "The listing"),
            ("hidden", "“This listing is paused”"),
            ("draft", "Nothing: never published"),
            ("ended", "“This listing has gone”"),
        ]

    def queryset(self, request: HttpRequest, queryset: ListingQuerySet) -> QuerySet[Listing]:  # type: ignore[override]
        live = queryset.live(on=request.today)  # type: ignore[attr-defined]
        match self.value():
            case "live":
                return live
            case "hidden":
                published = queryset.filter(published_at__isnull=False, ended_at__isnull=True)
                return published.exclude(pk__in=live.values("pk"))
            case "draft":
                return queryset.filter(published_at__isnull=True)
            case "ended":
                return queryset.filter(published_at__isnull=False, ended_at__isnull=False)
        return queryset


DATES = (
    "published_at",
    "checked_from",
    "checked_until",
    "paused_until",
    "suspended_at",
    "ended_at",
    "capacity_confirmed_on",
)


@admin.register(Listing)
class ListingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "base_name_en", "public_state", "checked_until", "paused_until", "capacity_confirmed_on"]
    list_filter = [PublicStateFilter, "base_name_en", "capacity", "whole_area"]
    search_fields = ["name", "slug", "phone", "email"]
    ordering = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "first_name", "look", "owner", "team_size", "photo"]}),
        ("Public or not", {"fields": ["public_state", *DATES]}),
        ("Own words", {"fields": ["intro_en", "intro_cy", "about_en", "about_cy"]}),
        ("Contact", {"fields": ["phone", "email", "website", "contact_hours_en", "contact_hours_cy"]}),
        ("Where", {"fields": ["base_name_en", "base_name_cy", "miles", "whole_area"]}),
        ("What for whom", {"fields": ["supports", "speaks", "may_be_paid"]}),
        ("When", {"fields": ["works_in_words", "capacity", "space_from", "hours_free", "waiting_weeks"]}),
        ("Prices", {"fields": ["charges", "minimum_minutes", "price_note_en", "price_note_cy"]}),
    ]
    inlines = [Services, Checks]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        """With the day of this request on each row: this object serves all requests at once."""
        return super().get_queryset(request).annotate(today=Value(request.today))  # type: ignore[attr-defined]

    @admin.display(description="public today")
    def public_state(self, listing: Any) -> str:
        return str(listing.state(listing.today).label)

    @admin.display(description="works")
    def works_in_words(self, listing: Listing) -> str:
        return availability.in_words(listing.works)

    @admin.display(description="supports")
    def supports(self, listing: Listing) -> str:
        return ", ".join(str(group) for slug, group in vocabulary.GROUPS.items() if slug in listing.groups)

    @admin.display(description="speaks")
    def speaks(self, listing: Listing) -> str:
        known = [(vocabulary.LANGUAGES[slug], level) for slug, level in listing.languages.items()]
        return ", ".join(f"{language}: {vocabulary.LEVELS[level]}" for language, level in known)

    @admin.display(description="may be paid by")
    def may_be_paid(self, listing: Listing) -> str:
        return payments_in_words(listing)

    @admin.display(description="charges")
    def charges(self, listing: Listing) -> str:
        return ", ".join(f"{price.what}: {price.amount}" for price in money.prices(listing))

    @admin.display(description="public page")
    def look(self, listing: Listing) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', listing.get_absolute_url())


@admin.register(PostcodeLoad)
class PostcodeLoadAdmin(ReadOnly, admin.ModelAdmin):
    """Which postcodes are loaded, from where, since when."""

    list_display = ["source", "loaded_at", "rows", "skipped"]
