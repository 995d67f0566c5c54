"""The team's ways to the desk from the carers' admin: to their tasks, somebody new, how they are reached, inviting."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from directory.forms import Line, MailField, Paragraphs, PhoneField
from onboarding import desk, desk_entry, inviting
from onboarding.asking import Asking, actor, need
from onboarding.models import Carer
from onboarding.papers import NotNow

LIST = "admin:onboarding_carer_changelist"
PAGE = "admin:onboarding_carer_change"
INVITE = "onboarding.invite_carers"


class ReachedForm(forms.Form):
    phone = PhoneField(required=False, label="Phone number")
    email = MailField(
        required=False, label="Email address",
        help_text="Leave it empty if they have none: they get letters, and the public sees their phone number alone.",
    )  # fmt: skip
    language = forms.ChoiceField(
        required=False, label="Their language", choices=[("", "Not known: both"), *settings.LANGUAGES]
    )
    letters_to = Paragraphs(
        longest=300, required=False, label="Address for letters", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only if they have no email address. It stands on letters, and nowhere else.",
    )  # fmt: skip
    large_print = forms.BooleanField(required=False, label="Letters in large print")

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        by_account = "email" not in self.fields  # whoever has one is reached by its address
        if not self.errors and not (by_account or said["phone"] or said["email"] or said["letters_to"]):
            raise forms.ValidationError("Enter a phone number, an email address or an address for letters.")
        return said


class CarerForm(ReachedForm):
    name = Line(longest=100, label="Name", error_messages={"required": "Enter their name, or the business’s."})
    first_name = Line(longest=50, label="First name", error_messages={"required": "Enter their first name."})
    town = forms.ChoiceField(required=False, label="Town or village")
    field_order = ["name", "first_name", "town"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        towns = [(place.slug, place.name.en) for place in settings.SCHEME.places if place.inside]
        self.fields["town"].choices = [("", "Not known yet"), *towns]  # type: ignore[attr-defined]


class AtTheDesk(Asking):
    @admin.display(description="desk")
    def desk(self, carer: Carer) -> SafeString | str:
        if carer.left_at:
            return ""
        words = '<a href="{}">Do their tasks <span class="visually-hidden">for {}</span></a>'
        return format_html(words, desk.address(carer), carer)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        may = request.user.has_perm(desk.PERMISSION)
        return [name for name in super().get_list_display(request) if name != "desk" or may]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may = {"may_enter": request.user.has_perm(desk.PERMISSION)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def desk_links(self, request: HttpRequest, carer: Carer) -> dict[str, str]:
        """Those that this reader may follow."""
        may = request.user.has_perm(desk.PERMISSION) and not carer.left_at
        may_invite = request.user.has_perm(INVITE) and not carer.left_at and not carer.owner_id
        return {
            "desk": desk.address(carer) if may else "",
            "contact": reverse("admin:onboarding_carer_reached", args=[carer.pk]) if may else "",
            "invite": reverse("admin:onboarding_carer_invite", args=[carer.pk]) if may_invite else "",
        }

    def desk_urls(self) -> list[URLPattern]:
        guard, start = self.admin_site.admin_view, "onboarding_carer"
        return [
            path("enter/", guard(self.enter), name=f"{start}_enter"),
            path("<int:pk>/reached/", guard(self.reached), name=f"{start}_reached"),
            path("<int:pk>/invite/", guard(self.invite), name=f"{start}_invite"),
        ]

    def enter(self, request: HttpRequest) -> HttpResponse:
        need(request, desk.PERMISSION)
        form = CarerForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                carer = desk_entry.enter(by=actor(request), **form.cleaned_data)
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, f"{carer} is added. Their tasks can be done for them.")
                return redirect(PAGE, carer.pk)
        effect = (
            "Only add somebody who asked for it. They have no account: you do their tasks for them, and a colleague "
            "decides what you entered. Nobody is mailed now."
        )
        return self.ask(request, title="Add a carer", effect=effect, button="Add", back=reverse(LIST), form=form)

    def reached(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, desk.PERMISSION)
        carer = get_object_or_404(Carer, pk=pk)
        now = {name: getattr(carer, name) for name in desk_entry.REACHED}
        form = ReachedForm(request.POST if request.method == "POST" else None, initial=now)
        if carer.owner_id:
            del form.fields["email"]
        back = reverse(PAGE, args=[pk])
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            return self.do(
                request, lambda: desk_entry.set_reached(carer, by=actor(request), **said), done="It is saved.", to=back
            )
        effect = (
            "Only enter an email address that they gave you themselves: whoever has it can be given their entry. If it "
            "changes, the address before is told so; if there was none, a letter waits to be posted; ring them too. "
            "Of anything else nobody is told. What is public in their listing stays as it is."
        )
        return self.ask(request, title=f"How we reach {carer}", effect=effect, button="Save", back=back, form=form)

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """An account of their own, which takes over this carer and its listing."""
        need(request, INVITE)
        carer = get_object_or_404(Carer, pk=pk)
        back = reverse(PAGE, args=[pk])
        if request.method == "POST":
            return self.do(
                request,
                lambda: inviting.invite(carer, by=actor(request)),
                done=f"{carer.email} is mailed a link.",
                to=back,
            )
        effect = (
            f"One mail goes to {carer.email}, the address we have for {carer}, with a link that works for "
            f"{settings.JOIN_DAYS} days. Whoever follows it chooses a password, or signs in if they have an account, "
            f"and from then on does the tasks of {carer} themselves: their papers, their listing and its enquiries."
        )
        if not carer.email:
            effect = (
                f"We have no email address for {carer}. Somebody who does carers’ tasks enters it first, under how "
            )
            effect += "we reach them."
        title = f"Invite {carer} to an account"
        return self.ask(request, title=title, effect=effect, button="Mail the link" if carer.email else "", back=back)
