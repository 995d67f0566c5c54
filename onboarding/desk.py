"""The desk: the team does a carer's tasks for them, on the carer's own pages.

`/desk/42/my/…` is `/my/…` of carer 42, for members of the team who may: the portal answers as if it were mounted
there, so every link and form of those pages leads back to the same carer, however many tabs are open. What is done is
done by the member of the team, for the carer.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import get_script_prefix, reverse, set_script_prefix

from accounts import second_factor
from notifications.outbox import readers_addresses
from onboarding.models import Carer

View = TypeVar("View", bound=Callable[..., Any])
ADDRESS = re.compile(r"(?P<prefix>/desk/(?P<pk>\d{1,18}))(?P<rest>/.*)", re.DOTALL)
PERMISSION = "onboarding.work_for_carers"
READ = "onboarding.read_papers"


class Desk:
    """Takes the desk's part off the address before anything looks at it. Stands first of those that read the path."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = ADDRESS.fullmatch(request.path_info)
        if not found:
            return self.get_response(request)
        before = get_script_prefix()
        request.desk_pk = int(found["pk"])  # type: ignore[attr-defined]
        request.path_info = found["rest"]
        set_script_prefix(f"{before.rstrip('/')}{found['prefix']}/")
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Only the carer's journey has a desk, and what rooms above mark so (`with_desk`); a link of its pages that
        leads elsewhere leads there."""
        if not hasattr(request, "desk_pk"):
            return None
        match = request.resolver_match
        journey = match and match.app_name == "onboarding" and getattr(view, "login_required", True)
        if journey or getattr(view, "has_desk", False):
            return None
        if request.method not in {"GET", "HEAD"}:
            raise Http404
        query = request.META.get("QUERY_STRING", "")
        return redirect(request.path_info + (f"?{query}" if query else ""))


def with_desk(view: View) -> View:
    """A page of a room above that the team may use for a carer, through `mine`."""
    view.has_desk = True  # type: ignore[attr-defined]
    return view


def carer_of(request: HttpRequest, *, also_left: bool = False) -> Carer | None:
    """The journey these pages are about: of whoever is signed in, or at the desk the one it is done for.

    Whoever left has no pages any more, but for those that take `also_left`.
    Raises `PermissionDenied` for who may not work at the desk, and `Http404` where there is no such carer.
    """
    carers = Carer.objects.select_related("listing", "owner")
    if not hasattr(request, "desk_pk"):
        mine = carers.filter(owner=request.user.pk)
        return mine.first() if also_left else mine.filter(left_at=None).first()
    if not may_work(request):
        raise PermissionDenied
    if (carer := carers.filter(pk=request.desk_pk).first()) is None:
        raise Http404
    request.desk_carer = carer  # type: ignore[attr-defined]
    return None if carer.left_at and not also_left else carer


def mine(request: HttpRequest, *, also_left: bool = False) -> Carer:
    """As `carer_of`; raises `Http404` for whoever has no journey."""
    if (carer := carer_of(request, also_left=also_left)) is None:
        raise Http404
    return carer


def may_work(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_staff and user.has_perm(PERMISSION) and second_factor.was_used(request))


def address(carer: Carer) -> str:
    """Their tasks, as the team does them."""
    return f"/desk/{carer.pk}/my/"


def at_desk(request: HttpRequest) -> Carer | None:
    """For the banner: whom this page is done for, once it is known that it may be."""
    return getattr(request, "desk_carer", None)


def sees_papers(request: HttpRequest) -> bool:
    """Whether these pages say what was sent and why it came back: to the carer, and at the desk to who may read papers.

    Anybody else there sees how far each task is, and may send one.
    """
    return at_desk(request) is None or request.user.has_perm(READ)


def team_page(request: HttpRequest) -> str:
    """Back from the desk: what the team sees of the carer."""
    if (carer := at_desk(request)) is None:
        return ""
    with readers_addresses():
        return reverse("admin:onboarding_carer_change", args=[carer.pk])
