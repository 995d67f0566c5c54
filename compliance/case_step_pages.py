"""The steps of a case that reach the carer: one row each, with its page, who may take it, when, and what it comes to.

Pages that show a message show it, and all that happens, before the button; what is done is what was shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from accounts.asking import Asking
from accounts.models import User
from accounts.team import Refused
from compliance import (
    case_appeals,
    case_deciding,
    case_guests,
    case_outcomes,
    case_plans,
    case_replies,
    case_step_forms,
    case_telling,
    case_words,
    deciding,
)
from compliance.case_step_forms import StepForm
from compliance.decision_pages import fingerprint
from compliance.models import Decision
from feedback import clocks, states
from feedback.case_steps import Step
from feedback.clocks import ClockRefused
from feedback.models import Case
from feedback.models.cases import HANDLE, SEE_SAFEGUARDING, Kind, Outcome, State
from feedback.rules import rule_of
from feedback.states import NotAllowed
from feedback.working_days import calendar
from onboarding import letters, listings
from onboarding.asking import actor, mailed
from onboarding.models import Carer
from onboarding.papers import NotNow
from onboarding.reasons import Reason

CASE, TEMPLATE = "admin:feedback_case_change", "admin/compliance/case/step.html"
Told = Callable[[Case, Carer, dict[str, Any], date], list[letters.Said]]


def handles(user: User, case: Case) -> str:
    return "" if user.has_perm(HANDLE) else "You do not handle cases."


def pauses(user: User, case: Case) -> str:
    may = SEE_SAFEGUARDING if case.is_safeguarding else deciding.DECIDE
    return "" if user.has_perm(may) else "You do not pause listings."


def invites(user: User, case: Case) -> str:
    return "" if user.has_perm(case_guests.INVITE) else "You do not invite guests."


def decides(user: User, case: Case) -> str:
    return case_deciding.why_not(case, user)


def hears(user: User, case: Case) -> str:
    return case_appeals.why_not(case, user)


def none_told(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    return []


def nothing(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[str]:
    return []


@dataclass(frozen=True)
class Page:
    """`may` says why somebody may not, `when` whether it can be taken now. One `first` stands big on the case's page.
    `dossier` shows what was alleged, answered and found. One with `told` is shown before it is done."""

    slug: str
    text: str
    form: type[StepForm]
    may: Callable[[User, Case], str]
    when: Callable[[Case, Carer], bool]
    do: Callable[[Case, User, dict[str, Any], date], object]
    told: Told = none_told
    effects: Callable[[Case, Carer, dict[str, Any], date], list[str]] = nothing
    first: bool = False
    warns: bool = False
    dossier: bool = False
    shown: bool = field(default=False)

    def url(self, case: Case) -> str:
        return reverse("admin:compliance_case_" + self.slug.replace("-", "_"), args=[case.pk])


def in_table(step: str) -> Callable[[Case, Carer], bool]:
    return lambda case, carer: states.may(step, case.kind, case.state)


def may_put(case: Case, carer: Carer) -> bool:
    return states.may("put_to_carer", case.kind, case.state) and case.handler_id is not None


def may_hand_over(case: Case, carer: Carer) -> bool:
    return states.may("hand_over", case.kind, case.state) and case.handler_id is not None


def waits_for_reply(case: Case, carer: Carer) -> bool:
    return case.kind == Kind.CONCERN and case.state == State.REPLY


def may_reply(case: Case, carer: Carer) -> bool:
    in_time = case.kind == Kind.CONCERN and case.state in case_replies.MAY_REPLY
    return in_time and case_replies.allegation(case) is not None


def may_appeal(case: Case, carer: Carer) -> bool:
    decided = case.outcome not in {"", Outcome.NO_ACTION}
    return decided and states.may("appeal", case.kind, case.state)


def may_pause(case: Case, carer: Carer) -> bool:
    here = case.kind in {Kind.CONCERN, Kind.SAFEGUARDING} and not case.is_over
    return here and listings.is_approved(carer) and not (carer.listing and carer.listing.suspended_at)


def guest_wanted(case: Case, carer: Carer) -> bool:
    return case.kind == Kind.CONCERN and any(case.state in found for found in case_guests.STATES.values())


# --- what is told, and what it comes to ------------------------------------------------------------------------


def of_putting(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    until = rule_of("reply", case.kind, settings.SCHEME.nation).due(on, calendar())
    return case_telling.preview(case, carer, case_telling.ALLEGED, words=said["words"], until=until)


def of_more_time(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    return case_telling.preview(case, carer, case_telling.MORE_TIME, until=said["until"])


def of_deciding(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    return case_deciding.preview(
        case, carer, outcome=said["outcome"], reasons=said["reasons"], until=said["until"], on=on
    )


def of_hearing(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    wanted = {name: said[name] for name in ("result", "varied_to", "reasons", "until")}
    return case_appeals.preview(case, carer, on=on, **wanted)


def of_plan(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    return case_telling.preview(case, carer, case_telling.PLAN, kept=said["kept"] == "yes", words=said["words"])


def of_pausing(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[letters.Said]:
    return deciding.preview(carer, Decision.Kind.SUSPENDED, on=on, reason=reason_of(case), review_on=said["review_on"])


def reason_of(case: Case) -> Reason:
    return Reason.SAFEGUARDING if case.is_safeguarding else Reason.CONCERN


def putting(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[str]:
    return ["Their time to reply begins: ten working days.", "You do not decide this case.", mailed(carer)]


def deciding_it(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[str]:
    if not said:
        return []
    lines = case_outcomes.effects(carer, Outcome(said["outcome"]), said["until"])
    if said["put_back"] and said["outcome"] not in case_outcomes.PUBLIC:
        lines.append("The suspension of the meantime ends.")
    appeal = [] if said["outcome"] == Outcome.NO_ACTION else ["They can appeal for 28 days, to somebody else."]
    return [*lines, *appeal, mailed(carer), *reporter(case)]


def hearing_it(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[str]:
    if not said:
        return []
    outcome = case_appeals.outcome_of(case, said["result"], said["varied_to"])
    if said["result"] == case_appeals.DISMISSED:
        return ["It stays as it was decided.", *case_appeals.stays(case), mailed(carer)]
    back = case.outcome in case_outcomes.PUBLIC
    lines = case_outcomes.effects(carer, outcome, said["until"]) if outcome != Outcome.NO_ACTION or not back else []
    gone = carer.left_at is not None
    returns = (
        ["They have left meanwhile, so their page does not come back: they can begin anew."] if gone and back
        else ["Their page in the directory comes back, on the days that its checks cover."]
        if back and outcome != Outcome.SUSPEND else []
    )  # fmt: skip
    return [*returns, *lines, mailed(carer), *reporter(case)]


def reporter(case: Case) -> list[str]:
    if case.email or case.address:
        return ["Whoever told us reads the outcome, and not the reasons."]
    return ["Whoever told us left no address: they read nothing."]


def pausing(case: Case, carer: Carer, said: dict[str, Any], on: date) -> list[str]:
    return [
        "Within a minute their page says “This listing is paused”. Nobody finds it.",
        "The carer reads that it is paused, and to ring you. Not why.",
        mailed(carer),
    ]


PAGES = (
    Page("put", "Put it to the carer", case_step_forms.PutForm, handles, may_put,
         lambda case, by, said, on: case_replies.put_to_carer(case, by=by, on=on, **said), of_putting, putting,
         first=True),
    Page("reply", "Write down the carer’s reply", case_step_forms.ReplyForm, handles, may_reply,
         lambda case, by, said, on: case_replies.reply(
             case, by=by, words=said["words"], how=said["how"], on=said["received_on"])),
    Page("more-time", "Give the carer more time", case_step_forms.MoreTimeForm, handles, waits_for_reply,
         lambda case, by, said, on: case_replies.give_more_time(case, by=by, on=on, **said), of_more_time),
    Page("hand-over", "Hand it over for a decision", case_step_forms.HandOverForm, handles, may_hand_over,
         lambda case, by, said, on: case_deciding.hand_over(case, by=by, on=on, **said), first=True, dossier=True),
    Page("decide", "Decide it", case_step_forms.DecideForm, decides, in_table("decide"),
         lambda case, by, said, on: case_deciding.decide(case, by=by, on=on, **said), of_deciding, deciding_it,
         first=True, warns=True, dossier=True),
    Page("hand-back", "Hand it back", case_step_forms.HandBackForm, decides, in_table("hand_back"),
         lambda case, by, said, on: case_deciding.hand_back(case, by=by, **said), dossier=True),
    Page("plan", "Say whether the plan was kept", case_step_forms.PlanForm, handles, in_table("plan_kept"),
         lambda case, by, said, on: (case_plans.kept if said["kept"] == "yes" else case_plans.broken)(
             case, by=by, words=said["words"], on=on), of_plan, first=True),
    Page("appeal", "Write down an appeal", case_step_forms.AppealForm, handles, may_appeal,
         lambda case, by, said, on: case_appeals.appeal(
             case, by=by, words=said["words"], how=said["how"], on=said["received_on"],
             late_because=said.get("late_because", ""))),
    Page("hear", "Decide the appeal", case_step_forms.HearForm, hears, in_table("hear"),
         lambda case, by, said, on: case_appeals.hear(case, by=by, on=on, **said), of_hearing, hearing_it,
         first=True, warns=True, dossier=True),
    Page("guest", "Invite a guest to decide", case_step_forms.GuestForm, invites, guest_wanted,
         lambda case, by, said, on: case_guests.invite(case, by=by, on=on, **said)),
    Page("pause", "Pause the listing now", case_step_forms.PauseForm, pauses, may_pause,
         lambda case, by, said, on: deciding.suspend(
             carer_of(case), by=by, reason=reason_of(case), review_on=said["review_on"], on=on, case_id=case.pk),
         of_pausing, pausing, warns=True, first=True),
)  # fmt: skip
BY_SLUG = {page.slug: page for page in PAGES}


def carer_of(case: Case) -> Carer:
    if (carer := case_replies.carer_of(case)) is None:
        raise case_replies.NoCarer
    return carer


def own_steps(case: Case, user: User) -> Iterator[Step]:
    """For `feedback.case_steps.STEPS`."""
    carer = case_replies.carer_of(case)
    if carer is None:
        return
    for page in PAGES:
        if page.when(case, carer) and not page.may(user, case):
            yield Step(page.text, page.url(case), page.warns)


class CasePages(Asking):
    def case_urls(self) -> list[URLPattern]:
        """Those that stand under “What you can do” have `do` in their address (`feedback.case_page`)."""
        return [
            path(
                f"case/<int:pk>/{'' if page.first else 'do/'}{page.slug}/",
                self.admin_site.admin_view(self.case_page_for(page)),
                name="compliance_case_" + page.slug.replace("-", "_"),
            )
            for page in PAGES
        ]

    def case_page_for(self, page: Page) -> Callable[..., HttpResponse]:
        def shown(request: HttpRequest, pk: int) -> HttpResponse:
            return self.case_step(request, page, pk)

        return shown

    def case_step(self, request: HttpRequest, page: Page, pk: int) -> HttpResponse:
        if not Case.may_see_any(request.user):
            raise PermissionDenied
        visible = Case.objects.visible(request.user).select_related("listing", "handler")
        case, user = get_object_or_404(visible, pk=pk), actor(request)
        carer = case_replies.carer_of(case)
        if carer is None:
            raise Http404
        why_not = page.may(user, case)
        if why_not.startswith("You do not"):
            raise PermissionDenied(why_not)
        if why_not or not page.when(case, carer):
            self.message_user(request, why_not or f"“{page.text}” cannot be done now.", messages.ERROR)
            return redirect(CASE, pk)
        return self.case_shown_first(request, page, case, carer)

    def case_shown_first(self, request: HttpRequest, page: Page, case: Case, carer: Carer) -> HttpResponse:
        on, user = request.today, actor(request)  # type: ignore[attr-defined]
        posted = request.method == "POST"
        form = page.form(request.POST if posted else None, case=case, carer=carer, user=user, on=on)
        valid = posted and form.is_valid()
        said = form.said() if valid else {}
        told = page.told(case, carer, said, on) if valid else []
        effects = page.effects(case, carer, said, on)
        seen = fingerprint({**said, "state": case.state}, effects, told, None) if valid else ""
        first_look = page.told is not none_told and request.POST.get("seen") != seen
        if valid and not first_look and self.case_did(request, page, case, form, said):
            there = Case.objects.visible(user).filter(pk=case.pk).exists()
            return redirect(CASE, case.pk) if there else redirect("admin:index")
        return self.ask(
            request,
            title=f"{page.text}: {case}",
            effect="",
            button=page.text if valid or page.told is none_told else "Go on: see the message",
            back=reverse(CASE, args=[case.pk]),
            template=TEMPLATE,
            form=form,
            case=case,
            carer=carer,
            warns=page.warns and (valid or page.told is none_told),
            effects=effects,
            told=told,
            seen=seen,
            changed=valid and first_look and bool(request.POST.get("seen")),
            dossier=dossier(case, carer) if page.dossier else None,
            about_the_code=case_deciding.ABOUT_THE_CODE if page.dossier else "",
            source=case_deciding.SOURCES[settings.SCHEME.nation],
        )

    def case_did(self, request: HttpRequest, page: Page, case: Case, form: StepForm, said: dict[str, Any]) -> bool:
        """A refusal stands on the page, with everything that was typed."""
        try:
            page.do(case, actor(request), said, request.today)  # type: ignore[attr-defined]
        except (NotAllowed, NotNow, ClockRefused, Refused) as error:
            form.add_error(None, str(error))
            return False
        self.message_user(request, f"{case}: done.", messages.SUCCESS)
        return True


def dossier(case: Case, carer: Carer) -> dict[str, Any]:
    """What whoever decides has before them."""
    put, found = case_replies.allegation(case), case_replies.found(case)
    appeal = case_appeals.last_appeal(case)
    decided = case_appeals.last_decision(case)
    recommends = found.data.get("recommends") if found else None
    return {
        "alleged": put and (put, case_words.parts(put)),
        "replies": case_replies.replies(case),
        "no_reply": put is not None and case_replies.was_heard(case) and not case_replies.replies(case),
        "waits": put is not None and not case_replies.was_heard(case),
        "files": list(case.files.select_related("file")),
        "found": found,
        "recommends": case_step_forms.ENGLISH[Outcome(recommends)] if recommends else "",
        "appeal": appeal,
        "decided": decided and (decided, case_words.parts(decided)),
        "outcome": case_step_forms.ENGLISH[Outcome(case.outcome)] if case.outcome in case_step_forms.ENGLISH else "",
        "clocks": clocks.next_due(case),
    }
