"""Decisions about carers, to look at and to take away; each is made on a page of its own, from the carer's page."""

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from audit.admin import ReadOnly
from compliance import seeing
from compliance.case_step_pages import CasePages
from compliance.decision_pages import CARER, DecisionPages
from compliance.exporting import as_csv
from compliance.models import Decision
from compliance.register_pages import RegisterPages
from onboarding.asking import actor
from onboarding.models import Carer
from onboarding.reasons import Reason

READ_MESSAGES = "notifications.read_messages"
KEPT = "kept"


class WhyFilter(admin.SimpleListFilter):
    """By what this reader sees of why: the reasons that are kept from them are one choice."""

    title = parameter_name = "why"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if seeing.sees(request.user):
            return list(Reason.choices)
        shown = [(reason.value, str(reason.label)) for reason in Reason if reason not in seeing.CLOSE]
        return [*shown, (KEPT, seeing.DECIDED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(reason__in=seeing.CLOSE if self.value() == KEPT else [self.value()])


@admin.register(Decision)
class DecisionAdmin(ReadOnly, DecisionPages, RegisterPages, CasePages):
    list_display = ["at", "kind", "about", "why", "decided_by", "review_on"]
    list_filter = ["kind", WhyFilter]
    search_fields = ["=carer_id"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    actions = ["export"]
    fields = ["at", "kind", "about", "carer_id", "listing_id", "why", "words", "review_on", "decided_by", "alone"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.decision_urls(), *self.register_urls(), *self.case_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """With the names while there are any, and what this reader may see of them; nobody looks up here what was
        decided about themselves."""
        carer = Carer.objects.filter(pk=OuterRef("carer_id")).values("name")[:1]
        shown = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
        by = User.objects.filter(pk=OuterRef("actor_id")).values(shown=shown)[:1]
        rows = super().get_queryset(request).annotate(carer_name=Subquery(carer), by_name=Subquery(by))
        own = Carer.objects.filter(owner=request.user.pk).values_list("pk", flat=True)
        seen, opens = seeing.sees(request.user), request.user.has_perm("onboarding.view_carer")
        reader = {"seen": Value(seen, BooleanField()), "opens": Value(opens, BooleanField())}
        return rows.annotate(**reader).exclude(carer_id__in=list(own))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        found, more = super().get_search_results(request, queryset, search_term)
        if search_term.strip():
            named = Carer.objects.filter(name__icontains=search_term.strip()).values("pk")
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(carer_id__in=named))
        return found, more

    def get_fields(self, request: HttpRequest, obj: Decision | None = None) -> list[Any]:
        """What the carer was told is what a message said."""
        hidden = set() if request.user.has_perm(READ_MESSAGES) else {"words"}
        return [field for field in super().get_fields(request, obj) if field not in hidden]

    @admin.display(description="carer")
    def about(self, decision: Any) -> SafeString | str:
        if not decision.carer_name:
            return f"{decision.carer_id} (forgotten)"
        if not decision.opens:
            return str(decision.carer_name)
        return format_html('<a href="{}">{}</a>', reverse(CARER, args=[decision.carer_id]), decision.carer_name)

    @admin.display(description="why")  # not to be sorted by, for its place would say it
    def why(self, decision: Any) -> str:
        return seeing.why(decision, seen=decision.seen)

    @admin.display(description="who")
    def decided_by(self, decision: Any) -> str:
        if seeing.why(decision, seen=decision.seen) in seeing.UNSAID:
            return seeing.TEAM
        return decision.by_name or ("somebody who has left" if decision.actor == "user" else decision.actor)

    @admin.action(description="Export as CSV", permissions=["view"])
    def export(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        words = request.user.has_perm(READ_MESSAGES)
        headers = ["When", "What", "Carer", "Name", "Why", "Who", "To be looked at again on"]
        rows = [
            [
                f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}", one.get_kind_display(), one.carer_id, one.carer_name,
                self.why(one), self.decided_by(one), one.review_on, *([one.words] if words else []),
            ]
            for one in queryset
        ]  # fmt: skip
        headers += ["What the carer was told"] if words else []
        return as_csv(
            "decisions", headers, rows, by=actor(request), event="decisions.exported", target="compliance.decision"
        )
