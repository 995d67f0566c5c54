from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin import ReadOnly
from notifications import outbox
from notifications.models import JobRun, Message

ORDINARY = "notifications.read_messages"


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "Not sent yet"), ("given-up", "Given up"), ("sent", "Sent")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at__isnull=True, given_up_at__isnull=True)
            case "given-up":
                return queryset.filter(given_up_at__isnull=False)
            case "sent":
                return queryset.filter(sent_at__isnull=False)
        return queryset


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["queued_at", "to", "subject", "state", "attempts", "sent_at", "error"]
    list_filter = [StateFilter, "template", "language"]
    search_fields = ["to", "subject", "key"]
    date_hierarchy = "queued_at"
    actions = ["send_again"]
    fields = [
        "key", "to", "language", "template", "subject", "what_it_says", "state", "queued_at", "attempts",
        "next_try_at", "sent_at", "given_up_at", "error",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Those the reader may read, and that ordinary ones went: what a case said to somebody is not for everybody."""
        rows = super().get_queryset(request)
        permissions = rows.order_by().values_list("reader", flat=True).distinct()
        readable = [code for code in permissions if request.user.has_perm(code)]
        return rows.filter(reader__in=[*readable, ORDINARY])

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> list[Any]:
        """Who sees that a message went may still not read what it said."""
        hidden = {"what_it_says"} if obj and not request.user.has_perm(obj.reader) else set()
        return [field for field in super().get_fields(request, obj) if field not in hidden]

    @admin.display(description="What it says")
    def what_it_says(self, message: Message) -> str:
        return outbox.masked(message.text, message) or "(gone 90 days after sending)"

    @admin.action(description="Send again", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        for message in queryset:
            if outbox.can_be_sent_again(message):
                outbox.send_again(message)
                self.message_user(request, f"{message} goes out again.")
            else:
                text = f"{message} held a link that is used up. Ask for a new one where it came from."
                self.message_user(request, text, messages.WARNING)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.send_again")


@admin.register(JobRun)
class JobRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "started_at", "ended_at", "state", "counted", "error"]
    list_filter = ["name"]
    date_hierarchy = "started_at"
