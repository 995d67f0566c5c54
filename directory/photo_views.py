"""The photos the public sees: those of listings that are public today, and no others."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from directory.models import Listing
from files.models import Photo
from files.views import serve


@require_safe
@login_not_required
@cache_control(public=True, max_age=60)
def photo(request: HttpRequest, token: str, size: str, extension: str) -> HttpResponseBase:
    """Its token cannot be guessed, but whoever kept it sees a carer's face no longer than the carer's page."""
    live = Listing.objects.live(on=request.today)  # type: ignore[attr-defined]
    return serve(request, get_object_or_404(Photo, token=token, listing__in=live), size, extension)
