"""The DBS register in the admin: everybody of whom a check is asked, what may be asked of the DBS, and what went."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from accounts.asking import actor, need
from audit.admin import ReadOnly
from audit.models import AuditEvent
from compliance import consents, dbs_register, entitlement, status_checks
from compliance.dbs_forms import EntitlementForm, SignedConsentForm
from compliance.dbs_register import FILTERS, Row
from compliance.exporting import as_csv
from compliance.models import Consent, StatusCheck
from onboarding.asking import Asking
from onboarding.models import Carer, Worker
from onboarding.purging import EVENT as DETAILS_PURGED
from onboarding.requirements import LEVELS

SEES = "compliance.view_statuscheck"
SEES_ENTITLEMENT = "compliance.view_entitlement"
PAPERS = "onboarding.read_papers"
HOME = "admin:compliance_statuscheck_changelist"
PERSON = "admin:compliance_statuscheck_person"
ENTITLEMENT = "admin:compliance_statuscheck_entitlement"
ON_A_PAGE = 50
LEVEL_NAMES = dict(zip(LEVELS, ("none", "Basic", "Enhanced", "Enhanced, adults’ barred list"), strict=True))
WORKFORCES = {"adult": "adult workforce", "child-and-adult": "child and adult workforce", "other": "another workforce"}
# What goes of papers and of consents, and how the log says it.
PURGED = {
    DETAILS_PURGED: "Details of a paper",
    "file.purged": "A file",
    "draft.purged": "A task that was begun and not sent",
    "dbs.consent_ended": "Certificate number, names and date of birth",
    "dbs.results_purged": "Results of status checks",
}


class Line:
    """A row as this reader may see it: what a certificate says is for who may read papers, and not about oneself."""

    def __init__(self, row: Row, user: Any):
        self.row = row
        self.own = row.carer.owner_id is not None and row.carer.owner_id == user.pk
        self.reads = user.has_perm(PAPERS) and not self.own

    @property
    def certificate(self) -> str:
        row = self.row.original
        if row is None:
            return ""
        workforce = WORKFORCES.get(str(row.fact("workforce")), "")
        return ", ".join(part for part in (LEVEL_NAMES.get(str(row.fact("level")), ""), workforce) if part)

    @property
    def seen_by(self) -> str:
        row = self.row.original
        if row is None:
            return ""
        return "a register says so" if not self.row.in_person else str(row.decided_by or "the team")

    @property
    def consent(self) -> str:
        row = self.row.consent
        return f"Since {row.given_on:%-d %B %Y}" if row else ("" if self.row.not_for else "No")

    @property
    def last_check(self) -> str:
        check = self.row.check
        if check is None:
            return ""
        day = timezone.localdate(check.answered_at or check.tried_at or check.begun_at)
        return f"{day:%-d %B %Y}: {self.said(check)}"

    def said(self, check: StatusCheck) -> str:
        if check.state != StatusCheck.State.ANSWERED or not self.reads:
            return str(check.get_state_display()).lower()
        return str(check.get_result_display()).lower()

    @property
    def cells(self) -> list[Any]:
        """For the file; in the order of `HEADERS`."""
        row, original = self.row, self.row.original
        papers = [self.certificate, original.dated if original else "", row.update_service] if self.reads else [""] * 3
        return [
            row.carer.pk, row.carer.name, row.worker.first_name, *papers, original.seen_on if original else "",
            self.seen_by, self.consent, row.consent.get_how_display() if row.consent else "", self.last_check,
            row.check_due or "", row.until or "", row.what_is_due,
        ]  # fmt: skip


HEADERS = (
    "Carer’s number", "Carer", "Person", "Certificate", "Date of issue", "Update Service", "Seen on", "Seen by",
    "Consent to status checks", "How it was given", "Last status check", "Next status check", "Covered until", "Due",
)  # fmt: skip


@admin.register(StatusCheck)
class DbsRegisterAdmin(ReadOnly, Asking):
    """Its list is the whole register; a status check has a page too."""

    home = HOME
    home_name = "DBS register"
    fields = ["worker", "by", "due_on", "state", "begun_at", "tries", "tried_at", "try_again_at", "answered_at",
              "looked_at", "looked_by"]  # fmt: skip

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

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        need(request, SEES)
        every = dbs_register.register(timezone.localdate())
        chosen = list(self._chosen(request, every))
        return self._page(
            request,
            "register",
            "DBS register",
            page=Paginator(chosen, ON_A_PAGE).get_page(request.GET.get("p")),
            filters=[(slug, name, sum(map(test, every))) for slug, (name, test) in FILTERS.items()],
            which=request.GET.get("which", ""),
            words=request.GET.get("q", ""),
            reads=request.user.has_perm(PAPERS),
            entitled=entitlement.current(),
            sees_entitlement=request.user.has_perm(SEES_ENTITLEMENT) or request.user.has_perm(entitlement.CHECK),
            is_on=entitlement.is_on(),
        )

    def _chosen(self, request: HttpRequest, every: list[Row]) -> Iterator[Line]:
        _name, wanted = FILTERS.get(request.GET.get("which", ""), FILTERS[""])
        words = request.GET.get("q", "").casefold().split()
        for row in every:
            name = f"{row.carer.name} {row.worker.first_name}".casefold()
            if wanted(row) and all(word in name for word in words):
                yield Line(row, request.user)

    def export(self, request: HttpRequest) -> HttpResponse:
        need(request, SEES)
        on = timezone.localdate()
        lines = self._chosen(request, dbs_register.register(on))
        return as_csv(f"dbs-register-{on.isoformat()}", HEADERS, (line.cells for line in lines))

    def person(self, request: HttpRequest, worker: int) -> HttpResponse:
        """Of one person: the certificate, the consent, every check and what can be done."""
        need(request, SEES)
        row = self._row(worker)
        line = Line(row, request.user)
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
            may_check=request.user.has_perm(entitlement.CHECK) and not line.own,
            may_consent=request.user.has_perm(consents.RECORD) and not line.own,
        )

    def purged(self, request: HttpRequest) -> HttpResponse:
        """What went of papers and consents, newest first; the audit keeps no more of it than this."""
        need(request, SEES)
        events = AuditEvent.objects.filter(event__in=PURGED).order_by("-at", "-pk")
        page = Paginator(events, ON_A_PAGE).get_page(request.GET.get("p"))
        known = Carer.objects.in_bulk({event.data["carer"] for event in page if event.data.get("carer")})
        rows = [(event, PURGED[event.event], known.get(event.data.get("carer") or 0)) for event in page]
        return self._page(request, "purged", "What was purged", page=page, rows=rows, months=settings.EVIDENCE_MONTHS)

    # --- doing -------------------------------------------------------------------------------------------

    def ask_dbs(self, request: HttpRequest, worker: int) -> HttpResponse:
        need(request, entitlement.CHECK)
        row = self._row(worker)
        back = reverse(PERSON, args=[worker])
        if request.method == "POST":
            return self._asked(request, row, back)
        effect = (
            "The DBS is asked now, in your name; the holder sees there that you looked. If nothing is new, the "
            f"certificate counts as seen for {dbs_register.YEARLY} months from today. Anything else waits in the "
            "queue, and the carer is asked to ring. Nothing is taken down."
        )
        title = f"Ask the DBS about {row.whose}"
        button = "" if row.why_not or not entitlement.is_on() else "Ask the DBS"
        if row.why_not:
            effect = f"It cannot be asked. {row.why_not}."
        return self.ask(request, title=title, effect=effect, button=button, back=back)

    def _asked(self, request: HttpRequest, row: Row, back: str) -> HttpResponse:
        found: list[StatusCheck] = []

        def verb() -> None:
            found.append(status_checks.ask_now(row.worker, by=actor(request), on=timezone.localdate()))

        response = self.do(request, verb, done="The DBS was asked. What came of it stands below.", to=back)
        if found and found[0].needs_somebody and found[0].result:
            return redirect("admin:compliance_statuscheck_look", found[0].pk)
        return response

    def consent(self, request: HttpRequest, worker: int) -> HttpResponse:
        need(request, consents.RECORD)
        row = self._row(worker)
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
        effect = (
            "Only with the paper that the holder signed of their own free will. What you enter is encrypted, goes to "
            "the DBS alone and is shown to nobody again. It is deleted when the consent ends or they leave."
        )
        title = f"Consent of {row.whose}"
        return self.ask(request, title=title, effect=effect, button="Record", back=back, form=form)

    def end_consent(self, request: HttpRequest, worker: int) -> HttpResponse:
        need(request, consents.RECORD)
        row = self._row(worker)
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
        own = carer.owner_id is not None and carer.owner_id == request.user.pk
        if request.method == "POST":
            return self.do(
                request,
                lambda: status_checks.looked_at(check, by=actor(request)),
                done="It is dealt with.",
                to=reverse(HOME) + "?which=look",
            )
        button = "I have dealt with it" if check.needs_somebody and not own else ""
        title = f"Status check of {check.worker.first_name}, {carer.name}"
        template = "admin/compliance/dbs/look.html"
        return self.ask(
            request, title=title, effect="", button=button, back=reverse(PERSON, args=[check.worker_id]), check=check,
            carer=carer, own=own, template=template,
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

    def _row(self, pk: int) -> Row:
        worker = get_object_or_404(Worker.objects.current().select_related("carer"), pk=pk)
        row = dbs_register.row_of(worker, timezone.localdate())
        if row is None:
            raise Http404("No DBS check is asked of them.")
        return row

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        said = {**self.admin_site.each_context(request), "title": title, **context}
        return TemplateResponse(request, f"admin/compliance/dbs/{name}.html", said)
