from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.invitation_views import invitation
from microcare import health, personal_views, views

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("scheme.css", views.scheme_css, name="scheme-css"),
    path("favicon.svg", views.favicon, name="favicon"),
    path("favicon.ico", views.favicon, name="favicon-ico"),  # where browsers look that read no page
    path("robots.txt", views.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("photos/", include("directory.photo_urls")),
    *i18n_patterns(
        path("accounts/", include("accounts.urls")),
        path("accounts/invitation/<str:token>/", invitation, name="invitation"),
        path("", include("content.urls")),
        path("", include("directory.urls")),
        path("", include("onboarding.urls")),
        path("", include("compliance.urls")),
        path("", include("feedback.urls")),
        path("my/data/", personal_views.my_data, name="my-data"),
        path("my/data/download/", personal_views.my_data_download, name="my-data-download"),
        prefix_default_language=False,
    ),
]

handler400 = "microcare.views.bad_request"
handler403 = "microcare.views.forbidden"
handler404 = "microcare.views.not_found"
handler429 = "microcare.views.too_many"
handler500 = "microcare.views.server_error"
