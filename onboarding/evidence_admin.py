"""Papers as the team sees them: what waits for a decision first, each on a page of its own. Buttons are verbs of
`onboarding.papers`, and say before they are pressed what will happen."""

from collections.abc import Iterator
from typing import Any, ClassVar

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.timesince import timesince

from audit.admin import ReadOnly
from files.views import serve_private
from onboarding import pages, papers
from onboarding.asking import Asking, actor, need
from onboarding.evidence_admin_forms import AcceptForm, SendBackForm, WithdrawForm, languages_of
from onboarding.fact_forms import FORMS, answers
from onboarding.models import Carer, Evidence
from onboarding.models.evidence import EvidenceQuerySet
from onboarding.standing import standing

DECIDE, READ = "onboarding.decide_evidence", "onboarding.read_papers"
LANGUAGES = {"en": "English", "cy": "Welsh"}


class OutcomeFilter(admin.SimpleListFilter):
    """Those with the team first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    CHOICES: ClassVar[dict[str | None, Any]] = {None: "With the team", **dict(Evidence.Outcome.choices), "all": "All"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["state"]),
                "display": f"{label} ({self._of(Evidence.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Evidence]:
        return self._of(queryset, self.value())

    def _of(self, queryset: EvidenceQuerySet, value: str | None) -> EvidenceQuerySet:
        if value == "all":
            return queryset
        return queryset.filter(outcome=value) if value else queryset.undecided()


class RequirementFilter(admin.SimpleListFilter):
    title = "requirement"
    parameter_name = "requirement"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.slug, one.en) for one in settings.SCHEME.requirements.every]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Evidence]) -> QuerySet[Evidence]:
        return queryset.filter(requirement=self.value()) if self.value() else queryset


@admin.register(Evidence)
class EvidenceAdmin(ReadOnly, Asking):
    list_display = ["what", "carer", "worker", "how", "sent_at", "entered_by", "age", "outcome", "valid_until"]
    list_filter = [OutcomeFilter, "how", RequirementFilter]
    list_select_related = ["carer", "worker", "sent_by"]
    search_fields = ["carer__name"]
    date_hierarchy = "sent_at"
    ordering = ["sent_at", "pk"]
    change_form_template = "admin/onboarding/evidence/page.html"
    actions = None

    @admin.display(description="paper", ordering="requirement")
    def what(self, evidence: Evidence) -> str:
        return evidence.asked.en if evidence.is_asked else evidence.requirement

    @admin.display(description="waiting for")
    def age(self, evidence: Evidence) -> str:
        return timesince(evidence.sent_at) if evidence.is_undecided else ""

    def get_urls(self) -> list[URLPattern]:
        guard, start = self.admin_site.admin_view, "onboarding_evidence"
        return [
            path("<int:pk>/accept/", guard(self.accept), name=f"{start}_accept"),
            path("<int:pk>/send-back/", guard(self.send_back), name=f"{start}_send_back"),
            path("<int:pk>/withdraw/", guard(self.withdraw), name=f"{start}_withdraw"),
            path("files/<slug:token>/", guard(self.file), name=f"{start}_file"),
            *super().get_urls(),
        ]

    # A PDF is shown in a frame of our own site.
    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        evidence = self.get_object(request, object_id)
        more = self.told(request, evidence) if evidence and self.has_view_permission(request, evidence) else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def told(self, request: HttpRequest, evidence: Evidence) -> dict[str, Any]:
        """What the page says; what was sent, for those who may read papers."""
        may_read = request.user.has_perm(READ)
        own = evidence.carer.owner_id == request.user.pk
        known = evidence.is_asked and evidence.asked.facts in FORMS
        return {
            "title": f"{self.what(evidence)}: {evidence.carer}",
            "subtitle": None,
            "evidence": evidence,
            "may_read": may_read,
            "answers": answers(evidence.asked, evidence.typed) if known and may_read else [],
            "pages": evidence.pages.select_related("file") if may_read else [],
            "earlier": evidence.carer.evidence.filter(requirement=evidence.requirement, worker=evidence.worker).exclude(
                pk=evidence.pk
            )[:10],
            "standing": standing(evidence.carer, timezone.localdate()),
            "may_decide": request.user.has_perm(DECIDE) and may_read and not own,
            "own": own,
            "mailed": mailed(evidence.carer),
        }

    def file(self, request: HttpRequest, token: str) -> HttpResponseBase:
        """One file of a paper, in place; each view is recorded."""
        need(request, READ)
        page = get_object_or_404(pages.everybodys(), file__token=token)
        return serve_private(request, page.file, role="team", framed=True)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        evidence, back = self.deciding(request, pk)
        form = AcceptForm(
            request.POST if request.method == "POST" else None, evidence=evidence, on=timezone.localdate()
        )
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            return self.do(
                request,
                lambda: papers.accept(evidence, by=actor(request), **said),
                done=f"{self.what(evidence)} of {evidence.carer} is accepted.",
                to=reverse("admin:onboarding_evidence_changelist"),
            )
        effect = f"It counts from then on, and the listing follows at once. {mailed(evidence.carer)}"
        title = f"Accept: {self.what(evidence)} of {evidence.carer}"
        return self.ask(request, title=title, effect=effect, button="Accept", back=back, form=form)

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        evidence, back = self.deciding(request, pk)
        form = SendBackForm(request.POST if request.method == "POST" else None, carer=evidence.carer)
        if request.method == "POST" and form.is_valid():
            return self.do(
                request,
                lambda: papers.send_back(evidence, by=actor(request), reason=form.reason),
                done=f"{self.what(evidence)} is sent back to {evidence.carer}.",
                to=reverse("admin:onboarding_evidence_changelist"),
            )
        effect = f"It stands on their task list as sent back, with these words. {mailed(evidence.carer)}"
        title = f"Send back: {self.what(evidence)} of {evidence.carer}"
        return self.ask(request, title=title, effect=effect, button="Send back", back=back, form=form)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        evidence, back = self.deciding(request, pk, accepted=True)
        form = WithdrawForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["own"]
            return self.do(
                request,
                lambda: papers.withdraw(evidence, by=actor(request), reason=reason),
                done=f"{self.what(evidence)} of {evidence.carer} counts no longer.",
                to=back,
            )
        effect = (
            "It counts for nothing from now on, as if it had never been accepted. A listing that needs it is hidden at "
            f"once. {mailed(evidence.carer)}"
        )
        title = f"Withdraw the acceptance: {self.what(evidence)} of {evidence.carer}"
        return self.ask(request, title=title, effect=effect, button="Withdraw", back=back, form=form)

    def deciding(self, request: HttpRequest, pk: int, *, accepted: bool = False) -> tuple[Evidence, str]:
        """What is decided about, by somebody who may and whose own it is not."""
        need(request, DECIDE)
        evidence = get_object_or_404(Evidence.objects.select_related("carer__owner", "worker"), pk=pk)
        if evidence.carer.owner_id == request.user.pk:
            raise PermissionDenied("Nobody decides about themselves.")
        if accepted and evidence.outcome != Evidence.Outcome.ACCEPTED:
            raise Http404
        return evidence, reverse("admin:onboarding_evidence_change", args=[pk])


def mailed(carer: Carer) -> str:
    if not carer.mail_to:
        return f"{carer} has no email address: a letter waits to be posted."
    languages = " and ".join(LANGUAGES[code] for code in languages_of(carer))
    return f"{carer} is mailed, in {languages}."
