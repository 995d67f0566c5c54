"""Who signed the Code of Practice, on the page or on paper, and under which name."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from onboarding import codes
from onboarding.asking import Asking, actor, need
from onboarding.code_admin_forms import PaperForm
from onboarding.desk import PERMISSION
from onboarding.models import CodeAgreement
from onboarding.papers import OwnPaper

LIST = "admin:onboarding_codeagreement_changelist"


class NameFilter(admin.SimpleListFilter):
    title = "name"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("other", "Another name, to look at"), ("accepted", "Another name, looked at")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CodeAgreement]) -> QuerySet[CodeAgreement]:
        if not self.value():
            return queryset
        return queryset.filter(other_name=True, name_accepted_at__isnull=self.value() == "other")


@admin.register(CodeAgreement)
class CodeAgreementAdmin(ReadOnly, Asking):
    home, home_name = LIST, "Signatures under the Code"
    list_display = ["carer", "code", "typed_name", "name", "signed_on", "language", "how"]
    list_filter = [NameFilter, "code", "language"]
    list_select_related = ["carer", "code", "entered_by"]
    search_fields = ["carer__name", "typed_name"]
    date_hierarchy = "signed_on"
    fields = ["carer", "code", "typed_name", "name", "language", "signed_on", "signed_at", "how"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CodeAgreement]:
        """With what this reader may do on each row: this object serves all requests at once."""
        may = Value(request.user.has_perm("onboarding.decide_evidence"))
        return super().get_queryset(request).annotate(may_decide=may)

    @admin.display(description="name")
    def name(self, agreement: Any) -> str | SafeString:
        if not agreement.other_name:
            return "theirs"
        if agreement.name_accepted_at:
            return "another, looked at"
        if not agreement.may_decide:
            return "another"
        url = reverse("admin:compliance_review", args=["name", agreement.pk])
        return format_html(
            'another: <a href="{}">look at it<span class="visually-hidden">, {}</span></a>', url, agreement
        )

    @admin.display(description="how")
    def how(self, agreement: CodeAgreement) -> str:
        return f"on paper, entered by {agreement.entered_by}" if agreement.entered_by else "typed"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("paper/", guard(self.paper), name="onboarding_codeagreement_paper"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_enter = request.user.has_perm(PERMISSION)
        return super().changelist_view(request, {"may_enter": may_enter, **(extra_context or {})})

    def paper(self, request: HttpRequest) -> HttpResponse:
        need(request, PERMISSION)
        latest = codes.newest()
        initial = {"carer": request.GET.get("carer"), "code": latest, "language": "en"}
        form = PaperForm(request.POST or None, initial=initial, today=request.today)  # type: ignore[attr-defined]
        if request.method == "POST" and form.is_valid():
            return self.entered(request, form.cleaned_data)
        effect = (
            "The signature counts from the day on the paper, and their listing follows at once. They are mailed a copy "
            "with a link to the text. Your name stands beside it. Keep the paper as you keep others."
        )
        return self.ask(request, title="Record a signature on paper", effect=effect, button="Record", form=form)

    def entered(self, request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
        try:
            agreement = codes.sign_on_paper(by=actor(request), **said)
        except OwnPaper:
            self.message_user(request, "Nobody records their own signature: ask somebody else.", messages.ERROR)
        except codes.WrongDates:
            self.message_user(request, "It was not recorded: look at the day and the version again.", messages.ERROR)
        else:
            self.message_user(request, f"Recorded: {agreement}.", messages.SUCCESS)
        return redirect(LIST)
