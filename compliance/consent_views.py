"""The holder's own page about status checks: what they are, agreeing or not, ending it, and who looked."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from compliance import consents, dbs_register, entitlement
from compliance.dbs_forms import ConsentForm
from compliance.dbs_register import ENHANCED, Row
from compliance.models import Consent, StatusCheck
from onboarding.desk import mine
from onboarding.models import Carer, Worker
from onboarding.papers import NotNow

SECRET = ("number", "forename", "surname", "born-day", "born-month", "born-year")


class Holder(NamedTuple):
    """One person of the business. Only whoever signs in agrees here: nobody agrees for somebody else."""

    row: Row
    is_self: bool
    checks: list[StatusCheck]
    ended: Consent | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters(*SECRET)
def my_status_checks(request: HttpRequest) -> HttpResponse:
    carer, today = mine(request), request.today  # type: ignore[attr-defined]
    rows = dbs_register.register(today, Carer.objects.filter(pk=carer.pk))
    holders = [holder_of(row) for row in rows if row.asked >= ENHANCED]
    if not holders:
        raise Http404
    if "end" in request.POST:
        return ended(request, carer)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and agreed(request, carer, form):
        return redirect("compliance:status_checks")
    context = {
        "carer": carer,
        "form": form,
        "holders": holders,
        "several": len(holders) > 1,
        "on_offer": entitlement.current(),
        "months": holders[0].row.need.requirement.months,
    }
    return render(request, "compliance/status_checks.html", context)


def holder_of(row: Row) -> Holder:
    sent = [check for check in row.checks if check.sent_at]
    return Holder(row, consents.account_holder(row.carer) == row.worker.pk, sent, consents.ended_with_its_paper(row))


def agreed(request: HttpRequest, carer: Carer, form: ConsentForm) -> bool:
    worker = get_object_or_404(Worker.objects.current(), pk=consents.account_holder(carer))
    said = {name: value for name, value in form.cleaned_data.items() if name != "agree"}
    try:
        consents.give(worker, by=by(request), how=Consent.How.ONLINE, given_on=request.today, **said)  # type: ignore[attr-defined]
    except NotNow as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Thank you. You agreed to status checks. You can end this here at any time."))
    return True


def ended(request: HttpRequest, carer: Carer) -> HttpResponse:
    typed = request.POST["end"]
    worker = get_object_or_404(carer.workers.current(), pk=int(typed) if typed.isdecimal() and len(typed) < 19 else 0)
    if consents.end(worker, by=by(request)):
        messages.success(request, _("It has ended, and we have deleted the details."))
    else:
        messages.info(request, _("It had ended already."))
    return redirect("compliance:status_checks")


def by(request: HttpRequest) -> Any:
    return request.user
