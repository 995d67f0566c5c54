"""What a carer would like to offer, and what that asks of them; whether they keep records electronically."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import vocabulary
from onboarding import journey
from onboarding.desk import mine
from onboarding.models import Carer
from onboarding.papers_asked import headings, papers_asked
from onboarding.standing import asking, facts_of


class ServicesForm(forms.Form):
    services = forms.MultipleChoiceField(
        choices=[(slug, slug) for slug in vocabulary.SERVICES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one kind of help"),
            "invalid_choice": _("Choose from the list"),
        },
    )


class RecordsForm(forms.Form):
    """The data-protection fee is due for records kept electronically (Data Protection (Charges and Information)
    Regulations 2018, SI 2018/480)."""

    keeps = forms.ChoiceField(
        label=_("Do you keep records of the people you help on a computer or phone?"),
        help_text=_(
            "For example notes, addresses or invoices. Names and numbers in your phone’s contacts alone are not."
        ),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether you keep records on a computer or phone"),
            "invalid_choice": _("Choose whether you keep records on a computer or phone"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def services(request: HttpRequest) -> HttpResponse:
    """Choosing, a look at what that asks, then saving."""
    carer = mine(request)
    if carer.listing and carer.listing.published_at:
        return approved(request, carer)
    if request.method != "POST":
        return choose(request, carer, carer.services)
    form = ServicesForm(request.POST)
    if not form.is_valid():
        return choose(request, carer, request.POST.getlist("services"), form)
    chosen = form.cleaned_data["services"]
    if "change" in request.POST:
        return choose(request, carer, chosen)
    if "save" in request.POST:
        journey.set_services(carer, by=request.user, services=chosen)  # type: ignore[arg-type]
        return redirect("onboarding:tasks")
    return render(request, "onboarding/services_check.html", {**asks(request, carer, chosen), "chosen": chosen})


def choose(request: HttpRequest, carer: Carer, chosen: list[str], form: ServicesForm | None = None) -> HttpResponse:
    context = {"headings": headings(chosen), "form": form or ServicesForm(), **asks(request, carer, chosen)}
    return render(request, "onboarding/services.html", context)


def asks(request: HttpRequest, carer: Carer, chosen: list[str]) -> dict[str, Any]:
    known = [slug for slug in chosen if slug in vocabulary.SERVICES]
    asked = papers_asked(asking(facts_of(carer)), known)
    return {"asked": asked, "names": [vocabulary.SERVICES[slug] for slug in known]}


def approved(request: HttpRequest, carer: Carer) -> HttpResponse:
    assert carer.listing is not None  # noqa: S101 (`services` has made sure)
    slugs = carer.listing.services.order_by("pk").values_list("service", flat=True)
    context = {"names": [vocabulary.SERVICES[slug] for slug in slugs], "listing": carer.listing}
    return render(request, "onboarding/services_approved.html", context)


@require_safe
@never_cache
def services_ask(request: HttpRequest) -> HttpResponse:
    """What `static/js/services.js` puts beside the boxes while they are ticked."""
    return render(request, "onboarding/_asks.html", asks(request, mine(request), request.GET.getlist("services")))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def records(request: HttpRequest) -> HttpResponse:
    carer = mine(request)
    said = {None: None, True: {"keeps": "yes"}, False: {"keeps": "no"}}[carer.keeps_records]
    form = RecordsForm(request.POST if request.method == "POST" else None, initial=said)
    if request.method == "POST" and form.is_valid():
        journey.say_records(carer, by=request.user, keeps=form.cleaned_data["keeps"] == "yes")  # type: ignore[arg-type]
        return redirect("onboarding:tasks")
    return render(request, "onboarding/records.html", {"form": form})
