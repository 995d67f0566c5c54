"""One door for everything that people tell the council, in steps: is somebody in danger, what is it, its form, and what
happens next. Nobody signs in, and nothing is kept between the steps but what their addresses say."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from directory import spam
from directory.enquiries import key_of
from directory.models import UsedSlug
from feedback import attachments, links, rules, taking, ways
from feedback.attachments import Attachments
from feedback.door_forms import FORMS, Telling
from feedback.models import Case
from feedback.ways import WAYS, About, Way
from feedback.working_days import calendar

FORM = "feedback"
SENT = "feedback.sent"
SHOWN_FOR = timedelta(hours=1)


@require_safe
@login_not_required
def door(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Is somebody in danger now?"""
    about = about_of(request, slug)
    context = {
        "about": about,
        "next": onward("feedback:which", about),
        "worry": onward("feedback:tell", about, ways.WORRY),
    }
    return render(request, "feedback/door.html", context)


@require_safe
@login_not_required
def which(request: HttpRequest) -> HttpResponse:
    about = about_of(request)
    offered = [(way, onward("feedback:tell", about, way.slug)) for way in about.ways]
    context = {"about": about, "ways": offered, "back": back(about)}
    return render(request, "feedback/which.html", context)


def about_of(request: HttpRequest, slug: str = "") -> About:
    """By the page's own address, else by what the step before says. Raises `Http404` for an address of nobody."""
    today = request.today  # type: ignore[attr-defined]
    found = ways.about(slug or request.GET.get("about", ""), today)
    if slug and found is None:
        get_object_or_404(UsedSlug, slug=slug, gone=True)
    return found or ways.NOBODY


def onward(name: str, about: About, *args: str) -> str:
    query = f"?{urlencode({'about': about.slug})}" if about.slug else ""
    return reverse(name, args=args) + query


def back(about: About) -> str:
    return reverse("feedback:door_of", args=[about.slug]) if about.slug else reverse("feedback:door")


# --- the form --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def tell(request: HttpRequest, way: str, slug: str = "") -> HttpResponse:
    if way not in FORMS:
        raise Http404
    page = Page(request, WAYS[way], about_of(request, slug))
    if request.method != "POST":
        return show(page, page.form(), spam.issue(FORM), Attachments())
    ticket = spam.check(request.POST.get("token", ""), FORM)
    form = page.form(request.POST, trouble=ticket.trouble)
    if form.is_valid() and (same := taking.same(page.way, key_of(ticket.number, form.facts))):
        return redirect(next_page(page.way, same))
    attached = attachments.of(request) if "uploads" in form.fields else Attachments()
    if "other_language" in request.POST:
        return show(page, page.form(initial=request.POST.dict()), ticket, attached)
    for trouble in attached.troubles:
        form.add_error("uploads", trouble)
    if not form.is_valid():
        return show(page, form, ticket, attached)
    if not attached.counted:
        spam.turn_away(request)
    told = taking.Told(page.way, form, key_of(ticket.number, form.facts), attached, sender(request))
    return redirect(next_page(page.way, taking.take(told, on=request.today)))  # type: ignore[attr-defined]


class Page(NamedTuple):
    request: HttpRequest
    way: Way
    about: About

    def form(self, data: Any = None, **more: Any) -> Telling:
        return FORMS[self.way.slug](data, about=self.about, **more)


def sender(request: HttpRequest) -> User | None:
    """Whoever sends it, where they are signed in."""
    return request.user if isinstance(request.user, User) else None


def show(page: Page, form: Telling, ticket: spam.Ticket, attached: Attachments) -> HttpResponse:
    context = {
        "way": page.way,
        "form": form,
        "token": ticket.token,
        "attached": attached,
        "about": page.about,
        "back": onward("feedback:which", page.about),
    }
    return render(page.request, "feedback/tell.html", context)


# --- what happens next -------------------------------------------------------------------------------------


def next_page(way: Way, made: taking.Made) -> str:
    """Its address says all that the page does, and nobody learns by another which references there are."""
    said = [way.slug, made.reference, made.received_on.isoformat(), made.follow]
    return reverse("feedback:sent", args=[signing.dumps(said, salt=SENT)])


@require_safe
@login_not_required
@never_cache
def sent(request: HttpRequest, token: str) -> HttpResponse:
    try:
        slug, reference, day, follow = signing.loads(token, salt=SENT)
    except signing.BadSignature as error:
        raise Http404 from error
    shows = follow and is_new(token)
    way, found = WAYS[slug], Case.objects.filter(reference=reference).first() if shows else None
    context = {
        "way": way,
        "reference": reference,
        "follow": links.link(found, language=found.language) if found else "",
        "mails": not follow,
        "anonymous": bool(found and found.anonymous),
        "due": due(way, date.fromisoformat(day)),
        "in_wales": settings.SCHEME.nation == rules.WALES,
    }
    return render(request, "feedback/sent.html", context)


def is_new(token: str) -> bool:
    """The link to keep is shown while whoever wrote is here, and not to whom its address comes later, by a log."""
    try:
        signing.loads(token, salt=SENT, max_age=SHOWN_FOR)
    except signing.SignatureExpired:
        return False
    return True


def due(way: Way, received_on: date) -> dict[str, date]:
    """The last day of each clock that begins when it comes, by its slug."""
    if way.kind is None:
        return {}
    begun, days = rules.begun_by(rules.RECEIVED, way.kind, settings.SCHEME.nation), calendar()
    return {rule.slug: rule.due(received_on, days) for rule in begun}
