"""Enquiries as the team sees them: that there was one is for everybody who may look, what it says for few."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin import ReadOnly
from directory import enquiries
from directory.enquiry_models import Enquiry, EnquiryQuerySet

REASONS = {
    "trap": "filled in a field that people do not see",
    "links": "holds links, or one and asks for a copy",
    "often": "one of many to this listing within an hour",
    "mailbox": "one of many with this email address within a day",
}


class StateFilter(admin.SimpleListFilter):
    """Those kept aside first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    STATES = {"sent": "Sent", "all": "All"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.STATES.items())

    def choices(self, changelist: Any) -> Any:
        for value, label in ((None, "Kept aside"), *self.STATES.items()):
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["state"]),
                "display": f"{label} ({self._of(Enquiry.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: EnquiryQuerySet) -> QuerySet[Enquiry]:  # type: ignore[override]
        return self._of(queryset, self.value())

    def _of(self, queryset: EnquiryQuerySet, value: str | None) -> EnquiryQuerySet:
        match value:
            case "all":
                return queryset
            case "sent":
                return queryset.sent()
        return queryset.kept_aside()


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnly, admin.ModelAdmin):
    """Looked at, never edited. Whoever may read them sends on what was kept aside by mistake."""

    list_display = ["reference", "received_at", "listing", "state", "why", "language"]
    list_filter = [StateFilter, "language"]
    list_select_related = ["listing"]
    search_fields = ["reference", "listing__name"]
    date_hierarchy = "received_at"
    actions = ["looks_right"]
    FACTS = ("reference", "listing", "state", "why", "language", "received_at", "held_at", "sent_at", "answered_at")
    WORDS = ("name", "what", "when", "how_to_answer", "phone", "email")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.FACTS, *(self.WORDS if self.has_read_permission(request) else ())]

    def has_read_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("directory.read_enquiries")

    @admin.display(description="why kept aside")
    def why(self, enquiry: Enquiry) -> str:
        return REASONS.get(enquiry.held_reason, enquiry.held_reason)

    @admin.action(description="Looks right: send it", permissions=["read"])
    def looks_right(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> None:
        for enquiry in queryset:
            try:
                new = enquiries.release(enquiry, by=request.user, on=request.today)  # type: ignore[arg-type, attr-defined]
            except enquiries.CannotSend as error:
                self.message_user(request, str(error), messages.ERROR)
                continue
            said = f"{enquiry} goes to {enquiry.listing} now." if new else f"{enquiry} was sent before."
            self.message_user(request, said, messages.SUCCESS if new else messages.INFO)
