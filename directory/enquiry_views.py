"""The form that sends a carer a message, and the messages a carer got."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory import enquiries, spam
from directory.enquiry_models import Enquiry
from directory.forms import EnquiryForm
from directory.models import Listing
from directory.profile import forgotten, instead_of

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def enquiry(request: HttpRequest, slug: str) -> HttpResponse:
    listing = Listing.objects.select_related("owner").filter(slug=slug).first()
    if listing is None:
        return forgotten(request, slug, typed=typed(request))
    if instead := instead_of(request, listing, typed=typed(request)):
        return instead
    if not listing.mailbox:
        raise Http404
    if request.method != "POST":
        return show(request, EnquiryForm(listing=listing), spam.issue(listing.pk))
    ticket = spam.check(request.POST.get("token", ""), listing.pk)
    if "other_language" in request.POST:
        return show(request, EnquiryForm(initial=request.POST.dict(), listing=listing), ticket)
    form = EnquiryForm(request.POST, listing=listing, trouble=ticket.trouble)
    if not form.is_valid():
        return show(request, form, ticket)
    return redirect("directory:enquiry_sent", slug, sent(request, form, ticket).reference)


def typed(request: HttpRequest) -> list[str]:
    """What somebody wrote to a listing that was taken down meanwhile: given back, so that it is not lost."""
    return [text for name in ("what", "when") if (text := request.POST.get(name, "").strip())]


def show(request: HttpRequest, form: EnquiryForm, ticket: spam.Ticket) -> HttpResponse:
    return render(request, "directory/enquiry.html", {"form": form, "listing": form.listing, "token": ticket.token})


def sent(request: HttpRequest, form: EnquiryForm, ticket: spam.Ticket) -> Enquiry:
    """The enquiry that the form makes, or made when it was sent before."""
    key = enquiries.key_of(ticket.number, form.facts)
    if same := Enquiry.objects.filter(form_key=key).first():
        return same
    spam.turn_away(request)
    return enquiries.send_enquiry(
        listing=form.listing,
        by=enquiries.BY_FORM,
        form_key=key,
        hold=reason_to_hold(form),
        **form.facts,
    )


def reason_to_hold(form: EnquiryForm) -> str:
    facts = form.facts
    texts = [facts["what"], facts["when"]]
    looks = spam.looks_like(trap=form.trap, name=facts["name"], texts=texts, email=facts["email"])
    return looks or spam.too_often(form.listing.pk, facts["email"])


@require_safe
@login_not_required
@never_cache
def enquiry_sent(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """What happens next. It says nothing of what was written: the address may be passed on."""
    found = get_object_or_404(Enquiry.objects.select_related("listing"), reference=reference, listing__slug=slug)
    return render(request, "directory/enquiry_sent.html", {"enquiry": found, "listing": found.listing})


# --- the carer's own -------------------------------------------------------------------------------------


@require_safe
@never_cache
def my(request: HttpRequest) -> HttpResponse:
    listing = Listing.objects.filter(owner=request.user.pk).first()
    paginator = Paginator(Enquiry.objects.of(request.user), PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"listing": listing, "page": page, "months": settings.ENQUIRY_MONTHS, **addresses(page)}
    return render(request, "directory/my.html", context)


def addresses(page: Any) -> dict[str, Any]:
    return {
        "page_addresses": [(number, f"?page={number}") for number in page.paginator.page_range],
        "previous_address": f"?page={page.number - 1}",
        "next_address": f"?page={page.number + 1}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_enquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the carer's own; posting to it says that it is answered."""
    mine = get_object_or_404(Enquiry.objects.of(request.user).select_related("listing"), pk=pk)
    if request.method == "POST":
        enquiries.mark_answered(mine, by=request.user)  # type: ignore[arg-type]
        return redirect("directory:my_enquiry", pk)
    return render(request, "directory/my_enquiry.html", {"enquiry": mine})
