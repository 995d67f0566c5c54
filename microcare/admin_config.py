from django.contrib.admin.apps import AdminConfig


class TeamAdmin(AdminConfig):
    """Django's admin, with our home page."""

    default_site = "microcare.admin_site.TeamSite"
