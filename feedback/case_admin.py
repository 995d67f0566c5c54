"""Cases in the admin: the list, one case whole with its steps, and writing down what came by phone or letter.

Nobody sees one that is about them, or that they brought; a safeguarding case only whom it concerns
(`Case.objects.visible`). Every page here goes by that one rule.
"""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from accounts.asking import actor
from audit.admin import ReadOnly
from feedback import case_page, case_pages, cases, clocks, letter_paper
from feedback.case_forms import ReasonForm, RecordForm, UntilForm, may_handle
from feedback.clocks import ClockRefused
from feedback.learning_admin import LearningPages
from feedback.models import Case, CaseFile, CaseLetter, Clock
from feedback.models.cases import HANDLE, SEE_SAFEGUARDING, VIEW, Kind, State
from feedback.states import NotAllowed
from files.views import serve_private
from notifications.admin import NUMBERS

LIST, PAGE = "admin:feedback_case_changelist", "admin:feedback_case_change"
CLOCK_VERBS = {
    "pause": (ReasonForm, clocks.pause, "Pause “{}”", "Pause it"),
    "go-on": (ReasonForm, clocks.go_on, "Let “{}” go on", "Let it go on"),
    "extend": (UntilForm, clocks.extend, "Extend “{}”", "Extend it"),
}


class WhoseFilter(admin.SimpleListFilter):
    title = "handled by"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Me"), ("nobody", "Nobody")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        match self.value():
            case "mine":
                return queryset.filter(handler=request.user.pk)
            case "nobody":
                return queryset.filter(handler=None)
        return queryset


class WhenFilter(admin.SimpleListFilter):
    """Those under way, unless asked otherwise."""

    title = "state"
    parameter_name = "where"
    CHOICES: ClassVar = {"late": "Late", "aside": "Kept aside", "over": "Closed or merged", "all": "All"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.CHOICES.items())

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": "Under way"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        over = Q(state__in=[State.CLOSED, State.MERGED])
        match self.value():
            case "late":
                return queryset.filter(pk__in=clocks.late(timezone.localdate()).values("case"))
            case "aside":
                return queryset.filter(state=State.ASIDE)
            case "over":
                return queryset.filter(over)
            case "all":
                return queryset
        return queryset.exclude(over).exclude(state=State.ASIDE)


@admin.register(Case)
class CaseAdmin(ReadOnly, LearningPages):
    home_name = "Concerns and complaints"
    refusals = (NotAllowed, ClockRefused)
    list_display = ["reference", "kind", "whom", "state", "handler", "received_on", "next_due"]
    list_filter = [WhenFilter, WhoseFilter, "kind", "severity", "received_how"]
    list_select_related = ["listing", "handler"]
    search_fields = ["reference", "listing__name", "about_words", "name"]
    date_hierarchy = "received_on"
    change_form_template = "admin/feedback/case/page.html"
    change_list_template = "admin/feedback/case/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return Case.objects.visible(request.user).prefetch_related("clocks")

    def has_view_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return Case.may_see_any(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return Case.may_see_any(request.user)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Who only sees that a case is there does not find it by what they may not read."""
        handles = request.user.has_perm(HANDLE) or request.user.has_perm(SEE_SAFEGUARDING)
        return [name for name in self.search_fields if handles or name not in {"name", "about_words"}]

    @admin.display(description="about", ordering="listing__name")
    def whom(self, case: Case) -> str:
        return case.about

    @admin.display(description="next due")
    def next_due(self, case: Case) -> str | SafeString:
        found = None if case.is_over else clocks.next_due(case)
        if found is None:
            return "–"
        late = " (late)" if found.due_on < timezone.localdate() else ""
        return f"{date_format(found.due_on)}: {clocks.rule(found).what.lower()}{late}"

    # --- pages -------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            *self.learning_urls(),
            path("letters/", guard(self.letters), name="feedback_case_letters"),
            path("letters/<int:number>/paper/", guard(self.paper), name="feedback_case_letter_paper"),
            path("record/", guard(self.record), name="feedback_case_record"),
            path("<int:pk>/clock/<int:clock>/<slug:verb>/", guard(self.clock), name="feedback_case_clock"),
            path("<int:pk>/file/<str:token>/", guard(self.file), name="feedback_case_file"),
            path("<int:pk>/do/<slug:step>/", guard(self.step), name="feedback_case_step"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = {"may_record": request.user.has_perm(HANDLE), "may_learn": request.user.has_perm(VIEW)}
        more = {**may, "title": "Concerns and complaints"}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["it"] = case_page.CasePage(kwargs["obj"], actor(request), request.today)  # type: ignore[attr-defined]
        return super().render_change_form(request, context, *args, **kwargs)

    def of(self, request: HttpRequest, pk: int) -> Case:
        return get_object_or_404(self.get_queryset(request).select_related("listing", "handler"), pk=pk)

    def step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One step: what it needs and what happens with it, before the button."""
        case, page = self.of(request, pk), case_pages.BY_SLUG.get(step)
        if page is None:
            raise Http404
        if not may_handle(actor(request), case):
            raise PermissionDenied
        if not page.when(case):
            self.message_user(request, f"“{page.text}” cannot be done now.", messages.ERROR)
            return redirect(PAGE, pk)
        by, on = actor(request), request.today  # type: ignore[attr-defined]
        form = page.form(request.POST or None, request.FILES or None, case=case, user=by, on=on)
        if request.method == "POST" and form.is_valid() and self.did(request, case, form, page.do):
            return self.back_to(request, pk)
        return self.before(request, case, form, page.text, page.effect, warns=page.warns)

    def back_to(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its page; the list for whoever made it a safeguarding matter and may not see it any more."""
        return redirect(PAGE, pk) if self.get_queryset(request).filter(pk=pk).exists() else redirect(LIST)

    def did(self, request: HttpRequest, case: Case, form: Any, do: case_pages.Do) -> bool:
        """A refusal stands on the page, with everything that was typed."""
        try:
            do(case, actor(request), form.cleaned_data, request.today)  # type: ignore[attr-defined]
        except self.refusals as error:
            form.add_error(None, str(error))
            return False
        self.message_user(request, f"{case}: done.", messages.SUCCESS)
        return True

    def before(
        self, request: HttpRequest, case: Case, form: Any, text: str, effect: str, *, warns: bool = False
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "title": f"{text}: {case}", "case": case, "form": form,
            "effect": effect, "button": text, "warns": warns, "back": reverse(PAGE, args=[case.pk]),
        }  # fmt: skip
        return TemplateResponse(request, "admin/feedback/case/step.html", context)

    def clock(self, request: HttpRequest, pk: int, clock: int, verb: str) -> HttpResponse:
        case = self.of(request, pk)
        row = get_object_or_404(Clock.objects.running(), pk=clock, case=case)
        if verb not in CLOCK_VERBS:
            raise Http404
        if not may_handle(actor(request), case):
            raise PermissionDenied
        of, do, title, _button = CLOCK_VERBS[verb]
        by, law = actor(request), clocks.rule(row)
        form = of(request.POST or None, case=case, user=by, on=request.today)  # type: ignore[attr-defined]

        def change(case: Case, by: Any, said: dict[str, Any], on: date) -> object:
            return do(row, by=by, on=on, **said)  # type: ignore[operator]

        if request.method == "POST" and form.is_valid() and self.did(request, case, form, change):
            return redirect(PAGE, pk)
        return self.before(request, case, form, title.format(law.what), f"{law.law}.")

    def file(self, request: HttpRequest, pk: int, token: str) -> HttpResponseBase:
        """In place; each view is recorded. An auditor reads no papers, and no attachments."""
        case = self.of(request, pk)
        if not may_handle(actor(request), case) and not case_page.decides(actor(request), case):
            raise PermissionDenied
        found = get_object_or_404(CaseFile.objects.select_related("file"), case=case, file__token=token)
        return serve_private(request, found.file, role="team", framed=True)

    def to_post(self, request: HttpRequest) -> QuerySet[CaseLetter]:
        """Of the cases that this person handles. Raises `PermissionDenied` for somebody who handles none."""
        may = [kind for kind in Kind if request.user.has_perm(Case(kind=kind).reader)]
        if not may:
            raise PermissionDenied
        mine = self.get_queryset(request).filter(kind__in=may)
        return CaseLetter.objects.filter(case__in=mine).select_related("case")

    def letters(self, request: HttpRequest) -> HttpResponse:
        """What waits to be posted; those that were ticked are marked as posted."""
        rows = self.to_post(request).to_post()  # type: ignore[attr-defined]
        if request.method == "POST":
            chosen = rows.filter(pk__in=[one for one in request.POST.getlist("letter") if NUMBERS.fullmatch(one)])
            posted = letter_paper.mark_posted(chosen, by=actor(request))
            self.message_user(request, f"Marked as posted: {posted}.", messages.SUCCESS)
            return redirect("admin:feedback_case_letters")
        context = {**self.admin_site.each_context(request), "title": "Letters about cases to post", "letters": rows}
        return TemplateResponse(request, "admin/feedback/case/letters.html", context)

    def paper(self, request: HttpRequest, number: int) -> HttpResponse:
        """One letter as PDF; where none can be made, a page to print."""
        letter = get_object_or_404(self.to_post(request), pk=number)
        made = letter_paper.pdf([letter])
        if made is None:
            return HttpResponse(letter_paper.page([letter], on_screen=True))
        name = f"letter-{letter.case}.pdf"
        return HttpResponse(
            made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
        )

    def record(self, request: HttpRequest) -> HttpResponse:
        """What came by phone, letter, email, social media or in person."""
        if not request.user.has_perm(HANDLE):
            raise PermissionDenied
        on: date = request.today  # type: ignore[attr-defined]
        form = RecordForm(request.POST or None, initial={"received_on": on})
        if request.method == "POST" and form.is_valid() and (case := self.recorded(request, form, on)):
            return self.back_to(request, case.pk)
        context = {
            **self.admin_site.each_context(request), "title": "Write down what came", "form": form, "case": None,
            "effect": "The day it was received starts the clocks. With an email address they are sent the reference "
            "and a link at once.", "button": "Write it down", "back": reverse(LIST),
        }  # fmt: skip
        return TemplateResponse(request, "admin/feedback/case/step.html", context)

    def recorded(self, request: HttpRequest, form: RecordForm, on: date) -> Case | None:
        said = dict(form.cleaned_data)
        try:
            case = cases.write_down(by=actor(request), on=on, how=said.pop("received_how"), **said)
        except self.refusals as error:
            form.add_error(None, str(error))
            return None
        done = f"{case} is written down."
        if case.kind == Kind.SAFEGUARDING:
            done += " The safeguarding leads are told. Ring them too, today."
        self.message_user(request, done, messages.SUCCESS)
        return case
