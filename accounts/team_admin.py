"""The team's own page: who is in it, with which roles. Nothing is edited: each button is a verb of `accounts.team` or
`accounts.invitations`, and says before it is pressed what will happen, to whom, and what is mailed."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts import invitations, roles, second_factor, team
from accounts.asking import Asking, actor, need
from accounts.models import Invitation, TeamMember
from accounts.roles import NoSuchRoles
from accounts.team import Refused
from audit.admin import ReadOnly

LIST = "admin:accounts_teammember_changelist"


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[(role.slug, f"{role.name}: {role.sentence}") for role in roles.OFFERED],
        error_messages={"required": "Choose at least one role."},
    )

    def clean_roles(self) -> list[str]:
        try:
            return roles.checked(self.cleaned_data["roles"])
        except NoSuchRoles as error:
            raise forms.ValidationError(str(error)) from error


class InviteForm(RolesForm):
    email = forms.EmailField(label="Email address")
    language = forms.ChoiceField(label="Language of the mail", choices=settings.LANGUAGES, initial="en")
    field_order = ["email", "roles", "language"]


class RoleFilter(admin.SimpleListFilter):
    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.slug, role.name) for role in roles.TABLE]

    def queryset(self, request: HttpRequest, queryset: QuerySet[TeamMember]) -> QuerySet[TeamMember]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(TeamMember)
class TeamMemberAdmin(ReadOnly, Asking):
    home, home_name, refusals = LIST, "The team", (Refused,)
    list_display = ["email", "name", "roles", "change", "second_factor", "last_login"]
    list_filter = [RoleFilter]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "language", "roles", "last_login", "date_joined", "second_factor", "change"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TeamMember]:
        self.with_second_factor = second_factor.who_has_one()
        self.reader = request.user
        return super().get_queryset(request).filter(is_staff=True).prefetch_related("groups")

    @admin.display(description="roles")
    def roles(self, member: TeamMember) -> str:
        held = [str(role.name) for role in roles.of(member)]
        return ", ".join(["Set-up (may do everything)"] * member.is_superuser + held) or "none"

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, member: TeamMember) -> bool:
        return member.pk in self.with_second_factor

    @admin.display(description="change")
    def change(self, member: TeamMember) -> SafeString:
        if member.pk == self.reader.pk:
            return format_html("{}", "you")
        may = [
            ("accounts.change_roles", "roles", "Change roles"),
            ("accounts.remove_staff", "remove", "Remove"),
        ]
        if self.second_factor(member):
            may.append(("accounts.reset_second_factor", "reset", "Take away second factor"))
        links = [
            (reverse(f"admin:accounts_teammember_{page}", args=[member.pk]), word, member.email)
            for permission, page, word in may
            if self.reader.has_perm(permission)
        ]
        return format_html_join(
            " · ", '<a href="{}" class="nowrap">{}<span class="visually-hidden"> {}</span></a>', links
        )

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("invite/", guard(self.invite), name="accounts_teammember_invite"),
            path("<int:pk>/roles/", guard(self.change_roles), name="accounts_teammember_roles"),
            path("<int:pk>/remove/", guard(self.remove), name="accounts_teammember_remove"),
            path("<int:pk>/second-factor/", guard(self.reset), name="accounts_teammember_reset"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_invite = request.user.has_perm("accounts.invite_staff")
        return super().changelist_view(request, {"may_invite": may_invite, **(extra_context or {})})

    def invite(self, request: HttpRequest) -> HttpResponse:
        need(request, "accounts.invite_staff")
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            return self.do(
                request,
                lambda: invitations.invite(
                    by=actor(request), email=said["email"], slugs=said["roles"], language=said["language"]
                ),
                f"{said['email']} is invited. The link works for {settings.INVITATION_DAYS} days.",
            )
        effect = (
            f"They are mailed a link that works once, for {settings.INVITATION_DAYS} days. They choose a password, set "
            "up a second factor, and are in the team with these roles. A link sent to the same address before stops "
            "working."
        )
        return self.ask(request, title="Invite somebody into the team", effect=effect, button="Invite", form=form)

    def change_roles(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "accounts.change_roles")
        member = get_object_or_404(TeamMember, pk=pk, is_staff=True)
        held = [role.slug for role in roles.of(member)]
        form = RolesForm(request.POST or None, initial={"roles": held})
        if request.method == "POST" and form.is_valid():
            return self.do(
                request,
                lambda: team.set_roles(member, by=actor(request), slugs=form.cleaned_data["roles"]),
                f"The roles of {member} are changed.",
            )
        effect = "What they may do changes from their next page on. Nobody is mailed."
        return self.ask(request, title=f"Roles of {member.email}", effect=effect, button="Change roles", form=form)

    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "accounts.remove_staff")
        member = get_object_or_404(TeamMember, pk=pk, is_staff=True)
        if request.method == "POST":
            return self.do(
                request, lambda: team.remove(member, by=actor(request)), f"{member.email} is no longer in the team."
            )
        effect = (
            "They are signed out everywhere at once, lose their roles, and invitations they sent stop working. Their "
            "account stays, and they can be invited again. Nobody is mailed."
        )
        return self.ask(request, title=f"Remove {member.email} from the team", effect=effect, button="Remove")

    def reset(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "accounts.reset_second_factor")
        member = get_object_or_404(TeamMember, pk=pk, is_staff=True)
        if request.method == "POST":
            return self.do(
                request,
                lambda: second_factor.reset(member, by=actor(request)),
                f"The second factor of {member.email} is taken away.",
            )
        effect = (
            "First make sure by voice or in person that it is they who ask. Their authenticator app, passkeys and "
            "recovery codes stop working, and they are signed out everywhere at once. They sign in with their password "
            "and set up a new one before any page of the admin opens. They are mailed that it was done."
        )
        title = f"Take away the second factor of {member.email}"
        return self.ask(request, title=title, effect=effect, button="Take away")


@admin.register(Invitation)
class InvitationAdmin(ReadOnly, Asking):
    home, home_name, refusals = LIST, "The team", (Refused,)
    list_display = ["email", "roles_offered", "state", "invited_by", "invited_at", "expires_at", "withdraw_link"]
    search_fields = ["email"]
    date_hierarchy = "invited_at"
    fields = ["email", "roles_offered", "language", "state", "invited_by", "invited_at", "expires_at", "accepted_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        self.may_withdraw = request.user.has_perm("accounts.invite_staff")
        return super().get_queryset(request).select_related("invited_by", "accepted_by")

    @admin.display(description="roles")
    def roles_offered(self, invitation: Invitation) -> str:
        return ", ".join(str(role.name) for role in invitations.offered(invitation))

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> str:
        return str(invitation.state(timezone.now()).label)

    @admin.display(description="change")
    def withdraw_link(self, invitation: Invitation) -> str | SafeString:
        if not self.may_withdraw or invitation.state(timezone.now()) != Invitation.State.OPEN:
            return ""
        url = reverse("admin:accounts_invitation_withdraw", args=[invitation.pk])
        return format_html('<a href="{}">Withdraw <span class="visually-hidden">{}</span></a>', url, invitation)

    def get_urls(self) -> list[URLPattern]:
        withdraw = path(
            "<int:pk>/withdraw/", self.admin_site.admin_view(self.withdraw), name="accounts_invitation_withdraw"
        )
        return [withdraw, *super().get_urls()]

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "accounts.invite_staff")
        invitation = get_object_or_404(Invitation, pk=pk)
        if request.method == "POST":
            return self.do(
                request, lambda: invitations.withdraw(invitation, by=actor(request)), f"{invitation} is withdrawn."
            )
        effect = "The link stops working at once. Nobody is mailed."
        return self.ask(request, title=f"Withdraw: {invitation}", effect=effect, button="Withdraw")
