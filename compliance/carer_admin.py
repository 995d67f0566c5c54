"""Carers as the team sees them: the journey's pages (`onboarding.carer_admin`) with the team's own work around them."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from compliance import deciding, missing, noting
from compliance.carer_page import CarerPage
from compliance.decision_forms import NoteForm
from compliance.decision_pages import CARER
from compliance.exporting import as_csv
from compliance.next_change import next_change
from directory.models import Listing
from directory.phones import spaced
from onboarding import letters
from onboarding.asking import Counted, actor, need
from onboarding.carer_admin import CarerAdmin
from onboarding.models import Carer
from onboarding.standing import Facts, facts_of_all, standing_of

MOST_AT_ONCE = 100
STATES = {"live": "In the directory", "hidden": "Hidden", "ended": "Ended"}


class StateFilter(Counted):
    title = "state"
    parameter_name = "state"
    CHOICES: ClassVar[dict[str | None, str]] = {
        None: "All",
        "live": "In the directory today",
        "hidden": "Approved, hidden today",
        "suspended": "Suspended",
        "look-again": "Suspended, to look at again",
        "new": "Not approved yet",
        "left": "Left",
    }

    def of(self, rows: Any, value: str | None) -> Any:
        on, here = timezone.localdate(), Q(left_at__isnull=True)
        live = Q(listing__in=Listing.objects.live(on=on))
        approved = Q(listing__published_at__isnull=False)
        wanted = {
            "live": here & live,
            "hidden": here & approved & ~live,
            "suspended": Q(pk__in=deciding.suspended().values("pk")),
            "look-again": Q(pk__in=deciding.to_look_at_again(on).values("pk")),
            "new": here & ~approved,
            "left": ~here,
        }
        return rows.filter(wanted[value]) if value in wanted else rows


class StaffCarerAdmin(CarerAdmin):
    list_display = ["name", "state", "reach", "language", "joined", "desk"]
    list_filter = [StateFilter]
    change_form_template = "admin/compliance/carer/page.html"
    actions = ["remind", "export"]

    @admin.display(description="state", ordering="left_at")
    def state(self, carer: Carer) -> str:
        return state_of(carer, timezone.localdate())

    @admin.display(description="reached by")
    def reach(self, carer: Carer) -> str:
        return ", ".join(filter(None, (carer.mail_to, spaced(carer.phone)))) or "letter"

    @admin.display(description="joined", ordering="joined_at")
    def joined(self, carer: Carer) -> date:
        return timezone.localdate(carer.joined_at)

    def get_urls(self) -> list[URLPattern]:
        note = path("<int:pk>/note/", self.admin_site.admin_view(self.note), name="onboarding_carer_note")
        return [note, *super().get_urls()]

    def told(self, request: HttpRequest, carer: Carer) -> dict[str, Any]:
        said = super().told(request, carer)
        return {**said, "team": CarerPage(carer, request.user, said["page"], said["tasks"])}

    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, noting.WRITE)
        carer = get_object_or_404(Carer, pk=pk)
        if carer.owner_id == request.user.pk:
            raise PermissionDenied("Nobody writes notes about themselves.")
        form = NoteForm(request.POST if request.method == "POST" else None)
        back = reverse(CARER, args=[pk])
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            return self.do(
                request, lambda: noting.write(carer, by=actor(request), **said), "The note is written.", back
            )
        effect = "It stands on the carer’s page for the team, with your name and the time. Nobody is told."
        return self.ask(request, title=f"Note about {carer}", effect=effect, button="Write it", back=back, form=form)

    # --- several at once: never a decision -------------------------------------------------------------

    def has_remind_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(missing.REMIND)

    @admin.action(description="Remind of what is missing …", permissions=["remind"])
    def remind(self, request: HttpRequest, queryset: QuerySet[Carer]) -> HttpResponse | None:
        on: date = request.today  # type: ignore[attr-defined]
        chosen = list(queryset.select_related("owner", "listing")[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            self.message_user(request, f"Choose at most {MOST_AT_ONCE} carers at once.", messages.ERROR)
            return None
        if "confirmed" in request.POST:
            told = sum(missing.remind(carer, by=actor(request), on=on) for carer in chosen)
            self.message_user(request, f"{told} reminded, of {len(chosen)} chosen.", messages.SUCCESS)
            return None
        found = [(carer, missing.why_not(carer, on)) for carer in chosen]
        going = [carer for carer, why in found if not why]
        context = {
            **self.admin_site.each_context(request),
            "title": "Remind of what is missing: are you sure?",
            "chosen": chosen,
            "going": going,
            "staying": [(carer, why) for carer, why in found if why],
            "told": letters.preview(going[0], missing.MISSING, missing.message(going[0], on)) if going else [],
        }
        return TemplateResponse(request, "admin/compliance/carer/remind.html", context)

    @admin.action(description="Export as CSV", permissions=["view"])
    def export(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        on: date = request.today  # type: ignore[attr-defined]
        chosen = list(queryset.select_related("owner", "listing"))
        facts = facts_of_all(carer for carer in chosen if not carer.left_at)
        rows = [exported(carer, facts.get(carer.pk), on) for carer in chosen]
        return as_csv("carers", EXPORTED, rows, by=actor(request), event="carers.exported", target="onboarding.carer")


EXPORTED = (
    "Number", "Name", "State", "Papers in order today", "Next change by itself", "Phone", "Email", "Language", "Town",
    "Joined", "Left",
)  # fmt: skip


def exported(carer: Carer, facts: Facts | None, on: date) -> list[Any]:
    """Without `facts` where they left, and have no standing any more."""
    now = standing_of(facts, on) if facts else None
    return [
        carer.pk, carer.name, state_of(carer, on), "" if now is None else "yes" if now.may_be_listed else "no",
        next_change(carer, now) if now else "", carer.phone, carer.mail_to, carer.mail_language,
        carer.listing.base_name_en if carer.listing else "", timezone.localdate(carer.joined_at),
        timezone.localdate(carer.left_at) if carer.left_at else None,
    ]  # fmt: skip


def state_of(carer: Carer, on: date) -> str:
    """In a word or two, for the list."""
    listing = carer.listing
    if carer.left_at:
        return f"Left on {date_format(timezone.localdate(carer.left_at))}"
    if listing is None or not listing.published_at:
        return "Not approved yet"
    if listing.suspended_at:
        return "Suspended"
    if listing.paused_until and listing.paused_until > on:
        return f"Paused until {date_format(listing.paused_until)}"
    return STATES[listing.state(on)]


admin.site.unregister(Carer)
admin.site.register(Carer, StaffCarerAdmin)
