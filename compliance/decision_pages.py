"""Suspending, reinstating and ending: pages that say exactly what will happen and what the carer reads, before the
button. What is decided is what was shown: where anything changed since, the page comes back and says so."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format

from compliance import deciding, effects, noting, seeing
from compliance.decision_forms import DecisionForm, EndForm, ReinstateForm, SuspendForm
from onboarding import listings
from onboarding.asking import Asking, actor, need
from onboarding.models import Carer

CARER = "admin:onboarding_carer_change"
TEMPLATE = "admin/compliance/decide.html"
OTHERS_DECIDE = "Why it was paused is not shown to you. A manager decides about it."


class Deciding(NamedTuple):
    """One kind of decision: its form, what it is called, what it comes to, and whether it takes something away."""

    kind: deciding.Kind
    form: type[DecisionForm]
    title: str
    button: str
    done: str
    effect: Callable[[Carer, date, dict[str, Any]], list[str]]
    stops: bool = False


KINDS = {
    "suspend": Deciding(
        deciding.Kind.SUSPENDED, SuspendForm, "Suspend {}", "Suspend", "{} is suspended.", effects.of_suspending, True
    ),
    "look_again": Deciding(
        deciding.Kind.SUSPENDED, SuspendForm, "Keep {} suspended", "Keep suspended",
        "{} stays suspended.", effects.of_looking_again,
    ),
    "reinstate": Deciding(
        deciding.Kind.REINSTATED, ReinstateForm, "Reinstate {}", "Reinstate",
        "{} is not suspended any more.", effects.of_reinstating,
    ),
    "end": Deciding(
        deciding.Kind.ENDED, EndForm, "End {} for good", "End for good", "{} has ended.", effects.of_ending, True
    ),
}  # fmt: skip


class DecisionPages(Asking):
    def decision_urls(self) -> list[URLPattern]:
        return [
            path(
                f"<int:pk>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(self.page_for(name)),
                name=f"compliance_decision_{name}",
            )
            for name in KINDS
        ]

    def page_for(self, name: str) -> Callable[..., HttpResponseBase]:
        def page(request: HttpRequest, pk: int) -> HttpResponse:
            return self.decide(request, name, pk)

        return page

    def decide(self, request: HttpRequest, name: str, pk: int) -> HttpResponse:
        need(request, deciding.DECIDE)
        carer = get_object_or_404(Carer.objects.select_related("owner", "listing"), pk=pk)
        if carer.owner_id == request.user.pk:
            raise PermissionDenied("Nobody decides about themselves.")
        kept = seeing.is_kept_from(request.user, carer, deciding.suspension_of(carer))
        if why_not := why_not_now(carer, name, kept=kept):
            self.message_user(request, why_not, messages.ERROR)
            return redirect(CARER, pk)
        return self.shown_first(request, name, carer)

    def shown_first(self, request: HttpRequest, name: str, carer: Carer) -> HttpResponse:
        what, on = KINDS[name], request.today  # type: ignore[attr-defined]
        form = what.form(request.POST if request.method == "POST" else None, carer=carer, on=on)
        if not seeing.sees(request.user):
            form.say_who_sees()
        valid = request.method == "POST" and form.is_valid()
        said = form.cleaned_data if valid else {}
        told = deciding.preview(carer, what.kind, on=on, **said) if valid else []
        effect = what.effect(carer, on, said)
        seen = fingerprint(said, effect, told, deciding.suspension_of(carer))
        if valid and request.POST.get("seen") == seen:
            return self.do(
                request, verb(request, name, carer, said), what.done.format(carer), reverse(CARER, args=[carer.pk])
            )
        return self.ask(
            request,
            title=what.title.format(carer),
            effect="",
            button=what.button if valid else "Go on: see the message",
            back=reverse(CARER, args=[carer.pk]),
            stops=what.stops and valid,
            template=TEMPLATE,
            form=form,
            carer=carer,
            effects=effect,
            told=told,
            silent=valid and not told,
            seen=seen if valid else "",
            changed=valid and bool(request.POST.get("seen")),
            ending=name == "end",
            tries=deciding.tries(carer) if name == "end" else [],
            tries_missing=deciding.TRIES - deciding.days_tried(carer) if name == "end" else 0,
            heard=deciding.last_heard(carer) if name == "end" else None,
            may_read_notes=request.user.has_perm(noting.READ),
        )


def why_not_now(carer: Carer, name: str, *, kept: bool) -> str:
    """What the verb would say, before anybody fills in its page. Nobody lifts or prolongs what is `kept` from them."""
    if carer.left_at:
        return f"{carer} left already, on {date_format(carer.left_at)}."
    if name == "end":
        return ""
    if not listings.is_approved(carer) or carer.listing is None:
        return str(deciding.NoListing())
    if name == "suspend":
        return f"{carer} is suspended already." if carer.listing.suspended_at else ""
    if not carer.listing.suspended_at:
        return f"{carer} is not suspended."
    return OTHERS_DECIDE if kept else ""


def verb(request: HttpRequest, name: str, carer: Carer, said: dict[str, Any]) -> Callable[[], object]:
    on, by = request.today, actor(request)  # type: ignore[attr-defined]
    if name == "look_again":
        return lambda: deciding.look_again(carer, by=by, on=on, after=deciding.suspension_of(carer), **said)
    verbs: dict[str, Callable[..., object]] = {
        "suspend": deciding.suspend, "reinstate": deciding.reinstate, "end": deciding.end
    }  # fmt: skip
    return lambda: verbs[name](carer, by=by, on=on, **said)


def fingerprint(said: Any, effect: Any, told: Any, before: Any) -> str:
    """Of all that the page shows: another one where the carer, their language or anything else changed meanwhile."""
    shown = json.dumps([said, effect, told, before.pk if before else None], default=str)
    return hashlib.sha256(shown.encode()).hexdigest()
