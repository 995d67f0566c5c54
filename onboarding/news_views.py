"""Stopping news by the mailed link, and stopping or starting it on one's own page."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from onboarding import news
from onboarding.desk import mine

STATUS = {"wrong": 404, "gone": 410, "test": 200}
ONE_CLICK = "List-Unsubscribe"


class NewsForm(forms.Form):
    wants = forms.BooleanField(required=False)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def stop_news(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program posts without our cookies, and follows no redirect (RFC 8058, sections 3.1 and 3.2): the token in
    the address is what lets it in."""
    try:
        carer = news.find(token)
    except news.NotOpen as error:
        state = str(error)
        return render(request, "onboarding/stop_news.html", {"state": state}, status=STATUS[state])
    if request.method == "POST":
        news.choose(carer, by=news.BY_LINK, wants=False)
        if ONE_CLICK not in request.POST:
            return redirect("onboarding:stop_news", token)
        carer.refresh_from_db()
    return render(request, "onboarding/stop_news.html", {"state": "open" if news.wanted(carer) else "stopped"})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_news(request: HttpRequest) -> HttpResponse:
    carer = mine(request)
    if request.method == "POST":
        form = NewsForm(request.POST)
        form.is_valid()  # a box that is ticked or not is never wrong
        wants = form.cleaned_data["wants"]
        news.choose(carer, by=request.user, wants=wants)  # type: ignore[arg-type]
        messages.success(request, _("You get news from us.") if wants else _("You get no news from us."))
        return redirect("onboarding:news")
    return render(request, "onboarding/news.html", {"wants": news.wanted(carer), "by_letter": not carer.mail_to})
