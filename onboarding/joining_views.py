"""The way in: “I am interested”, the page behind the mailed link, and a new link for whoever lost theirs."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from directory import spam
from directory.enquiries import key_of
from onboarding import joining
from onboarding.joining_forms import JoinForm, NewLinkForm, PasswordForm, StartForm
from onboarding.models import Interest, JoinLink
from onboarding.views import carer_of

FORM, LOST = "join", "new-link"  # what the signed tickets of the two public forms are about


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, User):
        return begin(request, request.user)
    if request.method != "POST":
        return show(request, JoinForm(), spam.issue(FORM))
    ticket = spam.check(request.POST.get("token", ""), FORM)
    if "other_language" in request.POST:
        return show(request, JoinForm(initial=request.POST.dict()), ticket)
    form = JoinForm(request.POST, trouble=ticket.trouble)
    if not form.is_valid():
        return show(request, form, ticket)
    take(request, form, ticket)
    return redirect("onboarding:join_sent")


def show(request: HttpRequest, form: JoinForm, ticket: spam.Ticket) -> HttpResponse:
    context = {"form": form, "token": ticket.token, "months": settings.INTEREST_MONTHS}
    return render(request, "onboarding/join.html", context)


def take(request: HttpRequest, form: JoinForm, ticket: spam.Ticket) -> None:
    """Kept once, however often it is sent; whoever sends it sees the same answer whatever becomes of it."""
    key = key_of(ticket.number, form.facts)
    if Interest.objects.filter(form_key=key).exists():
        return
    spam.turn_away(request)
    joining.express(by=joining.BY_FORM, form_key=key, hold=reason_to_hold(form), **form.facts)


def reason_to_hold(form: JoinForm) -> str:
    """The name is the one thing that the mail repeats, and the mail goes to whatever address a stranger typed."""
    facts = form.facts
    looks = spam.looks_like(trap=form.trap, name=facts["name"], texts=[facts["place"], facts["words"]])
    if looks or spam.links_anywhere(facts["name"]):
        return looks or "links"
    return spam.too_often(FORM, facts["email"])


@require_safe
@login_not_required
def join_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/join_sent.html", {"days": settings.JOIN_DAYS})


def begin(request: HttpRequest, user: User) -> HttpResponse:
    """Whoever is signed in has nothing to prove: their journey starts from here."""
    if carer_of(request, also_left=True):  # who left is told there what to do
        return redirect("onboarding:tasks")
    form = StartForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        joining.start(user=user, language=user.language or get_language() or "", **form.cleaned_data)
        return redirect("onboarding:tasks")
    return render(request, "onboarding/join_start.html", {"form": form})


# --- the mailed link -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    link = joining.find(token)
    if link is None:
        return over(request, "wrong")
    if is_of(request, link):
        return redirect("onboarding:tasks")
    if (state := link.state(timezone.now())) != JoinLink.State.OPEN:
        return over(request, state)
    if joining.account(link.interest.email):
        return with_account(request, link)
    return as_new(request, link)


def is_of(request: HttpRequest, link: JoinLink) -> bool:
    """Whether it began the journey of whoever is signed in."""
    carer = link.interest.carer
    return carer is not None and request.user.is_authenticated and carer.owner_id == request.user.pk


def over(request: HttpRequest, state: str) -> HttpResponse:
    """One page for every link that does not work, which says why and what to do."""
    return render(request, "onboarding/join_over.html", {"state": state}, status=404 if state == "wrong" else 410)


def refused(request: HttpRequest, link: JoinLink) -> HttpResponse:
    """What became of it meanwhile; where it still works, its page says how to go on with the account that is there."""
    state = JoinLink.objects.select_related("interest").get(pk=link.pk).state(timezone.now())
    return redirect(request.path) if state == JoinLink.State.OPEN else over(request, state)


def as_new(request: HttpRequest, link: JoinLink) -> HttpResponse:
    interest = link.interest
    form = PasswordForm(request.POST or None, email=interest.email, name=interest.name)
    if request.method == "POST" and form.is_valid():
        try:
            user = joining.start_as_new(link, password=form.cleaned_data["password"])
        except joining.NotOpen:  # sent twice at once, and the first one made the account
            return refused(request, link)
        return perform_password_login(request, {"email": user.email}, Login(user=user))
    return render(request, "onboarding/join_link.html", {"interest": interest, "form": form})


def with_account(request: HttpRequest, link: JoinLink) -> HttpResponse:
    """Who has an account starts from inside it."""
    user, interest = request.user, link.interest
    if not isinstance(user, User):
        sign_in = redirect_to_login(request.path).url
        return render(request, "onboarding/join_link.html", {"interest": interest, "sign_in": sign_in})
    if user.email.lower() != interest.email.lower():
        return render(request, "onboarding/join_link.html", {"interest": interest, "somebody_else": user.email})
    if request.method == "POST":
        try:
            joining.start_from_link(link, user=user)
        except joining.OtherJourney:
            return over(request, "other")
        except joining.NotOpen:
            return refused(request, link)
        return redirect("onboarding:tasks")
    return render(request, "onboarding/join_link.html", {"interest": interest})


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def new_link(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return ask_address(request, NewLinkForm(), spam.issue(LOST))
    ticket = spam.check(request.POST.get("token", ""), LOST)
    form = NewLinkForm(request.POST, trouble=ticket.trouble)
    if not form.is_valid():
        return ask_address(request, form, ticket)
    spam.turn_away(request)
    if not form.trap and not spam.too_often(LOST, form.cleaned_data["email"]):
        joining.send_new_link(form.cleaned_data["email"], by=joining.BY_FORM)
    return redirect("onboarding:join_new_link_sent")


def ask_address(request: HttpRequest, form: NewLinkForm, ticket: spam.Ticket) -> HttpResponse:
    return render(request, "onboarding/join_new_link.html", {"form": form, "token": ticket.token})


@require_safe
@login_not_required
def new_link_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/join_new_link_sent.html")
