"""The library, for carers and the team: read on the page, or printed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content import markdown
from onboarding.models import Guide


@require_safe
@never_cache
def library(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/library.html", {"guides": Guide.objects.filter(published=True)})


@require_safe
@never_cache
def library_guide(request: HttpRequest, slug: str) -> HttpResponse:
    """One text. Nothing in it is anybody's own; whoever keeps the library sees also what is not published."""
    known = Guide.objects.all()
    if not request.user.has_perm("onboarding.keep_library"):
        known = known.filter(published=True)
    guide = get_object_or_404(known, slug=slug)
    text = markdown.render(guide.body, get_language() or "en")
    return render(request, "onboarding/library_guide.html", {"guide": guide, "text": text})
