"""To the council's own sign-in and back. allauth's views, but the token's signature is checked although it came to us
directly, and a provider that does not answer gets the page that says so."""

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from requests import RequestException


class Checked(OpenIDConnectOAuth2Adapter):
    """Without "we fetched it ourselves", allauth asks the provider's keys."""

    @property
    def did_fetch_access_token(self) -> bool:
        return False

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, value: bool) -> None:
        """allauth says so; it is no reason."""


@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To sign in it is a link; to connect one's account it takes the button, whose form nobody else can send."""
    if "process" in request.GET:
        raise Http404
    return through(OAuth2LoginView, request, provider_id)


@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return through(OAuth2CallbackView, request, provider_id)


def through(step: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        response: HttpResponseBase = step.adapter_view(Checked(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except RequestException:
        return redirect("socialaccount_login_error")
    return response
