from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import admin as djangos_own  # noqa: F401 (registers groups, before they are taken away)
from django.contrib.auth.models import Group

from accounts import team_admin  # noqa: F401 (registers the team's page)
from accounts.models import User
from audit.admin import ReadOnly

# Roles are the table in `accounts.roles`, and how people sign in is their own: nobody edits either by hand.
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])


@admin.register(User)
class PeopleAdmin(ReadOnly, admin.ModelAdmin):
    """Everybody who signs in, to look at. People change their own account; the team's page changes the team."""

    list_display = ["email", "name", "language", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    fields = ["email", "name", "language", "is_staff", "is_superuser", "is_active", "last_login", "date_joined"]
