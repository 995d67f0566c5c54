"""Who would like to become a carer, as the team sees them: who waits, who was entered by whom, and the mailed link."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from audit.admin import ReadOnly
from directory.forms import Line, MailField, Paragraphs, PhoneField
from onboarding import joining
from onboarding.asking import Asking, Counted, actor, need
from onboarding.models import Interest
from onboarding.models.carers import HeardFrom, Returning
from onboarding.models.interests import InterestQuerySet

INVITE = "onboarding.invite_carers"
LIST = "admin:onboarding_interest_changelist"
BY_LINK = {Interest.Source.WEB, Interest.Source.REGISTER}  # nobody enters these by hand
REASONS = {
    "trap": "filled in a field that people do not see",
    "links": "holds links, or a name that is one",
    "often": "one of many within an hour",
    "mailbox": "one of many with this email address within a day",
}


class EnterForm(forms.Form):
    """Somebody the team spoke to."""

    name = Line(longest=100, label="Name", error_messages={"required": "Enter their name."})
    email = MailField(required=False, label="Email address")
    phone = PhoneField(required=False, label="Phone number")
    place = Line(longest=100, required=False, label="Town or village")
    source = forms.ChoiceField(
        label="How they came to us", choices=[one for one in Interest.Source.choices if one[0] not in BY_LINK]
    )
    language = forms.ChoiceField(label="Their language", choices=settings.LANGUAGES)
    heard_from = forms.ChoiceField(
        required=False, label="Where they heard of it", choices=[("", "Not asked"), *HeardFrom.choices]
    )
    returning = forms.ChoiceField(
        required=False, label="Whether they worked in care", choices=[("", "Not asked"), *Returning.choices]
    )
    words = Paragraphs(
        longest=2000, required=False, label="Notes", help_text="They may ask to read them.", widget=forms.Textarea
    )
    send = forms.BooleanField(required=False, label="Mail them the link now")

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "email" in said and "phone" in said and not said["email"] and not said["phone"]:
            raise forms.ValidationError("Enter an email address or a phone number, so that they can be reached.")
        if said.get("send") and said.get("email") == "":
            self.add_error("email", "Enter the address to mail the link to, or do not mail it.")
        return said


class StateFilter(Counted):
    """Those who have not started first, with how many there are of each."""

    title = "state"
    parameter_name = "state"
    CHOICES = {
        None: "Not started",
        "kept-aside": "Kept aside",
        "started": "Started",
        "closed": "No longer interested",
        "all": "All",
    }

    def of(self, rows: InterestQuerySet, value: str | None) -> InterestQuerySet:
        match value:
            case "all":
                return rows
            case "kept-aside":
                return rows.kept_aside()
            case "started":
                return rows.filter(started_at__isnull=False)
            case "closed":
                return rows.filter(closed_at__isnull=False)
        return rows.waiting()


@admin.register(Interest)
class InterestAdmin(ReadOnly, Asking):
    list_display = ["name", "what_to_do", "reached_by", "made_at", "came_by", "invited_at", "state"]
    list_filter = [StateFilter, "source", "heard_from", "language"]
    list_select_related = ["entered_by"]
    search_fields = ["name", "email", "phone", "place"]
    date_hierarchy = "made_at"
    fields = [
        "name", "email", "phone", "place", "words", "language", "heard_from", "returning", "source", "entered_by",
        "made_at", "state", "why", "invited_at", "reminded_at", "started_at", "closed_at", "what_to_do",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interest]:
        """With what this reader may do on each row: this object serves all requests at once."""
        return super().get_queryset(request).annotate(may_invite=Value(request.user.has_perm(INVITE)))

    @admin.display(description="email, phone", ordering="email")
    def reached_by(self, interest: Interest) -> str:
        return ", ".join(part for part in (interest.email, interest.phone) if part)

    @admin.display(description="came by", ordering="source")
    def came_by(self, interest: Interest) -> str:
        entered = f", entered by {interest.entered_by}" if interest.entered_by else ""
        return f"{interest.get_source_display()}{entered}"

    @admin.display(description="state")
    def state(self, interest: Interest) -> str:
        return str(interest.state.label)

    @admin.display(description="why kept aside")
    def why(self, interest: Interest) -> str:
        return REASONS.get(interest.held, interest.held)

    @admin.display(description="what to do")
    def what_to_do(self, interest: Any) -> SafeString | str:
        if not interest.may_invite:
            return ""
        links = [(address(page, interest), words, interest.name) for page, words in offered(interest)]
        return format_html_join(
            " · ", '<a href="{}" class="nowrap">{}<span class="visually-hidden"> {}</span></a>', links
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = {"may_invite": request.user.has_perm(INVITE)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("enter/", guard(self.enter), name="onboarding_interest_enter"),
            path("<int:pk>/invite/", guard(self.invite), name="onboarding_interest_invite"),
            path("<int:pk>/release/", guard(self.release), name="onboarding_interest_release"),
            path("<int:pk>/close/", guard(self.close), name="onboarding_interest_close"),
            *super().get_urls(),
        ]

    def enter(self, request: HttpRequest) -> HttpResponse:
        need(request, INVITE)
        form = EnterForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            done = f"{said['name']} is on the list{' and is mailed the link' if said['send'] else ''}."
            return self.do(request, lambda: joining.enter(by=actor(request), **said), done=done, to=reverse(LIST))
        effect = (
            "Only enter somebody who asked for it. If you mail them the link, the mail says what happens next, in "
            f"their language, and the link works for {settings.JOIN_DAYS} days; else nobody is mailed. If they do not "
            f"start, they are taken off after {settings.INTEREST_MONTHS} months."
        )
        title = "Add somebody who is interested"
        return self.ask(request, title=title, effect=effect, button="Add", back=reverse(LIST), form=form)

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, INVITE)
        interest = get_object_or_404(Interest, pk=pk)
        if request.method == "POST":
            done = f"{interest} is mailed a link."
            return self.do(request, lambda: joining.invite(interest, by=actor(request)), done=done, to=reverse(LIST))
        effect = f"{mailed(interest)} Links mailed before work on."
        title = f"Mail the link to {interest}"
        return self.ask(request, title=title, effect=effect, button="Mail the link", back=reverse(LIST))

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, INVITE)
        interest = get_object_or_404(Interest, pk=pk)
        back = f"{reverse(LIST)}?state=kept-aside"
        if request.method == "POST":
            new = joining.release(interest, by=actor(request))
            self.message_user(request, f"{interest} is answered." if new else f"{interest} did not wait any more.")
            return redirect(back)
        effect = f"It looks like spam: {self.why(interest)}. If a person wrote it, answer it. {mailed(interest)}"
        title = f"Looks right: {interest}"
        return self.ask(request, title=title, effect=effect, button="Answer it", back=back)

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, INVITE)
        interest = get_object_or_404(Interest, pk=pk)
        if request.method == "POST":
            done = f"{interest} is off the list."
            return self.do(request, lambda: joining.close(interest, by=actor(request)), done=done, to=reverse(LIST))
        effect = (
            "Their links stop working, and they are not reminded. Nobody is mailed. What is kept of them goes after "
            f"{settings.INTEREST_MONTHS} months. They can tell us again."
        )
        title = f"{interest} is no longer interested"
        return self.ask(request, title=title, effect=effect, button="Take off the list", back=reverse(LIST))


def offered(interest: Interest) -> Iterator[tuple[str, str]]:
    """The buttons of one row: (the page, its words)."""
    match interest.state:
        case Interest.State.WAITING:
            if interest.email:
                yield "invite", "Mail again …" if interest.invited_at else "Mail the link …"
            yield "close", "Not interested …"
        case Interest.State.KEPT_ASIDE:
            yield "release", "Looks right …"
            yield "close", "Take off …"


def address(page: str, interest: Interest) -> str:
    return reverse(f"admin:onboarding_interest_{page}", args=[interest.pk])


def mailed(interest: Interest) -> str:
    """Who is mailed what, for the page before the button."""
    if not interest.email:
        return "They gave no email address, so nobody is mailed."
    language = {"en": "in English", "cy": "in Welsh"}.get(interest.language, "in each language")
    days = f"a link that works for {settings.JOIN_DAYS} days"
    return f"{interest.email} is mailed {language} what happens next, with {days}."
