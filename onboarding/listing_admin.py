"""Listings and changes to them, as the team sees them: what waits for a decision first, then what went live by itself.
Buttons are verbs of `onboarding.listings`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST

from accounts.asking import Asking, actor, need
from audit.admin import ReadOnly
from onboarding import listing_words, listings
from onboarding.desk import PERMISSION as WORK_AT_DESK
from onboarding.evidence_admin import mailed
from onboarding.models import ListingChange
from onboarding.papers import NotNow
from onboarding.standing import facts_of, standing, standing_of

DECIDE = "onboarding.decide_changes"
LIST = "admin:onboarding_listingchange_changelist"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why, and what to do",
        help_text="Reaches the carer as you write it.",
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        error_messages={"required": "Say why."},
    )


class StateFilter(admin.SimpleListFilter):
    """Those that wait first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    CHOICES: ClassVar[dict[str | None, str]] = {
        None: "To decide",
        "unseen": "Live, not looked at",
        **dict(ListingChange.Outcome.choices),
        "all": "All",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, label in self.CHOICES.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.CHOICES.items():
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value} if value else {}, ["state"]),
                "display": f"{label} ({self._of(ListingChange.objects.all(), value).count()})",
            }

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[ListingChange]:
        return self._of(queryset, self.value())

    def _of(self, queryset: Any, value: str | None) -> QuerySet[ListingChange]:
        found: QuerySet[ListingChange] = {
            None: queryset.waiting, "unseen": queryset.unseen, "all": queryset.all
        }.get(value, lambda: queryset.filter(outcome=value))()  # fmt: skip
        return found


@admin.register(ListingChange)
class ListingChangeAdmin(ReadOnly, Asking):
    home, home_name, refusals = LIST, "Listings and changes", (NotNow,)
    list_display = ["carer", "what", "sent_at", "sent_by", "age", "outcome"]
    list_filter = [StateFilter]
    list_select_related = ["carer", "sent_by"]
    search_fields = ["carer__name"]
    date_hierarchy = "sent_at"
    ordering = ["sent_at", "pk"]
    change_form_template = "admin/onboarding/listingchange/page.html"
    actions = None

    @admin.display(description="what")
    def what(self, change: ListingChange) -> str:
        return "A whole listing" if change.is_first else ", ".join(listing_words.labels(change.after))

    @admin.display(description="waiting for")
    def age(self, change: ListingChange) -> str:
        return timesince(change.sent_at) if change.is_waiting else ""

    def get_urls(self) -> list[URLPattern]:
        pages = {"approve": self.approve, "send-back": self.send_back, "put-back": self.put_back, "seen": self.seen}
        guard, start = self.admin_site.admin_view, "onboarding_listingchange"
        own = [
            path(f"<int:pk>/{where}/", guard(view), name=f"{start}_{where.replace('-', '_')}")
            for where, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        change = self.get_object(request, object_id)
        more = self.told(request, change) if change and self.has_view_permission(request, change) else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def told(self, request: HttpRequest, change: ListingChange) -> dict[str, Any]:
        """What the page says: each fact as it was and as it is to be, and where the carer stands."""
        carer, own = change.carer, is_own(request, change)
        return {
            "title": f"{'Listing' if change.is_first else 'Change'} of {carer}",
            "row": change,  # `change` is Django's own word here
            "differences": listing_words.changed(change.before, change.after, change.after),
            "moved_on": moved_on(change),
            "standing": standing(carer, timezone.localdate()),
            "own": own,
            "may_decide": request.user.has_perm(DECIDE) and not own,
            "preview": f"/desk/{carer.pk}/my/listing/preview/" if request.user.has_perm(WORK_AT_DESK) else "",
            "other": listing_words.rows(
                listings.public_facts(carer), set(listings.public_facts(carer)) - set(change.after)
            ),
        }

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        change, back = self.deciding(request, pk, "")
        if request.method == "POST":
            done = f"{self.what(change)} of {change.carer}: approved."
            return self.do(request, lambda: approve(change, request), done)
        effect = (
            "The listing is made, and is public on every day on which all checks are in date. "
            if change.is_first
            else "It is public at once. "
        ) + f"{hidden_by(change)}{mailed(change.carer)}"
        title = f"Approve: {self.what(change)} of {change.carer}"
        return self.ask(request, title=title, effect=effect, button="Approve", back=back)

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        change, back = self.deciding(request, pk, "")
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            return self.do(
                request,
                lambda: listings.send_back(change, by=actor(request), reason=reason),
                f"{self.what(change)} is sent back to {change.carer}.",
            )
        effect = f"What they wrote is theirs to change again, with these words above it. {mailed(change.carer)}"
        title = f"Send back: {self.what(change)} of {change.carer}"
        return self.ask(request, title=title, effect=effect, button="Send back", back=back, form=form)

    def put_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        change, back = self.deciding(request, pk, ListingChange.Outcome.LIVE)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            done = f"The listing of {change.carer} says again what it said before."
            return self.do(request, lambda: put_back(change, request, reason), done, back)
        effect = f"The listing says again what it said before, at once.{but_for(change)} {mailed(change.carer)}"
        title = f"Put back: {self.what(change)} of {change.carer}"
        return self.ask(request, title=title, effect=effect, button="Put it back", back=back, form=form)

    @method_decorator(require_POST)
    def seen(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, DECIDE)
        change = get_object_or_404(ListingChange, pk=pk)
        done = f"You have looked at the change of {change.carer}."
        return self.do(
            request, lambda: listings.look_at(change, by=actor(request)), done, f"{reverse(LIST)}?state=unseen"
        )

    def deciding(self, request: HttpRequest, pk: int, outcome: str) -> tuple[ListingChange, str]:
        """What is decided about, by somebody who may and whose own it is not; decided meanwhile, the verb says so."""
        need(request, DECIDE)
        change = get_object_or_404(ListingChange.objects.select_related("carer__owner", "carer__listing"), pk=pk)
        if is_own(request, change):
            raise PermissionDenied("Nobody decides about themselves.")
        if request.method != "POST" and change.outcome != outcome:
            raise Http404
        return change, reverse("admin:onboarding_listingchange_change", args=[pk])


def approve(change: ListingChange, request: HttpRequest) -> None:
    """A fact that cannot be any more is said as what it is."""
    try:
        listings.approve(change, by=actor(request))
    except ValidationError as error:
        raise NotNow(f"It cannot be approved as it is. Send it back: {' '.join(error.messages)}") from error


def put_back(change: ListingChange, request: HttpRequest, reason: str) -> None:
    """What it was before may not go with what changed since."""
    try:
        listings.put_back(change, by=actor(request), reason=reason)
    except ValidationError as error:
        why = " ".join(error.messages)
        raise NotNow(f"It does not go with what changed since. Put that back first, or ring them: {why}") from error


def rest(change: ListingChange) -> list[listing_words.Row]:
    """What the change leaves as it is public."""
    now = listings.public_facts(change.carer)
    return listing_words.rows(now, set(now) - set(change.after))


def is_own(request: HttpRequest, change: ListingChange) -> bool:
    return change.carer.owner_id is not None and change.carer.owner_id == request.user.pk


def moved_on(change: ListingChange) -> list[str]:
    """Facts of it that the public listing says otherwise by now."""
    now = listings.public_facts(change.carer)
    compared = change.after if change.outcome == ListingChange.Outcome.LIVE else change.before
    if change.outcome not in {"", ListingChange.Outcome.LIVE}:
        return []
    return listing_words.labels({name for name, value in compared.items() if now.get(name) != value})


def hidden_by(change: ListingChange) -> str:
    """What the new services ask for and is not there takes down a page that is up today."""
    on, facts = timezone.localdate(), facts_of(change.carer)
    if change.is_first or "services" not in change.after:
        return ""
    offered = frozenset(listings.services_after(change))
    now, then = standing_of(facts, on), standing_of(replace(facts, services=offered), on)
    if not now.may_be_listed or then.may_be_listed:
        return ""
    return f"It hides their listing until these are there: {'; '.join(map(str, then.reasons))}. "


def but_for(change: ListingChange) -> str:
    later = moved_on(change)
    return f" What the carer changed again since stays as it is: {', '.join(later)}." if later else ""
