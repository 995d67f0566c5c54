"""Signing in, at /accounts/…: allauth's pages and our own. Each does all it does, with its mails and its audit rows,
or nothing, and no browser keeps it. What changes how somebody signs in asks for their second factor first."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from allauth.account import urls as account
from allauth.mfa import urls as mfa
from allauth.socialaccount import views as socialaccount
from allauth.usersessions import urls as usersessions
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import never_cache

from accounts import council_views, views
from accounts.second_factor import WAYS, shown

View = Callable[..., HttpResponseBase]


def whole(view: View) -> View:
    @wraps(view)
    def in_transaction(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return in_transaction


def each_whole(entries: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern | URLResolver]:
    for entry in entries:
        if isinstance(entry, URLPattern):
            view = whole(entry.callback)
            guarded = view if entry.name in WAYS else shown(view)
            yield URLPattern(entry.pattern, never_cache(guarded), entry.default_args, entry.name)
        else:
            yield URLResolver(entry.pattern, list(each_whole(entry.url_patterns)))


own = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("digest/", views.digest, name="digest"),
    path("undo/<str:token>/", views.undo, name="undo"),
]

urlpatterns = [
    path("", include((own, "accounts"))),
    path("", include(list(each_whole(account.urlpatterns)))),
    path("2fa/", include(list(each_whole(mfa.urlpatterns)))),
    path("sessions/", include(list(each_whole(usersessions.urlpatterns)))),
    path("council/cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("council/error/", login_not_required(socialaccount.login_error), name="socialaccount_login_error"),
    path("council/", never_cache(shown(whole(socialaccount.connections))), name="socialaccount_connections"),
    path("oidc/<str:provider_id>/login/", council_views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", council_views.callback, name="openid_connect_callback"),
]
