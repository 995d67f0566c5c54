"""A carer's own listing: the list of its parts, each part in a step, a look at the answers, and sending."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory import maps, money
from directory.models import Listing
from directory.profile import Profile
from files.photos import PhotoRefused
from onboarding import listing_facts, listing_photos, listing_words, listings
from onboarding.desk import carer_of, mine
from onboarding.listing_facts import Facts
from onboarding.listing_forms import PhotoForm, StepForm, showable
from onboarding.listing_preview import has_place, preview, unsaved
from onboarding.listing_steps import STEPS, TABLE, Step, step_of, steps_of, written
from onboarding.models import Carer, ListingDraft
from onboarding.papers import Decided
from onboarding.still_right import WHOLE, Question

SMALL = ("hours_free", "waiting_weeks", "space_from")  # said with the answer they belong to
# Not of the form itself: what a page adds when it is sent.
ADDED = {"csrfmiddlewaretoken", "seen", "save", "show", "fill", "redraw", "other_language"}


@require_safe
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    carer = carer_of(request)
    if carer is None:
        return render(request, "onboarding/no_journey.html")
    now, today = written(carer), request.today  # type: ignore[attr-defined]
    is_live = bool(carer.listing and carer.listing.state(today) == Listing.State.LIVE)
    question = Question(carer, WHOLE) if is_live else None
    context = {
        "carer": carer,
        "written": now,
        "is_live": is_live,
        "waiting": listing_words.labels(now.waiting.after) if now.waiting else [],
        "unsent": listing_words.labels(now.unsent),
        "came_back": now.came_back,
        "confirmed": question and question.was_answered(today),
        "space_after": question and question.space_after(today),
    }
    return render(request, "onboarding/listing/overview.html", context)


# --- one step --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def listing_step(request: HttpRequest, slug: str) -> HttpResponse:
    carer = mine(request)
    if (step := STEPS.get(slug)) is None:
        raise Http404
    if request.method != "POST" or "other_language" in request.POST or "fill" in request.POST:
        return show(request, carer, step, opened(request, carer, step))
    form = form_of(request, carer, step, request.POST, request.FILES)
    if "redraw" in request.POST:
        return render(request, "onboarding/listing/_shown.html", shown(request, carer, step, form))
    if isinstance(form, PhotoForm):
        return keep_photo(request, carer, step, form)
    if not form.is_valid() or "show" in request.POST:
        return show(request, carer, step, form)
    return keep(request, carer, step, form)


def form_of(request: HttpRequest, carer: Carer, step: Step, *data: Any, typed: Any = None) -> StepForm:
    today = request.today  # type: ignore[attr-defined]
    return step.form(*data, facts=listings.facts_of(carer), today=today, typed=typed)


def opened(request: HttpRequest, carer: Carer, step: Step) -> StepForm:
    """As it was kept; or as it was typed, with what a button adds to that."""
    form = form_of(request, carer, step)
    if request.method != "POST":
        return form
    return form_of(request, carer, step, typed=form.filled(request.POST) if "fill" in request.POST else request.POST)


def show(request: HttpRequest, carer: Carer, step: Step, form: StepForm) -> HttpResponse:
    """`seen` is what the carer saw when they opened it, however often the page came back since."""
    seen = request.POST.get("seen") or listing_facts.fingerprint(form.now, form.fact_names)
    context = {"step": step, "form": form, "carer": carer, "seen": seen, "before": came_from(request)}
    return render(request, "onboarding/listing/step.html", {**context, **shown(request, carer, step, form)})


def came_from(request: HttpRequest) -> str:
    return "check" if "check" in request.GET else ""


def shown(request: HttpRequest, carer: Carer, step: Step, form: StepForm) -> dict[str, Any]:
    """What the answers come to: the map of the reach, the cost of a week, the photo."""
    listing = unsaved(carer, dict(showable(form)), request.today)  # type: ignore[attr-defined]
    if step.slug == "where" and has_place(listing):
        profile = Profile(listing, request.today)  # type: ignore[attr-defined]
        outside = not listings.is_inside(listing.easting, listing.northing)
        return {"listing": listing, "map": maps.coverage_map(listing), "profile": profile, "outside": outside}
    if step.slug == "prices":
        return {"listing": listing, "week": money.example_week(listing)}
    return {"listing": listing}


def keep(request: HttpRequest, carer: Carer, step: Step, form: StepForm) -> HttpResponse:
    try:
        listings.keep(carer, by=request.user, facts=form.facts, seen=request.POST.get("seen", ""))  # type: ignore[arg-type]
    except listings.ChangedMeanwhile:
        return both(request, step, form)
    return onward(request, step)


def onward(request: HttpRequest, step: Step) -> HttpResponse:
    """To where the carer came from, else to the next part."""
    if came_from(request):
        return redirect("onboarding:listing_check")
    if step.after is None:
        return redirect("onboarding:listing")
    return redirect(step.after.address)


def both(request: HttpRequest, step: Step, form: StepForm) -> HttpResponse:
    """Another tab, or the team, kept something else meanwhile: the carer sees both and chooses."""
    context = {
        "step": step,
        "changes": listing_words.changed(form.now, form.now | form.facts, form.fact_names),
        "typed": [(name, value) for name, values in request.POST.lists() if name not in ADDED for value in values],
        "seen": listing_facts.fingerprint(form.now, form.fact_names),
        "address": request.get_full_path(),
    }
    return render(request, "onboarding/listing/both.html", context, status=409)


def keep_photo(request: HttpRequest, carer: Carer, step: Step, form: PhotoForm) -> HttpResponse:
    """Back to the same page, where the photo can be looked at."""
    if "remove" in request.POST:
        listing_photos.remove(carer, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Your listing has no photo now."))
        return redirect(request.get_full_path())
    if form.is_valid():
        try:
            listing_photos.choose(carer, by=request.user, upload=request.FILES["photo"], centre=form.centre)  # type: ignore[arg-type]
        except PhotoRefused as error:
            form.add_error("photo", str(error))
        else:
            return redirect(request.get_full_path())
    return show(request, carer, step, form)


# --- the preview, and sending ------------------------------------------------------------------------------


@require_safe
@never_cache
def listing_preview(request: HttpRequest) -> HttpResponse:
    carer = mine(request)
    missing = [step for step in written(carer).missing if step.slug in {"words", "where"}]
    if missing:
        return render(request, "onboarding/listing/no_preview.html", {"missing": missing})
    profile = preview(carer, request.today)  # type: ignore[attr-defined]
    context = {"profile": profile, "listing": profile.listing, "map": maps.coverage_map(profile.listing)}
    return render(request, "onboarding/listing/preview.html", {**context, "preview": True})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def listing_check(request: HttpRequest) -> HttpResponse:
    """Check your answers. The button sends what is shown here: changed in another tab since, it is shown again."""
    carer = mine(request)
    if request.method != "POST":
        return look(request, carer)
    if request.POST.get("seen") != seen_of(carer):
        return look(request, carer, moved=ListingDraft.objects.filter(carer=carer).exists())
    return send(request, carer)


def send(request: HttpRequest, carer: Carer) -> HttpResponse:
    try:
        sent = listings.send(carer, by=request.user, anyway=request.POST.getlist("anyway"))  # type: ignore[arg-type]
    except listings.NothingToSend:
        return look(request, carer)
    except listings.Removed as error:
        messages.error(request, str(error))
        return redirect("onboarding:listing")
    except listings.ChangedMeanwhile as error:
        return look(request, carer, apart=error.facts)
    except ValidationError as error:
        return look(request, carer, wrong=error)
    numbers = [str(change.pk) for change in sent if change]
    return redirect_to_sent(numbers)


def redirect_to_sent(numbers: list[str]) -> HttpResponse:
    asked = QueryDict(mutable=True)
    asked.setlist("change", numbers)
    answer = redirect("onboarding:listing_sent")
    answer["Location"] += f"?{asked.urlencode()}"
    return answer


def seen_of(carer: Carer) -> str:
    """Of everything that the button would send."""
    draft = ListingDraft.objects.filter(carer=carer).first()
    facts = listings.facts_of(carer)
    return listing_facts.fingerprint(facts | {"drafted": draft and draft.facts}, (*facts, "drafted"))


def look(
    request: HttpRequest,
    carer: Carer,
    *,
    moved: bool = False,
    apart: frozenset[str] = frozenset(),
    wrong: ValidationError | None = None,
) -> HttpResponse:
    now = written(carer)
    if now.draft is None or not now.unsent:
        return render(request, "onboarding/listing/nothing.html", {"waiting": now.waiting})
    big = now.big
    context = {
        "written": now,
        "parts": [(step, part_rows(now.facts, step)) for step in TABLE],
        "unsent": set() if now.is_new else now.unsent,
        "left_out": [row["step"] for row in now.rows if row["state"] == "not-started" and not row["step"].needed],
        "big": listing_words.labels(big),
        "small": listing_words.labels(now.unsent - big),
        "given_up": given_up(now.public, now.draft.facts) if "services" in big else "",
        "seen": seen_of(carer),
        "moved": moved,
        "apart": listing_words.changed(now.public, now.facts, apart),
        "anyway": sorted(apart),
        "wrong": list(mistakes(wrong)) if wrong else [],
    }
    return render(request, "onboarding/listing/check.html", context)


def part_rows(facts: Facts, step: Step) -> list[listing_words.Row]:
    """What is not said and says nothing is left out."""
    return [
        row
        for row in listing_words.rows(facts, step.facts)
        if row.words or (row.fact in facts and not unsaid(row.fact))
    ]


def unsaid(fact: str) -> bool:
    return fact in SMALL or fact.startswith("price_") or fact in {"whole_area", "minimum_minutes"}


def given_up(public: Facts, drafted: Facts) -> str:
    """Services that go at once although the new ones wait."""
    gone = set(public.get("services", ())) - set(drafted.get("services", ()))
    return listing_words.words({"services": sorted(gone)}, "services")


def mistakes(error: ValidationError) -> Any:
    """Each with the part in which it is mended; what is of no part is said alone."""
    found: Mapping[str, list[str]] = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, said in found.items():
        step = step_of(name) if name in listing_facts.ALL else None
        yield (
            step,
            f"{listing_words.LABELS[name]}: {' '.join(said)}" if name in listing_words.LABELS else " ".join(said),
        )


@require_safe
@never_cache
def listing_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, about the changes of whoever sent them."""
    carer = mine(request)
    numbers = [number for number in request.GET.getlist("change") if number.isascii() and number.isdigit()][:2]
    changes = list(carer.listing_changes.filter(pk__in=[int(number) for number in numbers if len(number) < 19]))
    if not changes:
        return redirect("onboarding:listing")
    live = next((change for change in changes if change.before and not change.is_waiting), None)
    waiting = next((change for change in changes if change.is_waiting), None)
    context = {
        "live": listing_words.labels(live.after) if live else [],
        "waiting": listing_words.labels(waiting.after) if waiting else [],
        "is_first": bool(waiting and waiting.is_first),
        "carer": carer,
    }
    return render(request, "onboarding/listing/sent.html", context)


@require_POST
def listing_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(mine(request).listing_changes, pk=pk)
    try:
        listings.take_back(change, by=request.user)  # type: ignore[arg-type]
    except Decided:
        messages.info(request, _("The team has decided about it meanwhile."))
    else:
        messages.success(request, _("You took it back. Change it as you like, and send it again."))
    return redirect("onboarding:listing")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def listing_throw_away(request: HttpRequest) -> HttpResponse:
    """Says what goes; posting to it throws it away."""
    carer = mine(request)
    if request.method == "POST":
        listing_photos.throw_away(carer, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("What you had not sent is gone."))
        return redirect("onboarding:listing")
    now = written(carer)
    if now.draft is None:
        return redirect("onboarding:listing")
    steps = steps_of(now.unsent)
    return render(request, "onboarding/listing/throw_away.html", {"steps": steps, "is_new": now.is_new})
