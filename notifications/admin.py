import re
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator

from audit.admin import ReadOnly
from notifications import outbox
from notifications.models import JobRun, Message

ORDINARY = "notifications.read_messages"
LANGUAGES = {"en": "English", "cy": "Welsh", "": "Both"}
AGAIN = "admin:notifications_message_again"
MOST_AT_ONCE = 100
SHOWN_OF_A_PROBLEM = 120  # characters, in the list; the whole is on the message's page
NUMBERS = re.compile(rf"\d{{1,18}}(,\d{{1,18}}){{0,{MOST_AT_ONCE - 1}}}", re.ASCII)


def kind_of(template: str) -> str:
    """“enquiry copy”, of the files that the mail is made of."""
    return template.rpartition("/")[2].replace("_", " ")


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


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code or "both", words) for code, words in LANGUAGES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        if chosen := self.value():
            return queryset.filter(language="" if chosen == "both" else chosen)
        return queryset


class KindFilter(admin.SimpleListFilter):
    title = "kind of mail"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = model_admin.get_queryset(request)
        templates = rows.order_by("template").values_list("template", flat=True).distinct()
        return [(template, kind_of(template)) for template in templates]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(template=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["subject", "to", "became", "queued_at"]
    list_filter = [StateFilter, LanguageFilter, KindFilter]
    search_fields = ["to", "subject", "key"]
    date_hierarchy = "queued_at"
    actions = ["send_again"]
    fields = [
        "key", "to", "in_language", "kind", "subject", "what_it_says", "state", "queued_at", "attempts",
        "next_try_at", "sent_at", "given_up_at", "error",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Those the reader may read, and that ordinary ones went: what a case said to somebody is not for everybody."""
        return outbox.shown(super().get_queryset(request), request.user)

    def get_fields(self, request: HttpRequest, obj: Message | None = None) -> list[Any]:
        """Who sees that a message went may still not read what it said."""
        hidden = {"what_it_says"} if obj and not request.user.has_perm(obj.reader) else set()
        return [field for field in super().get_fields(request, obj) if field not in hidden]

    @admin.display(description="language")
    def in_language(self, message: Message) -> str:
        return LANGUAGES[message.language]

    @admin.display(description="kind of mail")
    def kind(self, message: Message) -> str:
        return kind_of(message.template)

    @admin.display(description="what became of it", ordering="sent_at")
    def became(self, message: Message) -> str:
        """When it was sent; of one that was not, how often it was tried, and what is in the way."""
        if message.sent_at:
            return f"sent {date_format(timezone.localtime(message.sent_at), 'j F Y, g:ia')}"
        tries = "" if not message.attempts else ", 1 try" if message.attempts == 1 else f", {message.attempts} tries"
        problem = f": {Truncator(message.error).chars(SHOWN_OF_A_PROBLEM)}" if message.error else ""
        return f"{message.state}{tries}{problem}"

    @admin.display(description="What it says")
    def what_it_says(self, message: Message) -> str:
        return outbox.masked(message.text, message) or "(gone 90 days after sending)"

    @admin.action(description="Send again …", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> HttpResponse | None:
        numbers = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if numbers.count(",") >= MOST_AT_ONCE:
            self.message_user(request, f"Choose at most {MOST_AT_ONCE} messages at once.", messages.ERROR)
            return None
        return redirect(AGAIN, numbers)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.send_again")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django answers an action that somebody may not take as if none were chosen."""
        if request.POST.get("action") == "send_again" and not self.has_send_again_permission(request):
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_send_again": self.has_send_again_permission(request)}
        return super().change_view(request, object_id, form_url, {**may, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        again = path("<str:numbers>/again/", self.admin_site.admin_view(self.again), name="notifications_message_again")
        return [again, *super().get_urls()]

    def again(self, request: HttpRequest, numbers: str) -> HttpResponse:
        """Which go once more, to whom, and which do not and why, before the button; then what came of each."""
        chosen = self._to_send_again(request, numbers)
        seen = ",".join(message.queued_at.isoformat() for message in chosen)
        if request.method == "POST" and request.POST.get("seen") == seen:
            for message in chosen:
                self._send_again(request, message)
            return redirect("admin:notifications_message_changelist")
        found = [(message, outbox.why_not_again(message)) for message in chosen]
        said = {
            "title": "Send again: are you sure?",
            "going": [message for message, why in found if not why],
            "staying": [(message, why) for message, why in found if why],
            "seen": seen,
            "changed": request.method == "POST",
        }
        context = {**self.admin_site.each_context(request), **said}
        return TemplateResponse(request, "admin/notifications/message/again.html", context)

    def _to_send_again(self, request: HttpRequest, numbers: str) -> list[Message]:
        """Those of the address, each of which the reader may read and send."""
        if not self.has_send_again_permission(request):
            raise PermissionDenied
        if not NUMBERS.fullmatch(numbers):
            raise Http404
        wanted = {int(number) for number in numbers.split(",")}
        chosen = list(self.get_queryset(request).filter(pk__in=wanted))
        if len(chosen) < len(wanted):
            raise Http404
        if not all(request.user.has_perm(message.reader) for message in chosen):
            raise PermissionDenied
        return chosen

    def _send_again(self, request: HttpRequest, message: Message) -> None:
        try:
            outbox.send_again(message, by=cast(AbstractBaseUser, request.user))
        except outbox.CannotSendAgain as error:
            self.message_user(request, str(error), messages.WARNING)
        else:
            self.message_user(request, f"{message} goes again now.", messages.SUCCESS)


@admin.register(JobRun)
class JobRunAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["name", "started_at", "ended_at", "state", "counted", "error"]
    list_filter = ["name"]
    date_hierarchy = "started_at"
