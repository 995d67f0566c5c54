"""Carers as the team sees them: each with their tasks, to look at, and to record what was seen."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from audit.admin import ReadOnly
from onboarding import papers
from onboarding.asking import Asking, actor, mailed, need
from onboarding.desk_admin import AtTheDesk
from onboarding.evidence_admin_forms import RecordForm
from onboarding.models import Carer, Evidence
from onboarding.papers import DECIDE
from onboarding.requirements import CODE, Requirement
from onboarding.standing import Standing
from onboarding.task_list import TaskList
from onboarding.tasks import asked_of


@admin.register(Carer)
class CarerAdmin(AtTheDesk, ReadOnly, Asking):
    list_display = ["name", "owner", "listing", "phone", "language", "joined_at", "left_at", "desk"]
    list_select_related = ["owner", "listing"]
    search_fields = ["name", "owner__email", "email"]
    date_hierarchy = "joined_at"
    fields = [
        "name", "owner", "listing", "phone", "email", "language", "letters_to", "large_print", "joined_at", "left_at",
    ]  # fmt: skip
    change_form_template = "admin/onboarding/carer/page.html"
    actions: list[str] | None = None

    def get_urls(self) -> list[URLPattern]:
        guard, start = self.admin_site.admin_view, "onboarding_carer"
        return [
            path("<int:pk>/record/<slug:slug>/", guard(self.record), name=f"{start}_record"),
            path("<int:pk>/record/<slug:slug>/<int:worker>/", guard(self.record), name=f"{start}_record_of_worker"),
            *self.desk_urls(),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        carer = self.get_object(request, object_id)
        more = self.told(request, carer) if carer and self.has_view_permission(request, carer) else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def told(self, request: HttpRequest, carer: Carer) -> dict[str, Any]:
        page = TaskList(carer, timezone.localdate())
        may = request.user.has_perm(DECIDE) and carer.owner_id != request.user.pk
        return {
            **self.desk_links(request, carer),
            "page": page,
            "tasks": [
                (task, address(carer, task) if may and recordable(task.requirement) else "") for task in page.tasks
            ],
            "several": len(page.now.facts.people) > 1,
            "may_see_papers": request.user.has_perm("onboarding.view_evidence"),
        }

    def record(self, request: HttpRequest, pk: int, slug: str, worker: int | None = None) -> HttpResponse:
        """What the team saw is accepted evidence in one step."""
        need(request, DECIDE)
        carer = get_object_or_404(Carer.objects.select_related("owner", "listing"), pk=pk)
        if carer.owner_id == request.user.pk:
            raise PermissionDenied("Nobody decides about themselves.")
        now = asked_of(carer, timezone.localdate())
        requirement = found(now, slug, worker)
        form = RecordForm(
            request.POST if request.method == "POST" else None,
            requirement=requirement,
            level=now.facts.business.level,
            on=now.on,
        )
        back = reverse("admin:onboarding_carer_change", args=[pk])
        person = carer.workers.get(pk=worker) if worker else None
        if request.method == "POST" and form.is_valid():
            said = {name: form.cleaned_data.get(name) for name in ("seen_on", "dated", "ends_on")}
            how = Evidence.How.RECORD if "record" in requirement.shown else Evidence.How.SEEN
            return self.do(
                request,
                lambda: papers.record_seen(
                    carer, requirement, by=actor(request), how=how, worker=person, facts=form.facts, tell=True, **said
                ),
                done=f"{requirement.en} of {person or carer} is recorded.",
                to=back,
            )
        effect = f"It is accepted evidence at once, with your name to it. {mailed(carer)}"
        title = f"Record: {requirement.en} of {person or carer}"
        return self.ask(request, title=title, effect=effect, button="Record", back=back, form=form)


def found(now: Standing, slug: str, worker: int | None) -> Requirement:
    """What is asked of them, or of that person. Raises 404 for what is not, and for what the team cannot see."""
    for asked in now.needs:
        of = asked.person.pk if asked.person else None
        if (asked.requirement.slug, of) == (slug, worker) and recordable(asked.requirement):
            return asked.requirement
    raise Http404


def recordable(requirement: Requirement) -> bool:
    """A signature and a declaration are the carer's own word."""
    return requirement.slug != CODE and bool({"seen", "upload", "record"} & set(requirement.shown))


def address(carer: Carer, task: Any) -> str:
    if task.person:
        args = [carer.pk, task.requirement.slug, task.person.pk]
        return reverse("admin:onboarding_carer_record_of_worker", args=args)
    return reverse("admin:onboarding_carer_record", args=[carer.pk, task.requirement.slug])
