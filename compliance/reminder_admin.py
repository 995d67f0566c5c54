"""What each carer was reminded of, and what the team was told: written by a job, and only looked at here."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from compliance.due import UPDATE_SERVICE
from compliance.models import Reminder
from onboarding.requirements import catalogue


class RequirementFilter(admin.SimpleListFilter):
    title = "requirement"
    parameter_name = "requirement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((one.slug, one.en) for one in settings.SCHEME.requirements.every), (UPDATE_SERVICE, UPDATE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> QuerySet[Reminder]:
        return queryset.filter(requirement=self.value()) if self.value() else queryset


UPDATE = "DBS Update Service"


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["carer", "what", "left", "last_day", "to", "at", "said"]
    list_filter = ["to", RequirementFilter]
    list_select_related = ["carer"]
    search_fields = ["carer__name"]
    date_hierarchy = "at"
    fields = ["carer", "what", "person", "last_day", "left", "to", "at", "said"]
    actions = None

    @admin.display(description="requirement", ordering="requirement")
    def what(self, row: Reminder) -> str:
        known = catalogue()
        return known[row.requirement].en if row.requirement in known else UPDATE

    @admin.display(description="person")
    def person(self, row: Reminder) -> str:
        worker = row.carer.workers.filter(pk=row.worker_id).first()
        return worker.first_name if worker else "–"

    @admin.display(description="how long before", ordering="threshold")
    def left(self, row: Reminder) -> str:
        if row.threshold == 0:
            return "ended"
        return "1 day" if row.threshold == 1 else f"{row.threshold} days"

    @admin.display(description="what was said")
    def said(self, row: Reminder) -> SafeString | str:
        """Where the mails are, or the letters; who may read them reads them there."""
        if row.to == Reminder.CARER and not row.carer.mail_to:
            return format_html('<a href="{}">their letters</a>', _listed("onboarding_letter", row.carer.name))
        key = f"reminder:{row.carer_id}:" if row.to == Reminder.CARER else "reminder:team:"
        return format_html('<a href="{}">the mails</a>', _listed("notifications_message", key))


def _listed(model: str, words: str) -> str:
    return reverse(f"admin:{model}_changelist") + "?" + urlencode({"q": words})
