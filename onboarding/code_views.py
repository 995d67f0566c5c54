"""The Code of Practice: read by everybody, signed by a carer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onboarding import codes, differences
from onboarding.code_forms import SignForm
from onboarding.desk import at_desk, carer_of
from onboarding.models import Carer, CodeOfPractice


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def code(request: HttpRequest) -> HttpResponse:
    """The version in force; before the first is, the one that comes."""
    return show(request, codes.in_force(request.today) or CodeOfPractice.objects.published().last())  # type: ignore[attr-defined]


@login_not_required
@require_safe
@cache_control(public=True, max_age=60)
def version(request: HttpRequest, number: int) -> HttpResponse:
    return show(request, get_object_or_404(CodeOfPractice.objects.published(), number=number))


def show(request: HttpRequest, shown: CodeOfPractice | None) -> HttpResponse:
    """A version, marked with when it counts, and the way to the others."""
    today = request.today  # type: ignore[attr-defined]
    versions = list(CodeOfPractice.objects.published().order_by("number"))
    context = {
        "code": shown,
        "current": codes.in_force(today),
        "following": next((later for later in versions if shown and later.number == shown.number + 1), None),
        "others": [other for other in reversed(versions) if other != shown],
        "today": today,
    }
    return render(request, "onboarding/code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    if at_desk(request):
        # Nobody types another's signature: the team records what was signed on paper.
        return HttpResponseRedirect(f"/admin/onboarding/codeagreement/paper/?carer={carer.pk}")
    wanted = codes.to_sign(carer, request.today)  # type: ignore[attr-defined]
    if request.method != "POST" or wanted is None:
        return page(request, carer, wanted, SignForm())
    if "other_language" in request.POST:
        return page(request, carer, wanted, SignForm(initial=request.POST.dict()))
    form = SignForm(request.POST, wanted=wanted)
    if form.is_valid() and signed(request, carer, wanted, form):
        return redirect("onboarding:sign")
    return page(request, carer, wanted, form)


def signed(request: HttpRequest, carer: Carer, wanted: CodeOfPractice, form: SignForm) -> bool:
    """Whether it is; where another version came in this very moment, the form says so."""
    try:
        codes.sign(
            carer,
            by=request.user,  # type: ignore[arg-type]
            code=wanted,
            typed_name=form.cleaned_data["typed_name"],
            language=wanted.language,
        )
    except codes.OtherVersion:
        form.say_other_version()
        return False
    return True


def page(request: HttpRequest, carer: Carer, wanted: CodeOfPractice | None, form: SignForm) -> HttpResponse:
    agreements = list(carer.agreements.select_related("code"))
    before = agreements[0].code if agreements else None
    context = {
        "code": wanted,
        "agreements": agreements,
        "form": form,
        "before": before,
        "changes": differences.between(before, wanted) if before and wanted else [],
    }
    return render(request, "onboarding/sign.html", context)
