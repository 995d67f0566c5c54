"""A carer's own pages about concerns: what is alleged, by when to answer, the answer, the decision, an appeal.

They show what was written for this carer, and nothing else of the case; a safeguarding matter has no such page,
whatever it was before. At the desk the team sees only the cases that it may see anyway.
"""

import hashlib
import json
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from compliance import case_appeals, case_drafts, case_replies, case_telling, case_words
from compliance.concern_forms import AppealForm, ReplyForm, TimeForm, WriteForm
from compliance.models import CarerDraft, CarerDraftFile, ReasonsLetter
from feedback.models import Case, CaseEvent, CaseFile
from feedback.models.cases import Kind, State
from feedback.states import NotAllowed
from files.models import StoredFile
from files.views import serve_private
from onboarding import letter_paper
from onboarding.desk import at_desk, mine, with_desk
from onboarding.models import Carer, Letter
from onboarding.task_views import number

What = CaseEvent.What
REPLY, APPEAL = CarerDraft.About.REPLY.value, CarerDraft.About.APPEAL.value
FORMS: dict[str, type[WriteForm]] = {REPLY: ReplyForm, APPEAL: AppealForm}
TITLES = {
    What.ALLEGED: gettext_lazy("What somebody told us"),
    What.REPLIED: gettext_lazy("Your answer"),
    What.CLOCK: gettext_lazy("You asked for more time"),
    What.DECIDED: gettext_lazy("Our decision"),
    What.PLAN: gettext_lazy("Your action plan"),
    What.APPEALED: gettext_lazy("Your appeal"),
    What.HEARD: gettext_lazy("The decision about your appeal"),
}


class Said(NamedTuple):
    """One entry, as the carer reads it: each text with its language, where that is known."""

    event: CaseEvent
    title: Any
    texts: list[tuple[str, str]]
    letter: ReasonsLetter | None


class Concern:
    """One case, as far as it is this carer's to read."""

    def __init__(self, case: Case, carer: Carer, on: date):
        self.case, self.carer, self.on = case, carer, on
        rows = {row.decision_id: row for row in ReasonsLetter.objects.filter(case=case)}
        self.entries = [
            Said(one, TITLES[What(one.what)], case_words.parts(one), rows.get(one.data.get("decision")))
            for one in case_telling.entries(case, carer)
        ]

    @property
    def first(self) -> CaseEvent:
        return self.entries[0].event

    @property
    def reply_by(self) -> date | None:
        """The last day to answer, while that is waited for."""
        return case_telling.due(self.case, case_replies.REPLY) if self.case.state == State.REPLY else None

    @property
    def can_reply(self) -> bool:
        return self.case.state in case_replies.MAY_REPLY and case_replies.allegation(self.case) is not None

    @property
    def appeal_by(self) -> date | None:
        return case_appeals.until(self.case) if case_appeals.may_appeal(self.case, self.on) else None

    @property
    def is_over(self) -> bool:
        return self.case.is_over

    @property
    def files(self) -> list[CaseFile]:
        return list(self.case.files.filter(from_carer=True, secret=False).select_related("file"))

    @property
    def writes(self) -> str:
        """What can be written now."""
        return REPLY if self.can_reply else APPEAL if self.appeal_by else ""


def concerns_of(request: HttpRequest, carer: Carer) -> list[Concern]:
    """Those of which something was written for this carer; at the desk, of those that whoever is there may see."""
    if carer.listing_id is None:
        return []
    rows = Case.objects.filter(listing=carer.listing_id, kind=Kind.CONCERN).exclude(state=State.ASIDE)
    if at_desk(request):
        rows = rows.filter(pk__in=Case.objects.visible(request.user).values("pk"))
    on = request.today  # type: ignore[attr-defined]
    found = [Concern(case, carer, on) for case in rows]
    return [one for one in found if one.entries]


def opened(request: HttpRequest, reference: str) -> Concern:
    """Raises 404 for what is not theirs to read: a guess learns nothing."""
    carer = mine(request, also_left=True)
    for one in concerns_of(request, carer):
        if one.case.reference == reference:
            return one
    raise Http404


@with_desk
@require_safe
@never_cache
def concerns(request: HttpRequest) -> HttpResponse:
    found = concerns_of(request, mine(request, also_left=True))
    if not found:
        raise Http404
    return render(request, "compliance/concerns.html", {"concerns": found})


@with_desk
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def concern(request: HttpRequest, reference: str) -> HttpResponse:
    one = opened(request, reference)
    if request.method != "POST":
        if request.GET.get("check") == one.writes and one.writes:
            return look(request, one)
        return show(request, one)
    if "more_time" in request.POST:
        return asked_for_time(request, one)
    about = one.writes
    if not about:
        messages.info(request, _("There is nothing to send any more. Below is what has happened meanwhile."))
        return here(one)
    if "send" in request.POST:
        return sent(request, one, about)
    return kept(request, one, about)


def here(one: Concern, query: str = "") -> HttpResponse:
    answer = redirect("compliance:concern", one.case.reference)
    answer["Location"] += query
    return answer


def show(
    request: HttpRequest, one: Concern, *, form: WriteForm | None = None, time_form: TimeForm | None = None,
    refused: list[str] | None = None,
) -> HttpResponse:  # fmt: skip
    about = one.writes
    draft = case_drafts.of(one.case, about) if about else None
    if about and form is None:
        form = FORMS[about](initial={"words": draft.words if draft else ""})
    context = {
        "one": one,
        "about": about,
        "form": form,
        "time_form": time_form or TimeForm(),
        "files_so_far": list(draft.files.select_related("file")) if draft else [],
        "refused": refused or [],
        "shown_form": time_form or form,
    }
    return render(request, "compliance/concern.html", context)


def kept(request: HttpRequest, one: Concern, about: str) -> HttpResponse:
    """What was typed and the files are kept, and then it goes where the button leads."""
    form = FORMS[about](request.POST)
    draft = case_drafts.save(one.case, about, request.POST.get("words", "").replace("\0", "").strip())
    refused = case_drafts.keep(draft, request.FILES.getlist("pages"), by=request.user)  # type: ignore[arg-type]
    unwanted = draft.files.filter(pk=number(request.POST.get("take_away", ""))).first()
    if unwanted:
        case_drafts.take_away(unwanted, by=request.user)  # type: ignore[arg-type]
    if "check" in request.POST:
        for trouble in refused:
            form.add_error("pages", trouble)
        return here(one, f"?check={about}") if form.is_valid() else show(request, one, form=form)
    if refused:
        return show(request, one, refused=refused)
    if "save" in request.POST:
        messages.success(request, _("Kept. Nothing is sent yet: come back whenever you like."))
    return here(one)


def look(request: HttpRequest, one: Concern, *, changed: bool = False) -> HttpResponse:
    """What is about to be sent, whole. The button sends what is shown here."""
    draft = case_drafts.of(one.case, one.writes)
    if draft is None or not FORMS[one.writes]({"words": draft.words}).is_valid():
        return here(one)
    files = list(draft.files.select_related("file"))
    context = {"one": one, "about": one.writes, "draft": draft, "files_so_far": files, "key": key_of(draft)}
    return render(request, "compliance/concern_check.html", {**context, "changed": changed})


def sent(request: HttpRequest, one: Concern, about: str) -> HttpResponse:
    draft = case_drafts.of(one.case, about)
    if draft is None:  # pressed twice
        return here(one)
    if request.POST["send"] != key_of(draft):
        return look(request, one, changed=True)
    by: Any = request.user
    said = {"by": by, "words": draft.words, "on": one.on, "draft": draft}
    try:
        if about == REPLY:
            case_replies.reply(one.case, **said)
            messages.success(request, _("Thank you. We have your answer, and have confirmed it to you."))
        else:
            case_appeals.appeal(one.case, **said)
            messages.success(request, _("We have your appeal, and have confirmed it to you."))
    except NotAllowed:
        messages.error(request, _("It could not be sent: something has happened meanwhile. Ring us about it."))
    return here(one)


def asked_for_time(request: HttpRequest, one: Concern) -> HttpResponse:
    form = TimeForm(request.POST)
    if not form.is_valid():
        return show(request, one, time_form=form)
    try:
        case_replies.ask_more_time(one.case, by=request.user, words=form.cleaned_data["why"])  # type: ignore[arg-type]
    except NotAllowed:
        messages.error(request, _("It could not be sent: something has happened meanwhile. Ring us about it."))
    else:
        messages.success(request, _("We have asked whoever looks into it. They write to you or ring you."))
    return here(one)


def key_of(draft: CarerDraft) -> str:
    files = list(draft.files.values_list("pk", flat=True))
    return hashlib.sha256(json.dumps([draft.pk, draft.words, files]).encode()).hexdigest()


@with_desk
@require_safe
@never_cache
def concern_file(request: HttpRequest, reference: str, token: str) -> HttpResponseBase:
    """A file that the carer sent, or is about to; each view is recorded."""
    one = opened(request, reference)
    begun = CarerDraftFile.objects.filter(draft__case=one.case).values("file")
    theirs = [file.file_id for file in one.files]
    file = get_object_or_404(
        StoredFile.objects.filter(pk__in=theirs) | StoredFile.objects.filter(pk__in=begun), token=token
    )
    return serve_private(request, file, role="desk" if at_desk(request) else "owner")


@with_desk
@require_safe
@never_cache
def concern_letter(request: HttpRequest, reference: str, decision: int) -> HttpResponse:
    """A decision in writing, as a PDF that screen readers read; where none can be made, a page to print."""
    one = opened(request, reference)
    row = get_object_or_404(ReasonsLetter, case=one.case, decision_id=decision)
    paper = Letter(carer=one.carer, sheets=row.sheets, made_at=row.made_at)
    made = letter_paper.pdf([paper])
    if made is None:
        return HttpResponse(letter_paper.page([paper], on_screen=True))
    name = f"{one.case.reference}-{row.pk}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
