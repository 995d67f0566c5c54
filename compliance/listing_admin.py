"""Listings as the team sees them, each with the way to its carer: what is decided, is decided there."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from compliance.decision_pages import CARER
from directory.admin import ListingAdmin
from directory.models import Listing
from onboarding.models import Carer


class StaffListingAdmin(ListingAdmin):
    fieldsets = [(None, {"fields": ["carer", *ListingAdmin.fieldsets[0][1]["fields"]]}), *ListingAdmin.fieldsets[1:]]

    @admin.display(description="carer: suspend, reinstate, end")
    def carer(self, listing: Any) -> SafeString | str:
        found = Carer.objects.filter(listing=listing.pk).first()
        return format_html('<a href="{}">{}</a>', reverse(CARER, args=[found.pk]), found) if found else "-"


admin.site.unregister(Listing)
admin.site.register(Listing, StaffListingAdmin)
