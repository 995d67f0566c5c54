"""The DBS register in the admin: everybody of whom a check is asked, what may be asked of the DBS, and what went."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.asking import actor, need
from audit.admin import ReadOnly
from audit.models import AuditEvent
from compliance import consents, dbs_register, dbs_seen, entitlement, status_checks
from compliance.dbs_forms import EntitlementForm, SignedConsentForm
from compliance.dbs_outcomes import in_a_sentence
from compliance.dbs_register import Filter, Row
from compliance.dbs_seen import PAPERS, SEES, Line
from compliance.exporting import as_csv
from compliance.models import Consent, StatusCheck
from onboarding.asking import Asking
from onboarding.models import Carer, Worker
from onboarding.papers import NotNow
from onboarding.purging import EVENT as DETAILS_PURGED

SEES_ENTITLEMENT = "compliance.view_entitlement"
HOME = "admin:compliance_statuscheck_changelist"
PERSON = "admin:compliance_statuscheck_person"
ENTITLEMENT = "admin:compliance_statuscheck_entitlement"
ON_A_PAGE = 50
# What goes of papers and of consents, and how the log says it.
PURGED = {
    DETAILS_PURGED: "Details of a paper",
    "file.purged": "A file",
    "draft.purged": "A task that was begun and not sent",
    "dbs.consent_ended": "Certificate number, names and date of birth",
    "dbs.results_purged": "Results of status checks",
}


@admin.register(StatusCheck)
class DbsRegisterAdmin(ReadOnly, Asking):
    """Its list is the whole register; a status check has a page too."""

    home = HOME
    home_name = "DBS register"
    fields = ["worker", "by", "due_on", "state", "begun_at", "tries", "tried_at", "sent_at", "try_again_at",
              "answered_at", "looked_at", "looked_by"]  # fmt: skip

    def get_urls(self) -> list[Any]:
        guard, start = self.admin_site.admin_view, "compliance_statuscheck"
        return [
            path("export/", guard(self.export), name=f"{start}_export"),
            path("purged/", guard(self.purged), name=f"{start}_purged"),
            path("entitlement/", guard(self.entitlement), name=f"{start}_entitlement"),
            path("entitlement/confirm/", guard(self.confirm), name=f"{start}_confirm"),
            path("entitlement/withdraw/", guard(self.withdraw), name=f"{start}_withdraw"),
            path("entitlement/schedule/", guard(self.schedule), name=f"{start}_schedule"),
            path("entitlement/stop/", guard(self.stop), name=f"{start}_stop"),
            path("person/<int:worker>/", guard(self.person), name=f"{start}_person"),
            path("person/<int:worker>/ask/", guard(self.ask_dbs), name=f"{start}_ask"),
            path("person/<int:worker>/consent/", guard(self.consent), name=f"{start}_consent"),
            path("person/<int:worker>/end-consent/", guard(self.end_consent), name=f"{start}_end_consent"),
            path("<int:pk>/look/", guard(self.look), name=f"{start}_look"),
            *super().get_urls(),
        ]

    # --- looking -----------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusCheck]:
        return dbs_seen.checks(super().get_queryset(request).select_related("worker__carer"), request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Who dealt with an answer tells what kind it was."""
        hidden = set() if request.user.has_perm(PAPERS) else {"looked_at", "looked_by"}
        return [field for field in self.fields if field not in hidden]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        need(request, SEES)
        every = dbs_seen.lines(request.user, dbs_register.register(timezone.localdate()))
        filters = dbs_seen.filters(request.user)
        which, words = _asked_for(request, filters)
        chosen = list(dbs_seen.chosen(every, filters[which], words))
        return self._page(
            request,
            "register",
            "DBS register",
            page=Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("p")),
            filters=[(slug, one.name, sum(one.takes(line.row) for line in every)) for slug, one in filters.items()],
            which=which,
            words=words,
            reads=request.user.has_perm(PAPERS),
            entitled=entitlement.current(),
            sees_entitlement=request.user.has_perm(SEES_ENTITLEMENT) or request.user.has_perm(entitlement.CHECK),
            is_on=entitlement.is_on(),
        )

    def export(self, request: HttpRequest) -> HttpResponse:
        """The same list as a file; in the audit stands by which filter, and of what was typed only that it was."""
        need(request, SEES)
        on, filters = timezone.localdate(), dbs_seen.filters(request.user)
        which, words = _asked_for(request, filters)
        every = dbs_seen.lines(request.user, dbs_register.register(on))
        lines = dbs_seen.chosen(every, filters[which], words)
        return as_csv(
            f"dbs-register-{on.isoformat()}", dbs_seen.HEADERS, (line.cells for line in lines), by=actor(request),
            event="dbs.exported", target="compliance.statuscheck", which=which or "everybody", searched=bool(words),
        )  # fmt: skip

    def person(self, request: HttpRequest, worker: int) -> HttpResponse:
        """Of one person: the certificate, the consent, every check and what can be done."""
        line = self._line(request, worker, SEES)
        row = line.row
        return self._page(
            request,
            "person",
            f"DBS of {row.whose}",
            line=line,
            row=row,
            checks=[(check, line.said(check)) for check in row.checks],
            consents=Consent.objects.filter(worker=row.worker, ended_at__isnull=False),
            entitled=entitlement.current(),
            is_on=entitlement.is_on(),
            may_check=request.user.has_perm(entitlement.CHECK) and line.reads,
            may_consent=request.user.has_perm(consents.RECORD) and line.reads,
        )

    def purged(self, request: HttpRequest) -> HttpResponse:
        """What went of papers and consents, newest first; the audit keeps no more of it than this."""
        need(request, SEES)
        events = AuditEvent.objects.filter(event__in=PURGED).order_by("-at", "-pk")
        if own := Carer.objects.filter(owner=request.user.pk).first():
            events = events.filter(~Q(data__carer=own.pk) | Q(data__carer__isnull=True))
        page = Paginator(events, ON_A_PAGE).get_page(request.GET.get("p"))
        known = Carer.objects.in_bulk({event.data["carer"] for event in page if event.data.get("carer")})
        rows = [(event, PURGED[event.event], known.get(event.data.get("carer") or 0)) for event in page]
        return self._page(request, "purged", "What was purged", page=page, rows=rows, months=settings.EVIDENCE_MONTHS)

    # --- doing -------------------------------------------------------------------------------------------

    def ask_dbs(self, request: HttpRequest, worker: int) -> HttpResponse:
        row = self._line(request, worker, entitlement.CHECK).row
        back = reverse(PERSON, args=[worker])
        if request.method == "POST":
            return self._asked(request, row, back)
        effect = (
            "The DBS is asked now, in your name; the holder sees there that you looked. If nothing is new, the "
            f"certificate counts as seen for {dbs_register.YEARLY} months from today. New information or no match "
            "waits in the queue, and the carer is asked to ring. Nothing is taken down."
        )
        title = f"Ask the DBS about {row.whose}"
        button = "" if row.why_not or not entitlement.is_on() else "Ask the DBS"
        if row.why_not:
            effect = f"It cannot be asked. {row.why_not}."
        return self.ask(request, title=title, effect=effect, button=button, back=back)

    def _asked(self, request: HttpRequest, row: Row, back: str) -> HttpResponse:
        try:
            check = status_checks.ask_now(row.worker, by=actor(request), on=timezone.localdate())
        except NotNow as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(back)
        is_good = check.result == StatusCheck.Result.CURRENT
        self.message_user(request, in_a_sentence(check), messages.SUCCESS if is_good else messages.WARNING)
        if check.needs_somebody and check.result:
            return redirect("admin:compliance_statuscheck_look", check.pk)
        return redirect(back)

    def consent(self, request: HttpRequest, worker: int) -> HttpResponse:
        row = self._line(request, worker, consents.RECORD).row
        form = SignedConsentForm(request.POST if request.method == "POST" else None)
        back = reverse(PERSON, args=[worker])
        if request.method == "POST" and form.is_valid():
            said = {name: value for name, value in form.cleaned_data.items() if name != "signed"}
            return self.do(
                request,
                lambda: consents.give(row.worker, by=actor(request), how=Consent.How.PAPER, **said),
                done="The consent is recorded.",
                to=back,
            )
        title = f"Consent of {row.whose}"
        if row.not_for:
            effect = f"There is nothing to consent to. {row.not_for}."
            return self.ask(request, title=title, effect=effect, button="", back=back)
        effect = (
            "Only with the paper that the holder signed of their own free will. What you enter is encrypted, goes to "
            "the DBS alone and is shown to nobody again. It is for the certificate that was seen, "
            "and is deleted when the consent ends, that certificate is replaced or withdrawn, or they leave."
        )
        return self.ask(request, title=title, effect=effect, button="Record", back=back, form=form)

    def end_consent(self, request: HttpRequest, worker: int) -> HttpResponse:
        row = self._line(request, worker, consents.RECORD).row
        back = reverse(PERSON, args=[worker])
        if request.method == "POST":
            return self.do(
                request,
                lambda: consents.end(row.worker, by=actor(request)),
                done="The consent has ended, and the details are deleted.",
                to=back,
            )
        effect = (
            "The certificate’s number, the names and the date of birth are deleted at once. Checks made so far count."
        )
        title = f"End the consent of {row.whose}"
        return self.ask(request, title=title, effect=effect, button="End it", back=back)

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What came back of one check, what a person can do about it, and that somebody did."""
        need(request, entitlement.CHECK)
        check = get_object_or_404(StatusCheck.objects.select_related("worker__carer", "original"), pk=pk)
        carer = check.worker.carer
        dbs_seen.allow(request.user, carer, acts=True)
        if request.method == "POST":
            return self.do(
                request,
                lambda: status_checks.looked_at(check, by=actor(request)),
                done="It is dealt with.",
                to=reverse(HOME) + "?which=look",
            )
        button = "I have dealt with it" if check.needs_somebody else ""
        title = f"Status check of {check.worker.first_name}, {carer.name}"
        template = "admin/compliance/dbs/look.html"
        return self.ask(
            request, title=title, effect="", button=button, back=reverse(PERSON, args=[check.worker_id]), check=check,
            carer=carer, template=template,
        )  # fmt: skip

    # --- whether the council may ------------------------------------------------------------------------

    def entitlement(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(SEES_ENTITLEMENT):
            need(request, entitlement.CHECK)
        return self._page(
            request,
            "entitlement",
            "May the council ask the DBS?",
            row=entitlement.current(),
            officer=entitlement.officer(),
            address_is_set=bool(settings.DBS_STATUS_URL),
            may_keep=request.user.has_perm(entitlement.KEEP),
            may_schedule=request.user.has_perm(entitlement.CHECK),
        )

    def confirm(self, request: HttpRequest) -> HttpResponse:
        need(request, entitlement.KEEP)
        initial = {"organisation": str(settings.SCHEME.council)}
        form = EntitlementForm(request.POST if request.method == "POST" else None, initial=initial)
        if request.method == "POST" and form.is_valid():
            return self.do(
                request,
                lambda: entitlement.confirm(by=actor(request), **form.cleaned_data),
                done="It is recorded. Holders can consent from now on.",
                to=reverse(ENTITLEMENT),
            )
        effect = (
            "A council that is not the carers’ employer must have it confirmed that it may ask for the same check "
            "itself, for the same workforce and level. Holders are asked for their consent only once this is recorded."
        )
        return self.ask(
            request,
            title="Record who confirmed it",
            effect=effect,
            button="Record",
            back=reverse(ENTITLEMENT),
            form=form,
        )

    def withdraw(self, request: HttpRequest) -> HttpResponse:
        need(request, entitlement.KEEP)
        count = Consent.objects.standing().count()
        effect = (
            f"Nobody is asked about from now on. {count} consent{'' if count == 1 else 's'} end, and the details kept "
            "for them are deleted; they would have to be given anew. Checks made so far count."
        )
        return self._sure(
            request, "Withdraw it", effect=effect, button="Withdraw", done="It is withdrawn.",
            verb=lambda: entitlement.withdraw(by=actor(request)),
        )  # fmt: skip

    def schedule(self, request: HttpRequest) -> HttpResponse:
        need(request, entitlement.CHECK)
        effect = (
            f"Each year, {dbs_register.AHEAD.days} days before it is due, the DBS is asked in your name about "
            "everybody who consented. Holders see your name there. It stops when you leave the team."
        )
        return self._sure(
            request, "Yearly checks in my name", effect=effect, button="Schedule",
            verb=lambda: entitlement.schedule(actor(request)), done="The yearly checks are made in your name.",
        )  # fmt: skip

    def stop(self, request: HttpRequest) -> HttpResponse:
        need(request, entitlement.CHECK)
        effect = "No check is made by itself. Whoever may can still ask about one person."
        return self._sure(
            request, "Stop the yearly checks", effect=effect, button="Stop",
            verb=lambda: entitlement.stop(by=actor(request)), done="The yearly checks are stopped.",
        )  # fmt: skip

    def _sure(
        self, request: HttpRequest, title: str, *, effect: str, button: str, verb: Callable[[], object], done: str
    ) -> HttpResponse:
        if request.method == "POST":
            return self.do(request, verb, done=done, to=reverse(ENTITLEMENT))
        button = button if entitlement.current() else ""
        effect = effect if button else str(entitlement.NoEntitlement.words)
        return self.ask(request, title=title, effect=effect, button=button, back=reverse(ENTITLEMENT))

    def _line(self, request: HttpRequest, pk: int, permission: str) -> Line:
        """Of one person, as the one rule lets this reader see it or, with another permission than to look, act on it.
        Raises `PermissionDenied` and `Http404`."""
        need(request, permission)
        worker = get_object_or_404(Worker.objects.current().select_related("carer"), pk=pk)
        return dbs_seen.line_of(request.user, worker, timezone.localdate(), acts=permission != SEES)

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        said = {**self.admin_site.each_context(request), "title": title, **context}
        return TemplateResponse(request, f"admin/compliance/dbs/{name}.html", said)


def _asked_for(request: HttpRequest, filters: Mapping[str, Filter]) -> tuple[str, str]:
    """The filter and the words of the address; a filter that this reader does not have is none."""
    which = request.GET.get("which", "")
    return which if which in filters else "", request.GET.get("q", "")
