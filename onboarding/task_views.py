"""One task: what is asked, the form, a look at the answers, and sending. Everything typed and every file is kept."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from files.views import serve_private
from onboarding import pages, papers
from onboarding.desk import at_desk, mine, sees_papers
from onboarding.fact_forms import answers, form_class, initial
from onboarding.fact_frame import JOIN_WITHIN, Asked, FactForm
from onboarding.guidance import guidance
from onboarding.models import Carer, Draft, Evidence, PaperPage, Worker
from onboarding.requirements import CODE
from onboarding.task_list import latest_of
from onboarding.tasks import State, Task, asked_of, tasks_of


@dataclass(frozen=True)
class Page:
    """The task somebody opened, with what belongs to it."""

    request: HttpRequest
    carer: Carer
    task: Task
    asked: Asked
    worker: Worker | None
    draft: Draft | None

    @property
    def with_team(self) -> bool:
        return self.task.state == State.WITH_TEAM

    @property
    def pages(self) -> list[PaperPage]:
        return list(self.draft.pages.select_related("file")) if self.draft else []

    @property
    def several(self) -> bool:
        """Whether a page must say whose task it is."""
        return self.carer.workers.current().count() > 1

    @property
    def address(self) -> str:
        return self.task.address

    @property
    def readable(self) -> bool:
        """Whether it says what was sent before, and why it came back."""
        return sees_papers(self.request)

    @property
    def hidden(self) -> bool:
        """Whether somebody else typed what was begun, and whoever looks may not read papers."""
        return bool(self.draft and not self.readable and self.draft.typed_by_id != self.request.user.pk)

    def form(self, data: Any = None) -> FactForm:
        return form_class(self.asked.requirement)(data, asked=self.asked)

    def begun(self) -> FactForm:
        """The form with what was typed before, or, for a renewal, with what stays the same."""
        form = self.form()
        typed = without_days(self.task.evidence if self.readable else None)
        if self.draft and not self.hidden:
            typed = self.draft.facts
        form.initial = initial(form, typed)
        return form


def without_days(last: Evidence | None) -> dict[str, str]:
    """Of what was sent before: insurer and policy are the same again, the days are not."""
    if last is None:
        return {}
    return {name: value for name, value in last.typed.items() if not name.startswith(("dated-", "ends_on-"))}


def opened(request: HttpRequest, slug: str, worker: int | None) -> Page:
    """Reached through whoever is signed in. Raises 404 for what is not theirs, or not asked of them."""
    carer = mine(request)
    now = asked_of(carer, request.today)  # type: ignore[attr-defined]
    for task in tasks_of(now, carer.evidence.all(), carer.drafts.all()):
        if task.requirement.slug == slug and (task.person.pk if task.person else None) == worker:
            business = now.facts.business
            draft = carer.drafts.filter(requirement=slug, worker=worker).first()
            person = carer.workers.get(pk=worker) if worker else None
            return Page(request, carer, task, Asked(task.requirement, now.on, business.level), person, draft)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def task(request: HttpRequest, slug: str, worker: int | None = None) -> HttpResponse:
    page = opened(request, slug, worker)
    if slug == CODE:
        return redirect(page.address)
    if request.method != "POST":
        return show(page, page.begun())
    if "take_back" in request.POST:
        return taken_back(page)
    if page.with_team:  # sent in another tab meanwhile
        return redirect(page.address)
    return kept(page)


def taken_back(page: Page) -> HttpResponse:
    if not page.readable:  # what is taken back is a draft again, and read
        raise PermissionDenied
    evidence = get_object_or_404(page.carer.evidence, pk=number(page.request.POST["take_back"]))
    with suppress(papers.Decided):  # the page says what was decided
        papers.take_back(evidence, by=page.request.user)  # type: ignore[arg-type]
    return redirect(page.address)


def kept(page: Page) -> HttpResponse:
    """Keeps what was typed and sent, and goes where the button leads."""
    request, by = page.request, page.request.user
    form = page.form(request.POST)
    draft = draft_with(page, form.typed())
    uploads = request.FILES.getlist("pages") if "pages" in form.fields else []
    refused = pages.keep(draft, uploads, by=by)  # type: ignore[arg-type]
    if unwanted := draft.pages.filter(pk=number(request.POST.get("take_away", ""))).first():
        pages.take_away(unwanted, by=by)  # type: ignore[arg-type]
    page = opened(request, page.asked.requirement.slug, page.worker.pk if page.worker else None)
    if page.with_team:  # sent in another tab while the files came
        return redirect(page.address)
    if "check" in request.POST:
        return redirect(f"{page.address}check/") if is_whole(page, form, refused) else show(page, form)
    if refused:
        again = page.begun()
        return show(page, again, refused)
    return redirect("onboarding:tasks" if "save" in request.POST else page.address)


def draft_with(page: Page, typed: dict[str, str]) -> Draft:
    """What was begun by somebody else and is hidden here stays as it is where nothing was typed, as beside a file."""
    if page.draft and page.hidden and not set(typed.values()) - {typed.get("how"), ""}:
        return page.draft
    by = page.request.user
    return papers.save_draft(page.carer, page.asked.requirement, page.worker, typed, by=by)  # type: ignore[arg-type]


def is_whole(page: Page, form: FactForm, refused: list[str]) -> bool:
    """Whether it can be sent; the form says what is wrong."""
    form.is_valid()
    files = [one for one in page.pages if one.file.state != "purged"]
    for trouble in refused:
        form.add_error("pages", trouble)
    if form.needs_pages and any(one.file.state == "refused" for one in files):
        form.add_error("pages", _("Take away the file in which a virus was found, and choose another"))
    elif form.needs_pages and not refused and not files:
        form.add_error("pages", _("Choose a photo or PDF of the paper"))
    return not form.errors


def show(page: Page, form: FactForm, refused: list[str] | None = None) -> HttpResponse:
    last = page.task.evidence
    context = {
        "page": page,
        "task": page.task,
        "requirement": page.task.requirement,
        "form": form,
        "refused": refused or [],
        "training": training_address(page),
        "guidance": guidance(page.task.requirement),
        "history": [told(row, page.readable) for row in latest_of(page.carer, page.task)],
        "sent": told(last, page.readable) if last and page.with_team else None,
        "sent_back": last if last and page.task.state in {State.SENT_BACK, State.IN_PROGRESS} and last.reason else None,
        "readable": page.readable,
        "open": page.task.is_open or page.draft or "new" in page.request.GET or page.request.method == "POST",
    }
    return render(page.request, "onboarding/task.html", context)


def training_address(page: Page) -> str:
    """Where training that meets it is booked, if it can be attended and there is such a page."""
    if "attended" not in page.task.requirement.shown:
        return ""
    try:
        return reverse("onboarding:training")
    except NoReverseMatch:
        return ""


def told(row: Evidence, readable: bool) -> dict[str, Any]:
    """What was sent, for a summary list; where that is not `readable`, that it was."""
    if not readable:
        return {"row": row}
    join_by = row.dated + JOIN_WITHIN if row.dated and row.fact("update_service") == "will" else None
    return {"row": row, "answers": answers(row.asked, row.typed), "pages": row.pages.all(), "join_by": join_by}


# --- looking at the answers, and sending -------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest, slug: str, worker: int | None = None) -> HttpResponse:
    """Check your answers. The button sends what is shown here: changed in another tab meanwhile, it is shown again."""
    page, key = opened(request, slug, worker), request.POST.get("key", "")
    if key and (same := page.carer.evidence.filter(form_key=key).first()):
        return redirect("onboarding:sent", same.pk)
    if page.draft is None or page.hidden or page.with_team:
        return redirect(page.address)
    form = page.form(page.draft.facts)
    if not is_whole(page, form, []):
        return show(page, form)
    if key != key_of(page.draft):
        return look(page, form, changed=bool(key))
    return sent_off(page, form, key)


def sent_off(page: Page, form: FactForm, key: str) -> HttpResponse:
    try:
        evidence = papers.send(
            page.carer,
            page.asked.requirement,
            by=page.request.user,  # type: ignore[arg-type]
            how=form.how,
            facts=form.facts,
            worker=page.worker,
            dated=form.first_day,
            ends_on=form.end_day,
            form_key=key,
        )
    except papers.WithTheTeam:
        return redirect(page.address)
    return redirect("onboarding:sent", evidence.pk)


def look(page: Page, form: FactForm, *, changed: bool) -> HttpResponse:
    draft = page.draft
    assert draft is not None  # noqa: S101 (`check` has made sure)
    joins = form.first_day and form.cleaned_data.get("update_service") == "will"
    context = {
        "page": page,
        "task": page.task,
        "requirement": page.task.requirement,
        "answers": answers(page.asked.requirement, draft.facts | understood(form)),
        "pages": page.pages if form.needs_pages else [],
        "join_by": form.first_day + JOIN_WITHIN if joins and form.first_day else None,
        "declares": form.how == Evidence.How.DECLARED,
        "key": key_of(draft),
        "changed": changed,
        "coming": {"how": form.how},
    }
    return render(page.request, "onboarding/check.html", context)


def understood(form: FactForm) -> dict[str, str]:
    """Amounts as we read them: “5 million” is £5,000,000."""
    return {name: str(value) for name, value in form.facts.items() if type(value) is int}


def key_of(draft: Draft) -> str:
    """Of a draft and what it holds: the same sent twice is one, changed and sent again another."""
    files = list(draft.pages.values_list("pk", flat=True))
    return hashlib.sha256(json.dumps([draft.pk, draft.facts, files], sort_keys=True).encode()).hexdigest()


@require_safe
@never_cache
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens next."""
    evidence = get_object_or_404(mine(request).evidence.select_related("worker"), pk=pk)
    return render(
        request, "onboarding/sent.html", {**told(evidence, sees_papers(request)), "requirement": evidence.asked}
    )


@require_safe
@never_cache
def paper(request: HttpRequest, token: str) -> HttpResponseBase:
    """A file of the carer's own; each view is recorded. At the desk it is for those who may read papers."""
    page = get_object_or_404(pages.of(mine(request)), file__token=token)
    if not sees_papers(request):
        raise PermissionDenied
    return serve_private(request, page.file, role="desk" if at_desk(request) else "owner")


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(2**62)) else 0
